import type { AttemptProgress } from '../store/app-state.ts';
import { useText } from './use-text.ts';

/** How far a running attempt is, as far as it says so: a bar and words, never a promise. */
export function ProgressBar({ progress: { done, of, label } }: { readonly progress: AttemptProgress }) {
  const { t } = useText();
  return (
    <div className="progress">
      <p className="progress-words">
        <span className="progress-label">{label}</span>
        <span className="number quiet">{of === null ? '' : t('progress-of', { done, of })}</span>
      </p>
      {of === null || of <= 0 ? (
        <span className="progress-open" aria-hidden="true">
          <span className="moving" />
        </span>
      ) : (
        <progress max={of} value={Math.min(of, done)} aria-label={label === '' ? t('progress') : label} />
      )}
    </div>
  );
}
