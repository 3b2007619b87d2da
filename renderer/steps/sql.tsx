import type { SqlStatement } from '../../shared/steps/actions/sql.ts';
import type { ActionOf } from '../../shared/steps/actions.ts';
import { useText } from '../components/use-text.ts';
import { comparisonWords, textWords } from '../model/expectation-words.ts';
import { dateAndTime } from '../model/time.ts';
import type { AttemptProgress } from '../store/app-state.ts';
import type { ResultProps, RoomProps, StepRoom } from './room.ts';

type Result = ResultProps<'sql'>['result'];
type Script = Result['scripts'][number];

function SqlAct({ action, target }: RoomProps<'sql'>) {
  const { t } = useText();
  const last = target.attempts.findLast((attempt) => attempt.purpose === 'step');
  const note = last?.verdict === null || last?.verdict === 'unknown' ? last.notes.at(-1) : undefined;
  return (
    <>
      <figure className="command">
        <figcaption>
          <span>{action.place}</span>
        </figcaption>
        <pre>{exactWords(action)}</pre>
      </figure>
      {/* Once it has ended, the result says it all and stands in sight. */}
      {last !== undefined && last.verdict !== null ? null : <Facts action={action} />}
      {note === undefined ? null : (
        <p className="lead">
          {t('sql-last-note')} <span className="mono">{note.text}</span>
        </p>
      )}
    </>
  );
}

function Facts({ action }: { readonly action: ActionOf<'sql'> }) {
  const { t, step } = useText();
  const { what, engine, transaction } = action;
  return (
    <section className="facts">
      <h3>{t('counts-as-done')}</h3>
      <ul>
        {what.type === 'folder' && what.order === null ? <li>{t('sql-order-manifest')}</li> : null}
        {what.type === 'folder' && what.exclude.length > 0 ? (
          <li>{step('sql-exclude', { files: what.exclude.join(', ') })}</li>
        ) : null}
        {what.type === 'query' || engine === 'command' ? null : <li>{step(transactionKey(engine, transaction))}</li>}
        <Wanted action={action} />
      </ul>
    </section>
  );
}

function exactWords({ what }: ActionOf<'sql'>): string {
  switch (what.type) {
    case 'query':
      return what.text;
    case 'script':
      return what.path;
    case 'folder':
      return (what.order ?? ['*']).map((name) => `${what.folder}/${name}`).join('\n');
  }
}

function transactionKey(engine: ActionOf<'sql'>['engine'], transaction: 'auto' | 'none'): string {
  if (transaction === 'none') return 'sql-no-transaction';
  return engine === 'mysql' ? 'sql-transaction-mysql' : 'sql-transaction';
}

function Wanted({ action: { expect, timeoutMs } }: { readonly action: ActionOf<'sql'> }) {
  const { t, span, step } = useText();
  const result = step('sql-result');
  return (
    <>
      {expect.affected === null ? null : (
        <li>{step('sql-expect-affected', { expected: comparisonWords(expect.affected) })}</li>
      )}
      {expect.rows === null ? null : <li>{step('sql-expect-rows', { expected: comparisonWords(expect.rows) })}</li>}
      {expect.output.map((wanted) => {
        const { key, params } = textWords(result, wanted);
        return <li key={key + JSON.stringify(params)}>{t(key, params)}</li>;
      })}
      <li>{step('sql-within', { time: span(timeoutMs) })}</li>
    </>
  );
}

function SqlProgress({ progress: { done, of, label } }: { readonly progress: AttemptProgress }) {
  const { t } = useText();
  return (
    <div className="progress">
      <p className="progress-words">
        <span className="progress-label">{label}</span>
        <span className="number quiet">{t('sql-progress', { done, of: of ?? '?' })}</span>
      </p>
      <progress max={Math.max(1, of ?? done)} value={Math.min(of ?? done, done)} aria-label={label} />
    </div>
  );
}

function SqlResult({ result }: ResultProps<'sql'>) {
  const { t } = useText();
  return (
    <>
      <table className="table sql-scripts">
        <caption className="visually-hidden">{t('sql-scripts')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('sql-script-column')}</th>
            <th scope="col">{t('sql-state-column')}</th>
            <th scope="col">{t('sql-done-column')}</th>
            <th scope="col">{t('sql-affected-column')}</th>
            <th scope="col">{t('sql-took-column')}</th>
          </tr>
        </thead>
        <tbody>
          {result.scripts.map((script) => (
            <ScriptRow key={script.path} script={script} />
          ))}
        </tbody>
      </table>
      {result.scripts.map((script) => (
        <Troubles key={script.path} script={script} />
      ))}
      {result.tables.map((table) => (
        <Rows key={`${table.path} ${table.statement}`} table={table} />
      ))}
      {result.server === null ? null : (
        <p className="quiet">
          {t('sql-server')}: {result.server}
        </p>
      )}
    </>
  );
}

function ScriptRow({ script }: { readonly script: Script }) {
  const { t, span } = useText();
  const ran = script.state !== 'not-run' && script.state !== 'skipped';
  return (
    <tr>
      <th scope="row">
        <span className="mono">{script.path}</span>
        <span className="mono quiet">{script.sha256.slice(0, 12)}</span>
      </th>
      <td>
        {t(`sql-state-${script.state}`, { committed: script.committed ?? 0 })}
        {script.earlier === null ? null : (
          <span className="quiet">
            {t('sql-earlier', { runId: script.earlier.runId, at: dateAndTime(new Date(script.earlier.at)) })}
          </span>
        )}
      </td>
      <td className="number">{ran && script.statements > 0 ? `${script.done} / ${script.statements}` : '–'}</td>
      <td className="number">{ran && script.affected !== null ? script.affected : '–'}</td>
      <td className="number">{ran ? span(script.durationMs) : '–'}</td>
    </tr>
  );
}

/** Where a script stopped, and what the server committed of its own accord. */
function Troubles({ script }: { readonly script: Script }) {
  const { t } = useText();
  const { stopped, commits, commitsCount, warnings } = script;
  if (stopped === null && commitsCount === 0 && warnings === 0) return null;
  return (
    <section className="facts">
      <h3 className="mono">{script.path}</h3>
      <ul>
        {stopped === null ? null : (
          <>
            <li>
              {stopped.first.number === stopped.last.number
                ? t('sql-stopped-at', { ...stopped.first })
                : t('sql-stopped-among', among(stopped.first, stopped.last))}
            </li>
            <li>{t('sql-server-said', { message: stopped.message })}</li>
          </>
        )}
        {commitsCount === 0 ? null : (
          <li>
            {t('sql-committed-by-server')} {commits.map((one) => t('sql-statement-at', { ...one })).join('; ')}
            {commitsCount > commits.length ? `; ${t('sql-and-more', { count: commitsCount - commits.length })}` : ''}
          </li>
        )}
        {warnings === 0 ? null : <li>{t('sql-warnings', { count: warnings })}</li>}
      </ul>
      {stopped === null ? null : <pre className="kept">{stopped.text}</pre>}
    </section>
  );
}

function among(first: SqlStatement, last: SqlStatement): Record<string, string | number> {
  return { first: first.number, last: last.number, line: first.line, verb: first.verb };
}

function Rows({ table }: { readonly table: Result['tables'][number] }) {
  const { t } = useText();
  const { path, statement, columns, rows, rowCount } = table;
  return (
    <div className="sql-rows">
      <table className="table">
        <caption>{t('sql-table-of', { path, statement, count: rowCount })}</caption>
        <thead>
          <tr>
            {numbered(columns).map(({ key, one }) => (
              <th scope="col" key={key}>
                {one}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {numbered(rows).map(({ key, one: row }) => (
            <tr key={key}>
              {numbered(row).map(({ key: column, one: cell }) => (
                <td key={column} className={typeof cell === 'number' ? 'number mono' : 'mono'}>
                  {cell === null ? <span className="quiet">NULL</span> : String(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rowCount > rows.length ? (
        <p className="quiet">{t('sql-table-cut', { shown: rows.length, count: rowCount })}</p>
      ) : null}
    </div>
  );
}

/** A result never changes, and two of its columns or rows may well be the same: their place is their name. */
function numbered<T>(items: readonly T[]): readonly { readonly key: string; readonly one: T }[] {
  return items.map((one, index) => ({ key: String(index), one }));
}

/** Scripts and queries on a database. */
export const sqlRoom: StepRoom<'sql'> = {
  Act: SqlAct,
  Result: SqlResult,
  Progress: SqlProgress,
  words: () => ({ first: 'sql-on', again: 'sql-again-on', busy: 'running-on' }),
  exact: exactWords,
  answeredByPerson: false,
  thing: ({ database }) => database,
};
