import { LockOpen } from 'lucide-react';
import { useId } from 'react';
import { Button } from 'react-aria-components';
import type { RunState } from '../../../shared/run/state.ts';
import { currentStep } from '../../../shared/run/state.ts';
import { stepTitle } from '../../components/step-title.ts';
import { usePrimary } from '../../components/use-primary.ts';
import { useText } from '../../components/use-text.ts';
import { wallClock } from '../../model/time.ts';
import type { Followed } from '../../store/mirror-link-state.ts';
import { useActions } from '../../store/use-app.ts';
import { operatorName } from './names.ts';

interface Props {
  readonly state: RunState;
  readonly followed: Followed;
  readonly onRefuse: () => void;
}

/** The operator must get out and waits for a signature: before everything else on this screen. */
export function GlassRequest({ state, followed, onRefuse }: Props) {
  const text = useText();
  const { checker } = text;
  const title = useId();
  const { glass } = state.lockdown;
  if (glass === null || glass.signedBy !== null || state.status === 'ended') return null;
  const step = currentStep(state);
  const isChecker = followed.link.role === 'checker';
  return (
    <section className="glass-request" aria-labelledby={title}>
      <LockOpen size={28} aria-hidden="true" />
      <div className="glass-request-body">
        <h2 id={title}>{checker('glass-title', { name: operatorName(state) })}</h2>
        <p>{checker('glass-why', { at: wallClock(new Date(glass.at)) })}</p>
        <p className="glass-reason">
          <q>{glass.reason}</q>
        </p>
        <p>
          {step === null ? (
            checker('glass-where-end')
          ) : (
            <>
              {checker('glass-where')} <span className="code">{step.code}</span>{' '}
              <strong>{stepTitle(text, step)}</strong>
            </>
          )}
        </p>
        <p>{checker(Object.keys(state.running).length > 0 ? 'glass-running' : 'glass-idle')}</p>
        {isChecker ? (
          <>
            <p>{checker('glass-means')}</p>
            <GlassActs followed={followed} asked={glass.seq} onRefuse={onRefuse} />
          </>
        ) : (
          <p className="quiet">{checker('glass-observer')}</p>
        )}
      </div>
    </section>
  );
}

/** Signs or refuses; what has just appeared cannot be signed by a press that was meant for something else. */
function GlassActs({
  followed: { link, pending },
  asked,
  onRefuse,
}: Pick<Props, 'followed' | 'onRefuse'> & { readonly asked: number }) {
  const { checker } = useText();
  const { askOperator } = useActions();
  const reason = useId();
  const free = link.status === 'connected' && pending === null;
  const sign = usePrimary(`glass/${asked}`, free, () => void askOperator({ type: 'sign-glass', asked }));
  const why =
    link.status === 'altered'
      ? checker('not-trusted')
      : link.status === 'connected'
        ? pending === 'sign-glass'
          ? checker('glass-signing')
          : null
        : checker('not-connected');
  return (
    <div className="notice-acts">
      <button
        type="button"
        className="button solid"
        aria-disabled={!sign.ready}
        aria-describedby={why === null ? undefined : reason}
        onClick={sign.press}
      >
        {checker('glass-sign')}
      </button>
      <Button className="button" isDisabled={!free} onPress={onRefuse}>
        {checker('glass-refuse')}
      </Button>
      {why === null ? null : (
        <p id={reason} className="why">
          {why}
        </p>
      )}
    </div>
  );
}
