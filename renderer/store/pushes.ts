import { withCheck } from '../model/preflight-checks.ts';
import type { App } from './app.ts';
import { foldRecord, openedRun } from './fold.ts';
import { listenToMirror, refollow } from './mirror-link.ts';

/** Lets main's pushes into the store. Returns the way to stop. */
export function listenToPushes(app: App): () => void {
  const { api, store } = app;
  const stops = [
    api.subscribe('run:record', (push) => {
      const folded = foldRecord(store.getState(), push);
      if (folded.type === 'folded') store.setState(folded.state);
      else if (folded.type === 'gap') void resnapshot({ api, store }, push.runId);
    }),
    api.subscribe('run:journal', (journal) => {
      const { run } = store.getState();
      if (run !== null) store.setState({ run: { ...run, journal } });
    }),
    api.subscribe('run:progress', (progress) => {
      const { run } = store.getState();
      // Late words about an attempt that has ended are of no use to anybody.
      if (run !== null && run.state.running[progress.attempt] !== undefined)
        store.setState({ run: { ...run, progress: { ...run.progress, [progress.attempt]: progress } } });
    }),
    api.subscribe('lock:view', (lock) => {
      const { run } = store.getState();
      if (run !== null) store.setState({ run: { ...run, lock } });
    }),
    api.subscribe('lock:way-refused', ({ way }) => {
      const { run } = store.getState();
      const number = (run?.refusedWay?.number ?? 0) + 1;
      if (run !== null) store.setState({ run: { ...run, refusedWay: { way, number } } });
    }),
    api.subscribe('preflight:host', (host) => {
      const { preflight } = store.getState();
      if (preflight !== null)
        store.setState({ preflight: { ...preflight, hosts: { ...preflight.hosts, [host.name]: host } } });
    }),
    api.subscribe('preflight:check', ({ item, check }) => {
      const { preflight } = store.getState();
      if (preflight !== null) store.setState({ preflight: { ...preflight, ...withCheck(preflight, item, check) } });
    }),
    api.subscribe('prompt:ask', (prompt) =>
      store.setState(({ prompts }) => ({ prompts: [...prompts.filter(({ id }) => id !== prompt.id), prompt] })),
    ),
    api.subscribe('prompt:withdraw', ({ id }) =>
      store.setState(({ prompts }) => ({ prompts: prompts.filter((prompt) => prompt.id !== id) })),
    ),
    api.subscribe('mirror:view', (view) => store.setState({ mirror: view === null ? null : { view, at: Date.now() } })),
    api.subscribe('identity:changed', () => void app.actions.readIdentity()),
    api.subscribe('feed:view', (feed) => store.setState({ feed })),
    api.subscribe('settings:changed', (settings) => store.setState({ settings })),
    api.subscribe('history:verdict', ({ runId, verdict }) =>
      store.setState(({ verdicts }) => ({ verdicts: { ...verdicts, [runId]: verdict } })),
    ),
    api.subscribe('run:moving', (moving) =>
      store.setState((before) => ({
        moving: moving === null ? null : { ...moving, stopping: before.moving?.stopping ?? false },
      })),
    ),
    api.subscribe('history:reading', () => {
      if (store.getState().screen === 'history') void app.actions.refreshHistory();
    }),
    api.subscribe('window:close-refused', ({ refusal }) => {
      const { run } = store.getState();
      if (run !== null) store.setState({ run: { ...run, refusal } });
    }),
    ...listenToMirror(app),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** A record is missing here: ask for the whole state again rather than guess. */
async function resnapshot({ api, store }: Pick<App, 'api' | 'store'>, runId: string): Promise<void> {
  if (store.getState().followed !== null) return refollow({ api, store });
  const answer = await api.request('run:open', { runId });
  const { run } = store.getState();
  if (!answer.ok || run === null || run.state.runId !== runId || answer.value.state.seq < run.state.seq) return;
  const fresh = openedRun(answer.value.state, answer.value.live, run.resumed);
  store.setState({ run: { ...run, state: fresh.state, live: fresh.live } });
}
