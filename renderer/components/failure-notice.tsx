import { CircleX } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Failure } from '../../shared/contract/errors.ts';
import { useText } from './use-text.ts';

interface Props {
  readonly failure: Failure;
  /** What was being done when it happened, where the sentence alone does not say. */
  readonly title?: string;
  /** `alert` interrupts a screen reader; use it for what just happened, not for what is being looked up. */
  readonly alert?: boolean;
  readonly children?: ReactNode;
}

/** Every error looks the same: what happened and why, what can be done, the technical cause one click away. */
export function FailureNotice({ failure, title, alert = false, children }: Props) {
  const { t, failure: words } = useText();
  const { what, remedy } = words(failure);
  return (
    <div className="notice failure" role={alert ? 'alert' : undefined}>
      <CircleX className="notice-icon" size={18} aria-hidden="true" />
      <div className="notice-body">
        {title === undefined ? null : <p className="notice-title">{title}</p>}
        <p className="notice-what">{what}</p>
        <p className="notice-remedy">{remedy}</p>
        {failure.cause === null ? null : (
          <details className="cause">
            <summary>{t('technical-cause')}</summary>
            <pre>{failure.cause}</pre>
          </details>
        )}
        {children}
      </div>
    </div>
  );
}
