import { useEffect } from 'react';
import { useText } from '../../components/use-text.ts';
import type { OpenRun } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';

/** How long the line stays: long enough to be read twice. */
const STAYS_MS = 8_000;

/**
 * A way out was refused: one quiet line over the plan at the foot of the screen, so that nothing moves under the operator's hand.
 * The live region is always there, for one that comes with its words is not heard.
 */
export function WayRefused({ run: { refusedWay, state } }: { readonly run: OpenRun }) {
  const { lockdown } = useText();
  const { forgetRefusedWay } = useActions();
  useEffect(() => {
    if (refusedWay === null) return;
    const timer = setTimeout(forgetRefusedWay, STAYS_MS);
    return () => clearTimeout(timer);
  }, [refusedWay, forgetRefusedWay]);
  return (
    <div className="way-refused" role="status" aria-live="polite">
      {refusedWay === null ? null : (
        <p key={refusedWay.number}>
          {lockdown(state.block === null ? 'refused-way' : 'refused-way-block', {
            way: lockdown(`way-${refusedWay.way}`),
          })}
        </p>
      )}
    </div>
  );
}
