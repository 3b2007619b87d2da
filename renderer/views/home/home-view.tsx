import { Eye, FolderOpen, History, Settings as SettingsIcon } from 'lucide-react';
import { Button } from 'react-aria-components';
import { ExportTold } from '../../components/export-told.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { useText } from '../../components/use-text.ts';
import { personOf } from '../../store/app-state.ts';
import { useActions, useAppState } from '../../store/use-app.ts';
import { JoinDialog } from '../people/join-dialog.tsx';
import { ChecklistCard } from './checklist-card.tsx';
import { DemoCard } from './demo-card.tsx';
import { ImportAct } from './import-act.tsx';
import { RunTable } from './run-table.tsx';

/** The first screen: the demo, checklists and the environments they can run in, and the runs so far. */
export function HomeView() {
  const { t, people, evidence } = useText();
  const joining = useAppState((state) => state.joining);
  const { checklists, runs, failure, busy } = useAppState((state) => state.home);
  const person = useAppState(personOf);
  const actions = useActions();
  return (
    <div className="home">
      <header className="home-bar">
        <h1>Countersign</h1>
        <p className="quiet">{t('tagline')}</p>
        <span className="spring" />
        <Button className="button" onPress={() => actions.showJoin(true)}>
          <Eye size={16} aria-hidden="true" />
          {people('join-open')}
        </Button>
        <Button className="button" isDisabled={busy !== null} onPress={() => void actions.openHistory()}>
          <History size={16} aria-hidden="true" />
          {evidence('history-open')}
        </Button>
        {person === '' ? null : <span className="quiet">{t('you-are', { person })}</span>}
        <Button className="button" onPress={() => actions.showSettings(true)}>
          <SettingsIcon size={16} aria-hidden="true" />
          {t('settings')}
        </Button>
        {joining === null ? null : <JoinDialog joining={joining} />}
      </header>
      <main className="home-body">
        {failure === null ? null : <FailureNotice failure={failure} alert />}
        <ExportTold />
        <DemoCard />
        <section className="home-section" aria-labelledby="checklists">
          <div className="section-head">
            <h2 id="checklists">{t('checklists')}</h2>
            <Button className="button" isDisabled={busy !== null} onPress={() => void actions.openChecklist(null)}>
              <FolderOpen size={16} aria-hidden="true" />
              {t('open-checklist')}
            </Button>
          </div>
          {checklists === null ? <p className="empty">{t('loading')}</p> : null}
          {checklists?.length === 0 ? <p className="empty">{t('no-checklists')}</p> : null}
          <ul className="cards">
            {checklists?.map((checklist) => (
              <ChecklistCard key={checklist.path} checklist={checklist} />
            ))}
          </ul>
        </section>
        <section className="home-section" aria-labelledby="runs">
          <div className="section-head">
            <h2 id="runs">{t('recent-runs')}</h2>
            <ImportAct />
          </div>
          {checklists !== null && runs.length === 0 ? <p className="empty">{t('no-runs')}</p> : null}
          {runs.length === 0 ? null : <RunTable runs={runs} />}
        </section>
      </main>
    </div>
  );
}
