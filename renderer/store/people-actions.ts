import type { Failure } from '../../shared/contract/errors.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { KnownPerson, MirrorView } from '../../shared/contract/ipc/people.ts';
import type { Reply } from '../../shared/contract/ipc.ts';
import type { Wiring } from './app.ts';
import type { JoinState } from './app-state.ts';
import { refollow } from './mirror-link.ts';

export interface PeopleActions {
  /** Lets others follow the open run. `address` is named first in the invitation. Null when it was done. */
  readonly openMirror: (address: string | null) => Promise<Failure | null>;
  /** A fresh one-time invitation in place of the unused one. Null when it was done. */
  readonly invite: () => Promise<Failure | null>;
  /** Nobody can follow any more. Null when it was done. */
  readonly closeMirror: () => Promise<Failure | null>;
  /** Reads who follows the run that was just shown. */
  readonly readMirror: () => Promise<void>;
  /** Opens or closes the dialog for following somebody's run. */
  readonly showJoin: (open: boolean) => void;
  readonly draftJoin: (change: Partial<Pick<JoinState, 'invitation' | 'address'>>) => void;
  /** Follows somebody's run: the checker's screen once their app answered, else the dialog with what went wrong. */
  readonly joinRun: (invitation: string, address: string | null) => Promise<void>;
  /** Follows again a run whose copy is here. */
  readonly rejoinRun: (runId: string) => Promise<void>;
  /** Everybody whose key was exchanged beforehand; nobody where that cannot be read. */
  readonly knownPeople: () => Promise<readonly KnownPerson[]>;
}

export function peopleActions({ api, store, set }: Wiring): PeopleActions {
  const show = (view: MirrorView | null): void => set({ mirror: view === null ? null : { view, at: Date.now() } });

  const changeJoin = (change: Partial<JoinState>): void => {
    const { joining } = store.getState();
    if (joining !== null) set({ joining: { ...joining, ...change } });
  };

  /** Whatever goes wrong comes back as a failure, never as silence. */
  const asked = async <T>(ask: () => Promise<Reply<T>>, then: (value: T) => void): Promise<Failure | null> => {
    try {
      const answer = await ask();
      if (!answer.ok) return answer.failure;
      then(answer.value);
      return null;
    } catch (error) {
      return failure('local-error', {}, error);
    }
  };

  const invite = (): Promise<Failure | null> => asked(() => api.request('mirror:invite', {}), show);

  return {
    openMirror: async (address) => {
      const opened = await asked(() => api.request('mirror:open', { address }), show);
      return opened ?? (await invite());
    },
    invite,
    closeMirror: () =>
      asked(
        async () => ({ ok: true, value: await api.request('mirror:close', {}) }),
        () => show(null),
      ),
    readMirror: async () => {
      try {
        show(await api.request('mirror:get', {}));
      } catch {
        // What cannot be read is not claimed: nobody is shown, and main's next push says who is there.
        show(null);
      }
    },
    showJoin: (open) => set({ joining: open ? { invitation: '', address: '', busy: false, failure: null } : null }),
    draftJoin: (change) => changeJoin({ ...change, failure: null }),
    joinRun: async (invitation, address) => {
      if (store.getState().joining?.busy !== false) return;
      changeJoin({ busy: true, failure: null });
      const found = await asked(
        () => api.request('mirror:join', { invitation, address }),
        () => {},
      );
      if (found === null) {
        set({ joining: null });
        // What main pushed meanwhile is known already; asking once more costs nothing and misses nothing.
        await refollow({ api, store });
        return;
      }
      changeJoin({ busy: false, failure: found });
      // Main told of a link that came to nothing: back to where the invitation was pasted.
      if (store.getState().screen === 'checker') set({ followed: null, run: null, screen: 'home' });
    },
    rejoinRun: async (runId) => {
      const { home } = store.getState();
      if (home.busy !== null) return;
      set({ home: { ...home, busy: 'run', failure: null } });
      const found = await asked(
        () => api.request('mirror:rejoin', { runId }),
        () => {},
      );
      set({ home: { ...store.getState().home, busy: null, failure: found } });
      if (found === null) await refollow({ api, store });
    },
    knownPeople: async () => {
      try {
        return await api.request('people:list', {});
      } catch {
        return [];
      }
    },
  };
}
