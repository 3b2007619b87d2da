import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { openChecks } from '../../../shared/run/lockdown.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { Notice } from '../../components/notice.tsx';
import { type Text, useText } from '../../components/use-text.ts';
import { type Hold, holdOf, pauseToCome } from '../../model/people/holds.ts';
import { wallClock } from '../../model/time.ts';
import type { OpenRun } from '../../store/app-state.ts';
import { HeldFindings } from '../lock/held-findings.tsx';
import { PauseWords } from '../lock/pause-words.tsx';
import type { Acts } from '../run/use-acts.tsx';
import { goneWords } from './presence-word.tsx';

interface Props {
  readonly run: OpenRun;
  /** Null for who can only look. */
  readonly acts: Acts | null;
}

const calm: ReadonlySet<Hold['type']> = new Set(['back', 'no-handover', 'given']);

/** Why the run does not move, and the ways out of it; or that a pause is about to be taken. */
export function HeldNotice({ run, acts }: Props) {
  const text = useText();
  const hold = holdOf(run.state);
  if (hold === null) return <PauseNotice run={run} />;
  const { title, lines } = wordsOf(run.state, hold, text);
  return (
    <Notice tone={calm.has(hold.type) ? 'calm' : 'caution'}>
      <p className="notice-title">{title}</p>
      <PauseWords state={run.state} />
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {hold.type === 'lockdown' ? <HeldFindings state={run.state} acts={run.live ? acts : null} /> : null}
      {acts === null ? null : <WayOut run={run} hold={hold} acts={acts} />}
    </Notice>
  );
}

function wordsOf(
  state: RunState,
  hold: Hold,
  text: Text,
): { readonly title: string; readonly lines: readonly string[] } {
  const { people, lockdown, t } = text;
  switch (hold.type) {
    case 'operator':
      return { title: t('held-title'), lines: [hold.reason] };
    case 'lockdown': {
      const count = openChecks(state).length;
      return count === 0
        ? { title: lockdown('held-lockdown-settled'), lines: [lockdown('held-lockdown-again')] }
        : { title: lockdown('held-lockdown-title', { count }), lines: [lockdown('held-lockdown-text')] };
    }
    case 'glass': {
      const { signedBy, reason } = hold;
      const signed =
        signedBy === null ? lockdown('held-glass-alone') : lockdown('held-glass-signed', { name: signedBy });
      return { title: lockdown('held-glass-title'), lines: [reason, `${signed} ${lockdown('held-glass-text')}`] };
    }
    case 'checker':
      return { title: people('hold-checker', { by: hold.by }), lines: [hold.reason, people('hold-checker-text')] };
    case 'gone': {
      const { name, since, cause } = hold.who;
      const params = { name, time: wallClock(new Date(since)), cause: goneWords(cause, text) };
      return { title: people('hold-gone', { name }), lines: [people('hold-gone-text', params)] };
    }
    case 'back':
      return { title: people('hold-back', { name: hold.name }), lines: [] };
    case 'handover':
      return {
        title: people('hold-handover', { name: hold.name }),
        lines: [hold.reason, people('hold-handover-text')],
      };
    case 'given':
      return { title: people('hold-given', { name: hold.name }), lines: [people('hold-given-text')] };
    case 'no-handover':
      return { title: people('hold-no-handover'), lines: [people('hold-no-handover-text')] };
  }
}

function WayOut({ run, hold, acts }: { readonly run: OpenRun; readonly hold: Hold; readonly acts: Acts }): ReactNode {
  const { people } = useText();
  if (hold.type === 'gone') {
    const { participant, name } = hold.who;
    return (
      <Button className="button" isDisabled={run.pending} onPress={() => acts.ask({ type: 'dismiss', participant })}>
        {people('hold-gone-ask', { name })}
      </Button>
    );
  }
  if (hold.type !== 'handover') return null;
  return (
    <Button className="button" isDisabled={run.pending} onPress={() => acts.ask({ type: 'withdraw-handover' })}>
      {people('withdraw-ask')}
    </Button>
  );
}

function PauseNotice({ run }: Pick<Props, 'run'>) {
  const { people } = useText();
  const pause = pauseToCome(run.state);
  if (pause === null) return null;
  const { by, reason, after } = pause;
  return (
    <Notice tone="caution">
      <p className="notice-title">{people('pause-to-come', { by })}</p>
      <p>{reason}</p>
      {after === null ? null : <p className="quiet">{people(`pause-after-${after.what}`, { title: after.title })}</p>}
    </Notice>
  );
}
