import { Lock, LockOpen } from 'lucide-react';
import { Button, Dialog, DialogTrigger, Heading, Popover } from 'react-aria-components';
import { atSafePoint } from '../../../shared/run/safe-point.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { type Text, useText } from '../../components/use-text.ts';
import { isQuiet, lockMark, type LockMark as Mark } from '../../model/lockdown/mark.ts';
import { wallClock } from '../../model/time.ts';
import type { OpenRun } from '../../store/app-state.ts';

/** How the lock stands, in the top bar, in a few words; what they rest on lies behind them. */
export function LockMark({ run }: { readonly run: OpenRun }) {
  const text = useText();
  const mark = run.live ? lockMark(run.state, run.lock) : null;
  if (mark === null) return null;
  const Icon = mark.standing === 'locked' ? Lock : LockOpen;
  return (
    <DialogTrigger>
      <Button className={`lock-mark is-${tone(mark)}`}>
        <Icon size={16} aria-hidden="true" />
        {markWords(mark, text)}
      </Button>
      <Popover className="popover lock-facts" placement="bottom end">
        <Dialog className="lock-facts-inner">
          <Heading slot="title">{text.lockdown('facts-title')}</Heading>
          <LockFacts run={run} mark={mark} />
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

/** Colour means state: calm while it is as it should be or on its way, else a thing to know. */
function tone(mark: Mark): 'calm' | 'caution' {
  const { standing, quiet } = mark;
  if (standing === 'locked') return isQuiet(mark) ? 'calm' : 'caution';
  if (standing === 'off' || standing === 'broken') return 'caution';
  return quiet === null || quiet === 'quiet' ? 'calm' : 'caution';
}

function markWords({ standing, quiet, gaps, windowVerified }: Mark, { lockdown }: Text): string {
  const words = [lockdown(`mark-${standing}`)];
  if (gaps.length > 0) words.push(lockdown('mark-gap'));
  else if (!windowVerified) words.push(lockdown('mark-window'));
  const says = standing === 'locked' || standing === 'open' || quiet === 'lost';
  // Quiet is claimed only where nothing else is wrong.
  const flawed = words.length > 1 && quiet === 'quiet';
  if (says && quiet !== null && !flawed) words.push(lockdown(`mark-${quiet}`));
  return words.join(' · ');
}

function LockFacts({ run: { state, lock }, mark }: { readonly run: OpenRun; readonly mark: Mark }) {
  const text = useText();
  const { lockdown } = text;
  const { standing, quiet, gaps, windowVerified } = mark;
  const since = state.lockdown.spans.at(-1)?.from;
  const waiting = lock?.notifications?.waiting ?? null;
  return (
    <>
      {standing === 'locked' ? (
        since === undefined ? null : (
          <p>{lockdown('facts-since', { at: wallClock(new Date(since)) })}</p>
        )
      ) : (
        <p>{lockdown(`facts-${standing}`)}</p>
      )}
      {standing === 'off' && state.lockdown.offReason !== null ? (
        <p>
          {lockdown('facts-off-reason')} <q>{state.lockdown.offReason}</q>
        </p>
      ) : null}
      {gaps.map(({ gap, from }) => (
        <p key={gap} className="is-flaw">
          {lockdown('facts-gap', { at: wallClock(new Date(from)), gap: lockdown(`gap-${gap}`) })}
        </p>
      ))}
      {windowVerified ? null : <p className="is-flaw">{lockdown('facts-window')}</p>}
      {quiet === null ? null : (
        <p className={quiet === 'quiet' ? '' : 'is-flaw'}>
          {lockdown(`facts-${quiet}`, { adapter: notifier(state, lock?.notifications?.adapter) })}
        </p>
      )}
      {waiting === null || waiting === 0 || atSafePoint(state) !== null ? null : (
        <p>{lockdown('facts-waiting', { count: waiting })}</p>
      )}
      {standing === 'locked' ? (
        <p className="quiet">
          {state.block === null
            ? lockdown('facts-ways')
            : lockdown('glass-restore', { block: state.plan.blocks[state.block]?.title ?? '' })}
        </p>
      ) : null}
    </>
  );
}

/** Who shows notifications here, by the name people know; else what told it to keep them back. */
function notifier({ lockdown: { notifications } }: RunState, adapter: string | undefined): string {
  return notifications?.daemon ?? adapter ?? notifications?.adapter ?? '';
}
