import { ArrowLeft, Import } from 'lucide-react';
import { Button } from 'react-aria-components';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { Notice } from '../../components/notice.tsx';
import { useText } from '../../components/use-text.ts';
import { isEverything, verdictWord } from '../../model/history.ts';
import type { HistoryDone, HistoryState } from '../../store/app-state.ts';
import { useActions, useAppState } from '../../store/use-app.ts';
import { AbsentRuns } from './absent-runs.tsx';
import { ChosenRuns } from './chosen-runs.tsx';
import { HistoryFilters } from './history-filters.tsx';
import { HistoryList } from './history-list.tsx';

/** Every run there ever was on this computer: searched, filtered, looked at, compared, put away. */
export function HistoryView() {
  const { t, evidence } = useText();
  const actions = useActions();
  const history = useAppState((state) => state.history);
  const trouble = useAppState((state) => state.home.failure);
  if (history === null) return null;
  return (
    <div className="history">
      <header className="home-bar">
        <Button className="icon-button" aria-label={t('back-home')} onPress={() => void actions.goHome()}>
          <ArrowLeft size={18} aria-hidden="true" />
        </Button>
        <h1>{evidence('history-title')}</h1>
        <span className="spring" />
        <Button className="button" isDisabled={history.busy} onPress={() => void actions.importRun()}>
          <Import size={16} aria-hidden="true" />
          {evidence('history-import')}
        </Button>
      </header>
      <main className="history-body">
        <HistoryFilters query={history.query} page={history.page} />
        {trouble === null ? null : <FailureNotice failure={trouble} alert />}
        {history.failure === null ? null : (
          <FailureNotice failure={history.failure} title={evidence('history-failed')} alert />
        )}
        {history.done === null ? null : <Done done={history.done} />}
        {history.page === null ? null : <AbsentRuns page={history.page} />}
        <Found history={history} />
      </main>
    </div>
  );
}

function Done({ done }: { readonly done: HistoryDone }) {
  const { evidence } = useText();
  if (done.type === 'retired')
    return <Notice tone="calm">{evidence(`history-${done.how}-done`, { count: done.count })}</Notice>;
  const verdict = evidence(`verdict-${verdictWord(done.verdict)}-what`);
  const good = done.verdict.verdict === 'intact';
  return (
    <Notice tone={good ? 'calm' : 'caution'} alert={!good}>
      {evidence('history-imported-done', { runId: done.runId, verdict })}
    </Notice>
  );
}

/** What was found, or why there is nothing. */
function Found({ history }: { readonly history: HistoryState }) {
  const { evidence } = useText();
  const { page, query, searching } = history;
  if (page === null)
    return history.failure === null ? <p className="empty history-edge">{evidence('history-loading')}</p> : null;
  const { reading, total } = page;
  const nothing = isEverything(query) ? 'history-none' : 'history-no-match';
  return (
    <>
      <div className="history-count">
        <p role="status" className={searching ? 'quiet is-searching' : 'quiet'}>
          {total === 0 && reading === null ? evidence(nothing) : evidence('history-count', { count: total })}
        </p>
        {reading === null ? null : (
          <p className="history-reading">
            <progress
              max={reading.of}
              value={reading.done}
              aria-label={evidence('history-reading', { done: reading.done, of: reading.of })}
            />
            <span className="quiet">{evidence('history-reading', { done: reading.done, of: reading.of })}</span>
          </p>
        )}
        <span className="spring" />
        <ChosenRuns history={history} rows={page.rows} />
      </div>
      {total === 0 ? null : <HistoryList page={page} history={history} />}
    </>
  );
}
