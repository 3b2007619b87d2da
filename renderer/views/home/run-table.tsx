import { Button } from 'react-aria-components';
import type { RunSummary } from '../../../shared/contract/ipc/home.ts';
import { EnvironmentTag } from '../../components/badges.tsx';
import { type UiKey, useText } from '../../components/use-text.ts';
import { useVerdicts } from '../../components/use-verdicts.ts';
import { VerdictBadge } from '../../components/verdict-badge.tsx';
import { dateAndTime } from '../../model/time.ts';
import { useActions, useAppState } from '../../store/use-app.ts';
import { useIdentity } from '../identity/use-identity.ts';

/** The runs so far, newest first as main gives them; an open one can be continued. */
export function RunTable({ runs }: { readonly runs: readonly RunSummary[] }) {
  const { t, evidence } = useText();
  useVerdicts(
    runs.map(({ runId }) => runId),
    runs,
  );
  return (
    <table className="table runs">
      <thead>
        <tr>
          <th scope="col">{t('column-when')}</th>
          <th scope="col">{t('column-release')}</th>
          <th scope="col">{t('column-environment')}</th>
          <th scope="col">{t('column-state')}</th>
          <th scope="col" className="number">
            {t('column-steps')}
          </th>
          <th scope="col">{evidence('history-column-verdict')}</th>
          <th scope="col">
            <span className="visually-hidden">{t('column-act')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <RunRow key={run.runId} run={run} />
        ))}
      </tbody>
    </table>
  );
}

/** A run's end or state in one word. */
export function runWord(run: Pick<RunSummary, 'status' | 'result'>): UiKey {
  return run.status === 'ended' && run.result !== null ? `result-${run.result}` : `run-${run.status}`;
}

function RunRow({ run }: { readonly run: RunSummary }) {
  const { t, people, evidence } = useText();
  const actions = useActions();
  const busy = useAppState((state) => state.home.busy !== null);
  const verdict = useAppState((state) => state.verdicts[run.runId]);
  const { need } = useIdentity();
  const going = run.status !== 'ended' && run.status !== 'unreadable' && !run.imported;
  // A copy of somebody else's run is followed again: from there it can be taken over, should the operator be gone.
  const open = going && !run.mirrored;
  const follow = going && run.mirrored;
  const press = async (): Promise<void> => {
    if (!follow) return await actions.openRun(run.runId);
    if (await need()) await actions.rejoinRun(run.runId);
  };
  const act = follow ? 'follow-again' : open ? 'continue-run' : 'see-run';
  return (
    <tr>
      <td className="number">{dateAndTime(new Date(run.startedAt))}</td>
      <td className="grow">
        {run.title}
        {run.demo ? <span className="tag">{t('demo-tag')}</span> : null}
        {run.imported ? <span className="tag">{evidence('imported')}</span> : null}
        {run.mirrored ? <span className="tag">{people('run-mirrored')}</span> : null}
      </td>
      <td>
        <EnvironmentTag name={run.environment} production={run.production} />
      </td>
      <td>
        <span className={`run-word is-${run.status === 'ended' ? (run.result ?? 'ended') : run.status}`}>
          {t(runWord(run))}
        </span>
      </td>
      <td className="number">{t('n-of-m', { n: run.stepsDone, m: run.steps })}</td>
      <td>
        <VerdictBadge standing={verdict ?? 'unknown'} />
      </td>
      <td className="act">
        {run.status === 'unreadable' ? null : (
          <Button
            className="button"
            isDisabled={busy}
            onPress={() => void press()}
            aria-label={t(`${act}-named`, { title: run.title })}
          >
            {t(act)}
          </Button>
        )}
      </td>
    </tr>
  );
}
