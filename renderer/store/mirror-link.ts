import { failure } from '../../shared/contract/failure.ts';
import type { CheckerRequest } from '../../shared/contract/ipc/people.ts';
import type { Answers, Pushes } from '../../shared/contract/ipc.ts';
import type { NotTaken } from '../model/not-taken.ts';
import type { App, Wiring } from './app.ts';
import type { AppState, OpenRun } from './app-state.ts';
import { openedRun } from './fold.ts';
import type { HomeActions } from './home-actions.ts';
import { type Asked, type Followed, followedFrom, withLink } from './mirror-link-state.ts';

export interface MirrorLinkActions {
  /** Asks main for something of the checker's; resolves to true when it was accepted, and tells what stands against it. */
  readonly askOperator: (request: CheckerRequest) => Promise<boolean>;
  /** The same for a dialog, which says itself why it was not taken; resolves to that, or null. */
  readonly submitToOperator: (request: CheckerRequest) => Promise<NotTaken | null>;
  /** Tells across the screen why something was not taken; nothing where nothing is followed any more. */
  readonly tellRefused: (what: Asked, notTaken: NotTaken) => void;
  /** Ends following; the copy is kept. */
  readonly stopFollowing: () => Promise<void>;
  /** Goes on with the run from this copy; resolves to null when the pen is here, else to why it is not. */
  readonly takeOver: (reason: string) => Promise<NotTaken | null>;
  readonly stillThere: () => void;
  readonly dismissAnswer: () => void;
}

export function mirrorLinkActions({ api, store, set }: Wiring, home: HomeActions): MirrorLinkActions {
  const change = (changes: Partial<Followed>): void => {
    const { followed } = store.getState();
    if (followed !== null) set({ followed: { ...followed, ...changes } });
  };

  const asking = async (what: Asked, work: () => Promise<NotTaken | null>): Promise<NotTaken | null> => {
    change({ pending: what, refused: null, failure: null });
    try {
      return await work();
    } catch (error) {
      return { type: 'failed', failure: failure('local-error', {}, error) };
    } finally {
      change({ pending: null });
    }
  };

  const submitToOperator = (request: CheckerRequest): Promise<NotTaken | null> =>
    asking(request.type, async () => {
      const answer = await api.request('mirror:intent', { intent: request });
      return answer.ok ? null : { type: 'refused', refusal: answer.refusal };
    });

  const tellRefused = (what: Asked, notTaken: NotTaken): void =>
    change(
      notTaken.type === 'failed' ? { failure: notTaken.failure } : { refused: { what, refusal: notTaken.refusal } },
    );

  /** One request at a time. */
  const free = (): boolean => store.getState().followed?.pending === null;

  return {
    askOperator: async (request) => {
      if (!free()) return false;
      const notTaken = await submitToOperator(request);
      if (notTaken !== null) tellRefused(request.type, notTaken);
      return notTaken === null;
    },
    submitToOperator,
    tellRefused,
    stopFollowing: async () => {
      if (free())
        await asking('leave', async () => {
          await api.request('mirror:leave', {});
          return null;
        });
      if (store.getState().screen === 'checker') await home.goHome();
      set({ followed: null });
    },
    takeOver: (reason) =>
      asking('take-over', async () => {
        const answer = await api.request('mirror:take-over', { reason });
        if (!answer.ok) return { type: 'failed', failure: answer.failure };
        set(withPen(store.getState(), answer.value));
        return null;
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
