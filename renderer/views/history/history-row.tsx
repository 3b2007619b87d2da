import { Button } from 'react-aria-components';
import type { HistoryRow as Row } from '../../../shared/contract/ipc/history.ts';
import { EnvironmentTag } from '../../components/badges.tsx';
import { useText } from '../../components/use-text.ts';
import { VerdictBadge } from '../../components/verdict-badge.tsx';
import { markWords, rowStanding } from '../../model/history.ts';
import { dateAndTime } from '../../model/time.ts';
import { useActions, useAppState } from '../../store/use-app.ts';
import { runWord } from '../home/run-table.tsx';
import { useIdentity } from '../identity/use-identity.ts';

interface Props {
  readonly row: Row;
  readonly index: number;
  /** Where it lies in the list, in pixels. */
  readonly start: number;
  readonly measure: (element: HTMLTableRowElement | null) => void;
  readonly search: string;
  readonly chosen: boolean;
}

/** One run: when, where, what, how it ended, who had a part in it, and what the verifier says of it. */
export function HistoryRow({ row, index, start, measure, search, chosen }: Props) {
  const { t, people, evidence, span } = useText();
  const { chooseRun } = useActions();
  const answered = useAppState((state) => state.verdicts[row.runId]);
  const standing = rowStanding(row, answered);
  const when = dateAndTime(new Date(row.startedAt));
  const named = { title: row.title, when };
  return (
    <tr
      className="history-row"
      aria-rowindex={index + 2}
      data-index={index}
      ref={measure}
      style={{ transform: `translateY(${start}px)` }}
    >
      <td data-column="choose">
        <input
          type="checkbox"
          aria-label={evidence('history-choose', named)}
          checked={chosen}
          onChange={(event) => chooseRun(row.runId, event.currentTarget.checked)}
        />
      </td>
      <td className="number">{when}</td>
      <td>{row.environment === '' ? null : <EnvironmentTag name={row.environment} production={row.production} />}</td>
      <td>
        <div className="history-what">
          <span>
            {row.title}
            {row.version === null || row.title.includes(row.version) ? null : (
              <span className="quiet"> {t('version', { version: row.version })}</span>
            )}
            {row.demo ? <span className="tag">{t('demo-tag')}</span> : null}
            {row.mirrored ? <span className="tag">{people('run-mirrored')}</span> : null}
            {row.imported ? <span className="tag">{evidence('history-imported')}</span> : null}
          </span>
          <Excerpt row={row} search={search} />
          <FirstBad standing={standing} />
        </div>
      </td>
      <td>
        <span className={`run-word is-${row.status === 'ended' ? (row.result ?? 'ended') : row.status}`}>
          {t(runWord(row))}
        </span>
      </td>
      <td className="number">{row.durationMs === null ? '' : span(row.durationMs)}</td>
      <td className="history-people">{row.people.join(t('list-separator'))}</td>
      <td>
        <VerdictBadge standing={standing} />
      </td>
      <Acts row={row} named={named} />
    </tr>
  );
}

/** What the search found it by, where the row does not show that anyway. */
function Excerpt({ row, search }: { readonly row: Row; readonly search: string }) {
  if (row.excerpt === null || [row.title, row.version, row.environment].includes(row.excerpt)) return null;
  return (
    <span className="history-excerpt">
      {markWords(row.excerpt, search).map(({ text, found }, index) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text have no other name.
        found ? <mark key={index}>{text}</mark> : <span key={index}>{text}</span>,
      )}
    </span>
  );
}

/** The first thing that speaks against the run, in plain words. */
function FirstBad({ standing }: { readonly standing: ReturnType<typeof rowStanding> }) {
  const { finding } = useText();
  const first = typeof standing === 'string' ? null : standing.first;
  // Of a run that was simply not ended the list says enough.
  if (first === null || first.severity !== 'altered') return null;
  return <span className="history-first-bad">{finding(first)}</span>;
}

function Acts({
  row,
  named,
}: {
  readonly row: Row;
  readonly named: { readonly title: string; readonly when: string };
}) {
  const { t, evidence } = useText();
  const { openRun, rejoinRun, openReplay } = useActions();
  const busy = useAppState((state) => state.home.busy !== null);
  const { need } = useIdentity();
  const replay = (
    <span data-column="replay">
      <Button
        className="button"
        isDisabled={busy}
        aria-label={evidence('history-replay-named', named)}
        onPress={() => void openReplay(row.runId)}
      >
        {evidence('replay')}
      </Button>
    </span>
  );
  // What was altered can still be looked at as far as it holds; the replay says so first.
  if (row.status === 'unreadable')
    return (
      <td>
        <div className="history-acts">{replay}</div>
      </td>
    );
  const going = row.status !== 'ended' && !row.imported;
  const act = !going ? 'see' : row.mirrored ? 'follow' : 'continue';
  const press = async (): Promise<void> => {
    if (act !== 'follow') await openRun(row.runId);
    else if (await need()) await rejoinRun(row.runId);
  };
  const words = { see: evidence('history-see'), follow: t('follow-again'), continue: t('continue-run') };
  return (
    <td>
      <div className="history-acts">
        <span data-column="open">
          <Button
            className="button"
            isDisabled={busy}
            aria-label={evidence(`history-${act}-named`, named)}
            onPress={() => void press()}
          >
            {words[act]}
          </Button>
        </span>
        {replay}
      </div>
    </td>
  );
}
