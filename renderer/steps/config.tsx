import { wantedWords } from '../../shared/config/words.ts';
import type { ConfigDifference, ConfigDrift } from '../../shared/steps/actions/config.ts';
import { CommandBlock } from '../components/command-block.tsx';
import { useHostAccount } from '../components/use-host-account.ts';
import { useText } from '../components/use-text.ts';
import { dateAndTime } from '../model/time.ts';
import type { ResultProps, RoomProps, StepRoom } from './room.ts';

function ConfigAct({ action, target }: RoomProps<'config'>) {
  const { t, step } = useText();
  const account = useHostAccount(target.target);
  const seen = target.attempts.some(({ result }) => result !== null);
  return (
    <>
      <p className="lead">{t('config-lead')}</p>
      <CommandBlock command={action.file} host={target.target} account={account} sudo={action.sudo} />
      {seen ? null : (
        <section className="facts">
          <h3>{t('config-expected')}</h3>
          <ul>
            {action.expect.map((expected) => (
              <li key={expected.key} className="mono">
                {step('config-expects', {
                  key: expected.key,
                  value: wantedWords(expected, step('config-secret')),
                })}
              </li>
            ))}
            {action.absent.length === 0 ? null : <li>{step('config-absent', { keys: action.absent.join(', ') })}</li>}
            {action.noOthers ? <li>{step('config-no-others', { keys: action.known.join(', ') || '–' })}</li> : null}
          </ul>
        </section>
      )}
    </>
  );
}

function ConfigResult({ result }: ResultProps<'config'>) {
  const { t } = useText();
  const { differences, more, drift } = result;
  return (
    <>
      {differences.length === 0 ? (
        <p className="lead">{t('config-as-expected', { count: result.entries.length })}</p>
      ) : (
        <Differences differences={differences} more={more} />
      )}
      <Drift drift={drift} />
    </>
  );
}

function Differences({
  differences,
  more,
}: {
  readonly differences: readonly ConfigDifference[];
  readonly more: number;
}) {
  const { t } = useText();
  return (
    <table className="table config-table">
      <caption>
        {t('config-caption')}
        {more === 0 ? '' : ` · ${t('config-more', { count: more })}`}
      </caption>
      <thead>
        <tr>
          <th scope="col">{t('config-state')}</th>
          <th scope="col">{t('config-key')}</th>
          <th scope="col">{t('config-want')}</th>
          <th scope="col">{t('config-found')}</th>
          <th scope="col" className="config-line">
            {t('config-line')}
          </th>
        </tr>
      </thead>
      <tbody>
        {differences.map((one) => (
          <tr key={`${one.state} ${one.key}`}>
            <td>
              {signs[one.state]} {t(`config-is-${one.state}`)}
            </td>
            <th scope="row" className="mono">
              {one.key}
            </th>
            <td className="mono">
              {one.expected ?? (one.secret && one.state !== 'unknown' ? t('config-hidden') : '–')}
            </td>
            <td className="mono">{one.found ?? (one.secret && one.line !== null ? t('config-hidden') : '–')}</td>
            <td className="figure">{one.line ?? '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A shape beside the word, for those who cannot tell the words at a glance. */
const signs = {
  missing: '−',
  different: '≠',
  twice: '=',
  forbidden: '×',
  unknown: '+',
  added: '+',
  removed: '−',
  changed: '≠',
} as const;

function Drift({ drift }: { readonly drift: ConfigDrift | null }) {
  const { t } = useText();
  if (drift === null) return <p className="quiet">{t('config-no-drift')}</p>;
  const since = { at: dateAndTime(new Date(drift.at)), step: drift.step };
  if (drift.changes.length === 0) return <p className="quiet">{t('config-drift-none', since)}</p>;
  return (
    <table className="table config-table">
      <caption>
        {t('config-drift', since)}
        {drift.more === 0 ? '' : ` · ${t('config-more', { count: drift.more })}`}
      </caption>
      <thead>
        <tr>
          <th scope="col">{t('config-state')}</th>
          <th scope="col">{t('config-key')}</th>
          <th scope="col">{t('config-was')}</th>
          <th scope="col">{t('config-now')}</th>
        </tr>
      </thead>
      <tbody>
        {drift.changes.map((one) => (
          <tr key={one.key}>
            <td>
              {signs[one.change]} {t(`config-is-${one.change}`)}
            </td>
            <th scope="row" className="mono">
              {one.key}
            </th>
            <td className="mono">{one.before ?? (one.change === 'added' ? '–' : t('config-hidden'))}</td>
            <td className="mono">{one.now ?? (one.change === 'removed' ? '–' : t('config-hidden'))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A configuration file on a host against what the environment expects. */
export const configRoom: StepRoom<'config'> = {
  Act: ConfigAct,
  Result: ConfigResult,
  words: () => ({ first: 'config-on', again: 'config-again-on', busy: 'running-on' }),
  exact: () => null,
  answeredByPerson: false,
};
