import { assertNever } from '../../shared/assert-never.ts';
import { DESK } from '../../shared/checklist/plan-lookup.ts';
import type { TargetState } from '../../shared/run/state.ts';
import type { ActionOf } from '../../shared/steps/actions.ts';
import { CommandBlock } from '../components/command-block.tsx';
import { Expectations } from '../components/expectations.tsx';
import { useHostAccount } from '../components/use-host-account.ts';
import { useNow } from '../components/use-now.ts';
import { type Text, useText } from '../components/use-text.ts';
import type { RoomProps, StepRoom } from './room.ts';

type Mode = ActionOf<'wait'>['mode'];

function WaitAct({ action, target }: RoomProps<'wait'>) {
  const text = useText();
  const account = useHostAccount(target.target);
  const { mode } = action;
  return (
    <>
      <p className="lead">{modeWords(mode, text)}</p>
      <Countdown mode={mode} target={target} />
      {mode.type === 'for' ? null : (
        <>
          <CommandBlock
            command={mode.probe.command}
            host={target.target === DESK ? null : target.target}
            account={account}
            sudo={mode.probe.sudo}
          />
          <Expectations expect={mode.probe.expect} timeoutMs={mode.probe.timeoutMs} />
        </>
      )}
    </>
  );
}

function modeWords(mode: Mode, { t, span }: Text): string {
  switch (mode.type) {
    case 'for':
      return t('wait-for', { span: span(mode.ms) });
    case 'until':
      return t('wait-until', { every: span(mode.everyMs), within: span(mode.withinMs) });
    case 'settled':
      return t('wait-settled', {
        every: span(mode.everyMs),
        span: span(mode.forMs),
        within: span(mode.withinMs),
      });
    default:
      return assertNever(mode);
  }
}

/** Time left while it waits: of the wait itself, or of the patience with a condition. */
function Countdown({ mode, target }: { readonly mode: Mode; readonly target: TargetState }) {
  const { t, ticking } = useText();
  const running = target.attempts.find((attempt) => attempt.verdict === null && attempt.purpose === 'step');
  const now = useNow(running !== undefined);
  if (running === undefined) return null;
  const whole = mode.type === 'for' ? mode.ms : mode.withinMs;
  const spent = Math.max(0, now - Date.parse(running.startedAt));
  const left = Math.max(0, whole - spent);
  return (
    <div className="countdown" role="timer">
      <span className="countdown-figure">{ticking(left + 999)}</span>
      <span>{mode.type === 'for' ? t('time-left') : t('patience-left')}</span>
      <progress max={whole} value={Math.min(whole, spent)} aria-label={t('time-left')} />
    </div>
  );
}

/** A watching time, or until something holds. */
export const waitRoom: StepRoom<'wait'> = {
  Act: WaitAct,
  words: () => ({ first: 'wait-on', again: 'wait-again-on', busy: 'waiting-on' }),
  exact: ({ mode }) => (mode.type === 'for' ? null : mode.probe.command),
  answeredByPerson: false,
};
