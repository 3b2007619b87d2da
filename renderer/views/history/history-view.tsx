import { ArrowLeft, Import } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button } from 'react-aria-components';
import { ExportTold } from '../../components/export-told.tsx';
import { ExportedNotice } from '../../components/exported-notice.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { MovingNow } from '../../components/moving-now.tsx';
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
          {evidence('import-run')}
        </Button>
      </header>
      <main className="history-body">
        <HistoryFilters query={history.query} page={history.page} />
        {trouble === null ? null : <FailureNotice failure={trouble} alert />}
        {history.failure === null ? null : (
          <FailureNotice failure={history.failure} title={evidence('history-failed')} alert />
        )}
        <MovingNow />
        <ExportTold />
        {history.undone === null ? null : <FailureNotice failure={history.undone} alert />}
        {history.done === null ? null : <Done done={history.done} />}
        {history.page === null ? null : <AbsentRuns page={history.page} />}
        <Found history={history} />
      </main>
    </div>
  );
}

/** What was done last. Where the button that was pressed is gone by now, the keyboard goes on from here. */
function Done({ done }: { readonly done: HistoryDone }) {
  const place = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is looked after every time that something was done.
  useEffect(() => {
    if (document.activeElement === null || document.activeElement === document.body) place.current?.focus();
  }, [done]);
  return (
    <div ref={place} tabIndex={-1} className="history-done">
      <DoneNotice done={done} />
    </div>
  );
}

function DoneNotice({ done }: { readonly done: HistoryDone }) {
  const { evidence, finding } = useText();
  if (done.type === 'stopped') return <Notice tone="calm">{evidence('moving-stopped')}</Notice>;
  if (done.type === 'taken-back')
    return <Notice tone="calm">{evidence('history-taken-back', { count: done.count })}</Notice>;
  if (done.type === 'retired') return <Retired done={done} />;
  if (done.type === 'exported') return <ExportedNotice exported={done} />;
  const { verdict, known, runId } = done;
  const tone = ({ intact: 'calm', incomplete: 'caution', altered: 'failure', unreadable: 'failure' } as const)[
    verdict.verdict
  ];
  const said = evidence(`verdict-${verdictWord(verdict)}-what`);
  return (
    <Notice tone={tone} alert={tone !== 'calm'}>
      <p>{evidence(known ? 'history-imported-known' : 'history-imported-done', { runId, verdict: said })}</p>
      {verdict.first === null ? null : <p>{finding(verdict.first)}</p>}
    </Notice>
  );
}

/** What was archived can be taken up again; what was removed is gone. */
function Retired({ done: { how, runIds, of } }: { readonly done: Extract<HistoryDone, { type: 'retired' }> }) {
  const { evidence } = useText();
  const { takeUpArchived } = useActions();
  const busy = useAppState((state) => state.history?.busy === true);
  const count = runIds.length;
  return (
    <Notice tone="calm">
      <p>
        {evidence(`history-${how}-done`, { count })}
        {count < of ? ` ${evidence('history-retired-stopped', { count: of - count })}` : null}
      </p>
      {how === 'archive' && count > 0 ? (
        <Button className="button" isDisabled={busy} onPress={() => void takeUpArchived(runIds)}>
          {evidence('history-take-back')}
        </Button>
      ) : null}
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
