import { Button } from 'react-aria-components';
import type { HistoryPage } from '../../../shared/contract/ipc/history.ts';
import { Notice } from '../../components/notice.tsx';
import { type EvidenceKey, useText } from '../../components/use-text.ts';
import { splitAbsent } from '../../model/history.ts';
import { dateAndTime } from '../../model/time.ts';
import { useActions, useAppState } from '../../store/use-app.ts';
import { RunName } from './run-name.tsx';

/** Runs that the chain of runs knows and that are not here: loud where nobody removed them, quiet where somebody did. */
export function AbsentRuns({ page }: { readonly page: HistoryPage }) {
  const { evidence } = useText();
  const { takeUpArchived } = useActions();
  const busy = useAppState((state) => state.history?.busy === true);
  const { vanished, retired } = splitAbsent(page.absent);
  return (
    <>
      {vanished.length === 0 ? null : (
        <Notice tone="failure" alert>
          <p className="notice-title">{evidence('history-vanished', { count: vanished.length })}</p>
          <p>{evidence('history-vanished-what')}</p>
          <ul className="absent-runs">
            {vanished.map((run) => (
              <li key={run.runId}>
                <RunName run={run} />
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <ChainNotice page={page} />
      {retired.length === 0 ? null : (
        <details className="retired">
          <summary>{evidence('history-retired', { count: retired.length })}</summary>
          <ul className="absent-runs">
            {retired.map((run) => {
              const { how, by, at, reason } = run.retired;
              return (
                <li key={run.runId}>
                  <RunName run={run} />{' '}
                  <span className="quiet">
                    {evidence(`history-retired-${how}`, { by, at: dateAndTime(new Date(at)), reason })}
                  </span>{' '}
                  {how === 'archive' ? (
                    <Button
                      className="button"
                      isDisabled={busy}
                      aria-label={evidence('history-take-back-named', { title: run.title })}
                      onPress={() => void takeUpArchived([run.runId])}
                    >
                      {evidence('history-take-back')}
                    </Button>
                  ) : null}
                </li>
              );
            })}
          </ul>
        </details>
      )}
    </>
  );
}

/** What is wrong with the chain of runs itself, and with those runs of it that are here. */
function ChainNotice({ page: { chain, chainFindings } }: { readonly page: HistoryPage }) {
  const { evidence } = useText();
  if (chain === 'intact' || (chain === 'incomplete' && chainFindings.length === 0)) return null;
  const altered = chain === 'altered';
  return (
    <Notice tone={altered ? 'failure' : 'caution'} alert={altered}>
      <p className="notice-title">{evidence(`history-chain-${chain}`)}</p>
      <ul className="absent-runs">
        {chainFindings.map(({ code, params }) => (
          <li key={JSON.stringify([code, params])}>{evidence(`runs-${code}` as EvidenceKey, params)}</li>
        ))}
      </ul>
    </Notice>
  );
}
