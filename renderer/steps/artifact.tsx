import { formatBytes } from '../../shared/config/bytes.ts';
import { useText } from '../components/use-text.ts';
import { dateAndTime } from '../model/time.ts';
import { BytesProgress } from './bytes-progress.tsx';
import type { ResultProps, RoomProps, StepRoom } from './room.ts';

function ArtifactAct({ action, target }: RoomProps<'artifact'>) {
  const { t, step } = useText();
  const seen = target.attempts.some(({ result }) => result !== null);
  return (
    <>
      <p className="lead">{t('artifact-lead')}</p>
      <figure className="command">
        <pre>{action.file}</pre>
      </figure>
      {/* Once there are findings, they say expected and found side by side. */}
      {seen ? null : (
        <section className="facts">
          <h3>{t('artifact-must')}</h3>
          <ul>
            {action.sha256 === null ? null : (
              <li className="mono">{step('artifact-sha256', { sha256: action.sha256 })}</li>
            )}
            {action.size === null ? null : <li>{step('artifact-size', { size: action.size })}</li>}
            {action.inside.flatMap(({ path, expect }) =>
              expect.map(({ key, value }) => (
                <li key={`${path} ${key}`}>{step('artifact-inside', { path, key, value })}</li>
              )),
            )}
          </ul>
        </section>
      )}
    </>
  );
}

function ArtifactResult({ result }: ResultProps<'artifact'>) {
  const { t } = useText();
  return (
    <dl className="variables">
      <div>
        <dt>{t('file-hash')}</dt>
        <dd className="mono">{result.sha256}</dd>
      </div>
      <div>
        <dt>{t('upload-from')}</dt>
        <dd>{t('artifact-was', { size: formatBytes(result.size), at: dateAndTime(new Date(result.modifiedAt)) })}</dd>
      </div>
    </dl>
  );
}

/** A file on this computer, proved before anything is done with it. */
export const artifactRoom: StepRoom<'artifact'> = {
  Act: ArtifactAct,
  Result: ArtifactResult,
  Progress: BytesProgress,
  words: () => ({ first: 'artifact-on', again: 'artifact-again-on', busy: 'running-on' }),
  exact: () => null,
  answeredByPerson: false,
};
