import { lastAttempt } from '../../shared/run/state.ts';
import { readingWords } from '../../shared/snapshot/words.ts';
import { Expectations } from '../components/expectations.tsx';
import { useText } from '../components/use-text.ts';
import type { ResultProps, RoomProps, StepRoom } from './room.ts';
import { SnapshotLook } from './snapshot-look.tsx';

function SnapshotAct({ action, target }: RoomProps<'snapshot'>) {
  const { t } = useText();
  const last = lastAttempt(target);
  return (
    <>
      <p className="lead">{t('snapshot-lead')}</p>
      <SnapshotLook look={action.look} target={target} />
      <section className="facts">
        <h3>{t('snapshot-kept-as')}</h3>
        <ul>
          <li className="mono">{readingWords(action.reading)}</li>
          {action.mayBeEmpty ? <li>{t('snapshot-may-be-empty')}</li> : null}
        </ul>
      </section>
      {action.look.kind === 'query' || (last !== null && last.checks.length > 0) ? null : (
        <Expectations expect={action.look.expect} timeoutMs={action.look.timeoutMs} />
      )}
    </>
  );
}

/** Entries that are drawn; all of them are in the journal. */
const shown = 500;

function SnapshotResult({ action, result }: ResultProps<'snapshot'>) {
  const { t } = useText();
  const { count, kept } = result;
  const title = t(action.reading.keep === 'keys' ? 'snapshot-keys' : 'snapshot-numbers', { count });
  if (kept.in === 'file') {
    const { path, sha256 } = kept.file;
    return (
      <p className="lead">
        {title}. {t('snapshot-in-file', { path, hash: sha256.slice(0, 12) })}
      </p>
    );
  }
  const { snapshot } = kept;
  const lines =
    snapshot.keep === 'keys' ? snapshot.keys : snapshot.numbers.map(([name, number]) => `${name}  ${number}`);
  return (
    <details className="cause">
      <summary>{title}</summary>
      {lines.length <= shown ? null : <p className="quiet">{t('snapshot-more', { shown, count })}</p>}
      <pre className="kept">{lines.slice(0, shown).join('\n')}</pre>
    </details>
  );
}

/** What is there now, kept for a later comparison. */
export const snapshotRoom: StepRoom<'snapshot'> = {
  Act: SnapshotAct,
  Result: SnapshotResult,
  words: () => ({ first: 'snapshot-on', again: 'snapshot-again-on', busy: 'running-on' }),
  exact: ({ look }) => (look.kind === 'run' ? look.command : look.text),
  answeredByPerson: false,
};
