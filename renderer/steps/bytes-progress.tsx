import { formatBytes } from '../../shared/config/bytes.ts';
import { useText } from '../components/use-text.ts';
import type { AttemptProgress } from '../store/app-state.ts';

/** How many bytes of which file have been read or sent, while an attempt runs. */
export function BytesProgress({ progress: { done, of, label } }: { readonly progress: AttemptProgress }) {
  const { t } = useText();
  return (
    <div className="progress">
      <p className="progress-words">
        <span className="progress-label">{label}</span>
        <span className="number quiet">
          {of === null ? formatBytes(done) : t('bytes-of', { done: formatBytes(done), of: formatBytes(of) })}
        </span>
      </p>
      <progress max={Math.max(1, of ?? done)} value={Math.min(of ?? done, done)} aria-label={label} />
    </div>
  );
}
