import { DESK } from '../../shared/checklist/plan-lookup.ts';
import { readingWords } from '../../shared/snapshot/words.ts';
import { CommandBlock } from '../components/command-block.tsx';
import { Expectations } from '../components/expectations.tsx';
import { useHostAccount } from '../components/use-host-account.ts';
import { useText } from '../components/use-text.ts';
import type { ResultProps, RoomProps, StepRoom } from './room.ts';

function SnapshotAct({ action, target }: RoomProps<'snapshot'>) {
  const { t } = useText();
  const account = useHostAccount(target.target);
  const last = target.attempts.findLast((attempt) => attempt.purpose === 'step');
  return (
    <>
      <p className="lead">{t('snapshot-lead')}</p>
      <CommandBlock
        command={action.look.command}
        host={target.target === DESK ? null : target.target}
        account={last?.account ?? account}
        sudo={action.look.sudo}
        sent={last?.sent ?? null}
      />
      <section className="facts">
        <h3>{t('snapshot-kept-as')}</h3>
        <ul>
          <li className="mono">{readingWords(action.reading)}</li>
          {action.mayBeEmpty ? <li>{t('snapshot-may-be-empty')}</li> : null}
        </ul>
      </section>
      {last !== undefined && last.checks.length > 0 ? null : (
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
  words: { first: 'snapshot-on', again: 'snapshot-again-on', busy: 'running-on' },
  exact: ({ look }) => look.command,
  answeredByPerson: false,
};
