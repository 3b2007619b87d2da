import { type ReactNode, useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { failure } from '../../../shared/contract/failure.ts';
import type { JournalFault } from '../../../shared/contract/ipc/replay.ts';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { MomentContext } from '../../components/use-now.ts';
import { useText } from '../../components/use-text.ts';
import type { OpenRun } from '../../store/app-state.ts';
import type { ReplayState } from '../../store/replay-state.ts';
import { useActions, useApp, useAppState } from '../../store/use-app.ts';
import { ReplayTerminals } from '../../terminal/replay-terminals.ts';
import { TerminalsContext } from '../../terminal/terminals-context.ts';
import { ReplayFrame } from './replay-frame.tsx';
import { ReplayView } from './replay-view.tsx';

/** A run of the past: while it is read, where it cannot be, and as it was at the chosen moment. */
export function ReplayScreen() {
  const replay = useAppState((state) => state.replay);
  const run = useAppState((state) => state.run);
  if (replay === null) return null;
  if (replay.view === null || run === null) return <NotYet replay={replay} />;
  return <Read key={replay.runId} run={run} replay={replay} view={replay.view} />;
}

interface ReadProps {
  readonly run: OpenRun;
  readonly replay: ReplayState;
  readonly view: NonNullable<ReplayState['view']>;
}

/** A run whose journal was altered says so before anything of it is shown. */
function Read({ run, replay, view }: ReadProps) {
  const [told, setTold] = useState(view.fault === null);
  if (view.fault !== null && !told)
    return <Altered replay={replay} view={view} fault={view.fault} onGoOn={() => setTold(true)} />;
  return (
    <MomentContext value={Date.parse(view.startedAt) + replay.moment.ms}>
      <WithPastTerminals recordings={view.recordings} replay={replay}>
        <ReplayView run={run} replay={replay} view={view} />
      </WithPastTerminals>
    </MomentContext>
  );
}

interface AlteredProps extends Pick<ReadProps, 'replay' | 'view'> {
  readonly fault: JournalFault;
  readonly onGoOn: () => void;
}

function Altered({ replay, view, fault, onGoOn }: AlteredProps) {
  const { evidence } = useText();
  const { closeReplay } = useActions();
  const { line, expected, what, detail } = fault;
  const trouble = failure('journal-altered', {
    ...{ run: replay.runId, line: String(line), expected: String(expected), what, detail },
  });
  return (
    <ReplayFrame onLeave={closeReplay} where={<h1 className="top-title">{view.state.plan.title}</h1>}>
      <main className="replay-page">
        <FailureNotice failure={trouble} title={evidence('replay-altered-title')} alert>
          <p>{evidence('replay-altered-before', { count: view.marks.length, line })}</p>
          <Button className="button" onPress={onGoOn}>
            {evidence('replay-altered-go-on')}
          </Button>
        </FailureNotice>
      </main>
    </ReplayFrame>
  );
}

function NotYet({ replay }: { readonly replay: ReplayState }) {
  const { evidence } = useText();
  const { closeReplay } = useActions();
  return (
    <ReplayFrame onLeave={closeReplay} where={<h1 className="top-title">{replay.runId}</h1>}>
      <main className="replay-page">
        {replay.failure === null ? (
          <p className="quiet" role="status">
            {evidence('replay-reading')}
          </p>
        ) : (
          <FailureNotice failure={replay.failure} title={evidence('replay-failed')} alert />
        )}
      </main>
    </ReplayFrame>
  );
}

interface TerminalsProps {
  readonly recordings: NonNullable<ReplayState['view']>['recordings'];
  readonly replay: ReplayState;
  readonly children: ReactNode;
}

/** The terminals of the run as they were, which live and die with the replay. */
function WithPastTerminals({ recordings, replay, children }: TerminalsProps) {
  const { api } = useApp();
  const { t, evidence } = useText();
  const theme = useAppState((state) => state.settings?.theme ?? 'system');
  const { replayTrouble } = useActions();
  const [terminals] = useState(() => new ReplayTerminals(api, recordings, replayTrouble));
  useEffect(() => () => terminals.dispose(), [terminals]);
  useEffect(() => {
    const skipped = (count: number): string => t('skipped', { count });
    terminals.setWords({
      skipped,
      reading: evidence('replay-recording-reading'),
      ends: evidence('replay-recording-ends'),
    });
  }, [terminals, t, evidence]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme stands on the page; its change is the occasion.
  useEffect(() => {
    terminals.retheme();
    const desktop = matchMedia('(prefers-color-scheme: dark)');
    const retheme = (): void => terminals.retheme();
    desktop.addEventListener('change', retheme);
    return () => desktop.removeEventListener('change', retheme);
  }, [terminals, theme]);
  const { ms } = replay.moment;
  const sought = replay.search !== null && replay.search.at >= 0 ? replay.search.text : '';
  useEffect(() => terminals.seek(ms, sought), [terminals, ms, sought]);
  return <TerminalsContext value={terminals}>{children}</TerminalsContext>;
}
