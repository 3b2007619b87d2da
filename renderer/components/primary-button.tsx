import { type ReactNode, useId } from 'react';
import type { Primary } from './use-primary.ts';

interface Props {
  readonly primary: Primary;
  readonly children: ReactNode;
  /** Why it cannot be pressed, in words; shown beside it. */
  readonly why?: string | null;
}

/**
 * The one solid button of a screen. It is never removed from the focus order: a disabled one says why instead,
 * so a keyboard does not fall off the page while an act is on its way.
 */
export function PrimaryButton({ primary, children, why = null }: Props) {
  const reason = useId();
  return (
    <div className="primary">
      <button
        type="button"
        className="button solid"
        aria-disabled={!primary.ready}
        aria-describedby={why === null ? undefined : reason}
        aria-keyshortcuts="Enter"
        data-primary
        onClick={primary.press}
      >
        <span>{children}</span>
        <span className="kbd" aria-hidden="true">
          ⏎
        </span>
      </button>
      {why === null ? null : (
        <p id={reason} className="why">
          {why}
        </p>
      )}
    </div>
  );
}
