import { type ReactNode, useEffect, useState } from 'react';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { MomentContext } from '../../components/use-now.ts';
import { useText } from '../../components/use-text.ts';

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
  const began = Date.parse(replay.view.startedAt);
  return (
    <MomentContext value={began + replay.moment.ms}>
      <WithPastTerminals key={replay.runId} recordings={replay.view.recordings} replay={replay}>
        <ReplayView run={run} replay={replay} view={replay.view} />
      </WithPastTerminals>
    </MomentContext>
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
  const { t } = useText();
  const theme = useAppState((state) => state.settings?.theme ?? 'system');
  const [terminals] = useState(() => new ReplayTerminals(api, recordings));
  useEffect(() => () => terminals.dispose(), [terminals]);
  useEffect(() => {
    terminals.setSkippedMarker((characters) => t('skipped', { count: characters }));
  }, [terminals, t]);
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
