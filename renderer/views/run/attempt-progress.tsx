import { useText } from '../../components/use-text.ts';
import type { AttemptProgress } from '../../store/app-state.ts';
import { useRun } from '../../store/use-app.ts';

/** How far a running attempt is, as far as it says so: a bar and words, never a promise. */
export function AttemptProgressBar({ attempt }: { readonly attempt: string }) {
  const progress = useRun((run) => run.progress[attempt] ?? null);
  return progress === null ? null : <Bar progress={progress} />;
}

function Bar({ progress: { done, of, label } }: { readonly progress: AttemptProgress }) {
  const { t } = useText();
  const words = of === null ? '' : t('progress-of', { done, of });
  return (
    <div className="progress">
      <p className="progress-words">
        <span className="progress-label">{label}</span>
        <span className="number quiet">{words}</span>
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
