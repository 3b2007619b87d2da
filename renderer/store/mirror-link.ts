import { failure } from '../../shared/contract/failure.ts';
import type { CheckerRequest } from '../../shared/contract/ipc/people.ts';
import type { Answers, Pushes } from '../../shared/contract/ipc.ts';
import type { App, Wiring } from './app.ts';
import type { AppState, OpenRun } from './app-state.ts';
import { openedRun } from './fold.ts';
import type { HomeActions } from './home-actions.ts';
import { type Asked, type Followed, followedFrom, withLink } from './mirror-link-state.ts';

export interface MirrorLinkActions {
  /** Asks main for something of the checker's; resolves to true when it was accepted. */
  readonly askOperator: (request: CheckerRequest) => Promise<boolean>;
  /** Ends following; the copy is kept. */
  readonly stopFollowing: () => Promise<void>;
  /** Goes on with the run from this copy; resolves to true when the pen is here. */
  readonly takeOver: (reason: string) => Promise<boolean>;
  readonly stillThere: () => void;
  readonly dismissAnswer: () => void;
}

export function mirrorLinkActions({ api, store, set }: Wiring, home: HomeActions): MirrorLinkActions {
  const change = (changes: Partial<Followed>): void => {
    const { followed } = store.getState();
    if (followed !== null) set({ followed: { ...followed, ...changes } });
  };

  /** One request at a time; a request that breaks ends as a notice on the screen. */
  const asking = async (what: Asked, work: () => Promise<boolean>): Promise<boolean> => {
    const { followed } = store.getState();
    if (followed === null || followed.pending !== null) return false;
    change({ pending: what, refused: null, failure: null });
    try {
      return await work();
    } catch (error) {
      change({ failure: failure('local-error', {}, error) });
      return false;
    } finally {
      change({ pending: null });
    }
  };

  return {
    askOperator: (request) =>
      asking(request.type, async () => {
        const answer = await api.request('mirror:intent', { intent: request });
        if (!answer.ok) change({ refused: { what: request.type, refusal: answer.refusal } });
        return answer.ok;
      }),
    stopFollowing: async () => {
      await asking('leave', async () => (await api.request('mirror:leave', {})) === null);
      if (store.getState().screen === 'checker') await home.goHome();
      set({ followed: null });
    },
    takeOver: (reason) =>
      asking('take-over', async () => {
        const answer = await api.request('mirror:take-over', { reason });
        if (answer.ok) set(withPen(store.getState(), answer.value));
        else change({ failure: answer.failure });
        return answer.ok;
      }),
    stillThere: () => void api.request('mirror:awake', {}).catch(() => undefined),
    dismissAnswer: () => change({ refused: null, failure: null }),
  };
}

/** Lets main's words about the followed run into the store, and asks once what is followed already. */
export function listenToMirror({ api, store, actions }: App): readonly (() => void)[] {
  const stops = [
    api.subscribe('mirror:linked', (push) => {
      if (push !== null) return store.setState((state) => linked(state, push, Date.now()));
      const { screen } = store.getState();
      store.setState({ followed: null });
      if (screen === 'checker') void actions.goHome();
    }),
    api.subscribe('mirror:state', ({ state }) => store.setState((before) => mirrored(before, state))),
    api.subscribe('mirror:pen', (pen) => store.setState((state) => withPen(state, pen))),
  ];
  // The page may have been loaded anew while main went on following.
  void refollow({ api, store });
  return stops;
}

/** Asks main for the whole of the followed run: after a gap, and when the page was loaded anew. */
export async function refollow({ api, store }: Pick<App, 'api' | 'store'>): Promise<void> {
  const answer = await api.request('mirror:link', {});
  if (answer === null) return;
  store.setState((state) => linked(state, answer, Date.now()));
  const { state } = answer;
  if (state !== null) store.setState((before) => mirrored(before, state));
}

type Linked = Pick<NonNullable<Answers['mirror:link']>, 'link' | 'statement'>;

/** What main said of the link. Who has the pen follows nobody, whatever the old link still says. */
function linked(state: AppState, { link, statement }: Linked, now: number): Partial<AppState> {
  if (holdsPen(state.run)) return {};
  const { followed } = state;
  if (followed !== null) return { followed: withLink(followed, link, statement, now) };
  return { followed: followedFrom(link, statement, now), screen: 'checker', preflight: null, run: null };
}

function holdsPen(run: OpenRun | null): boolean {
  return run?.live === true && run.state.status !== 'ended' && run.state.penWith === null;
}

/** The followed run's state anew; what the person looks at stays. */
function mirrored(state: AppState, fresh: OpenRun['state']): Partial<AppState> {
  const { run, followed } = state;
  if (followed === null || holdsPen(run)) return {};
  if (run === null || run.live || run.state.runId !== fresh.runId) return { run: openedRun(fresh, false, false) };
  return { run: { ...run, state: fresh } };
}

/** The pen came here: the run is this window's own from now on. It may be told twice. */
function withPen(state: AppState, pen: Pushes['mirror:pen']): Partial<AppState> {
  const known = holdsPen(state.run) && state.run?.state.runId === pen.runId;
  if (known && (state.run?.state.seq ?? 0) >= pen.state.seq) return { followed: null };
  return { followed: null, run: openedRun(pen.state, true, false), screen: 'run' };
}
