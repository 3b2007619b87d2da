import type { Failure } from '../../shared/contract/errors.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { Reply, RequestOf } from '../../shared/contract/ipc.ts';
import type { Wiring } from './app.ts';
import type { IdentityState } from './app-state.ts';

export interface IdentityActions {
  /** Asks main who the person of this installation is. */
  readonly readIdentity: () => Promise<void>;
  /** Makes the key; resolves to why it could not be made, or null. */
  readonly createIdentity: (wanted: RequestOf<'identity:create'>) => Promise<Failure | null>;
  /** Unlocks the key (a keyring is asked again, whatever `passphrase` says); resolves to why not, or null. */
  readonly unlockIdentity: (passphrase: string) => Promise<Failure | null>;
  /** Whether the key can sign now; where it cannot, asks the person to make or unlock it first. */
  readonly needIdentity: () => Promise<boolean>;
  /** The person will not make or unlock their key now: whoever waits for it is told. */
  readonly refuseIdentity: () => void;
  readonly readPeople: () => Promise<void>;
  /** Keeps the person of a card; resolves to why not, or null. */
  readonly pinPerson: (card: string) => Promise<Failure | null>;
  readonly forgetPerson: (publicKey: string) => Promise<Failure | null>;
}

export function identityActions({ api, store, set }: Wiring): IdentityActions {
  let waiting: readonly ((done: boolean) => void)[] = [];

  const change = (changes: Partial<IdentityState>): void => {
    set({ identity: { ...store.getState().identity, ...changes } });
  };
  const settle = (done: boolean): void => {
    const told = waiting;
    waiting = [];
    change({ wanted: false });
    for (const tell of told) tell(done);
  };
  const readIdentity = async (): Promise<void> => {
    try {
      change({ known: await api.request('identity:get', {}) });
    } catch (error) {
      const trouble = failure('local-error', {}, error);
      change({ known: { identity: null, keyring: false, card: null, failure: trouble } });
    }
  };
  const ready = (): boolean => store.getState().identity.known?.identity?.locked === false;

  /** The answer's failure, or null once the screens know what has changed. */
  const ask = async (request: () => Promise<Reply<unknown> | null>, read: () => Promise<void>) => {
    try {
      const answer = await request();
      await read();
      return answer?.ok === false ? answer.failure : null;
    } catch (error) {
      return failure('local-error', {}, error);
    }
  };
  const readKey = async (): Promise<void> => {
    await readIdentity();
    if (ready()) settle(true);
  };
  const readPeople = async (): Promise<void> => {
    try {
      change({ people: await api.request('people:list', {}) });
    } catch {
      // Nobody is known by a list that cannot be read.
      change({ people: [] });
    }
  };

  return {
    readIdentity,
    createIdentity: (wanted) => ask(() => api.request('identity:create', wanted), readKey),
    unlockIdentity: (passphrase) => ask(() => api.request('identity:unlock', { passphrase }), readKey),
    needIdentity: async () => {
      await readIdentity();
      if (ready()) return true;
      return await new Promise<boolean>((resolve) => {
        waiting = [...waiting, resolve];
        change({ wanted: true });
      });
    },
    refuseIdentity: () => settle(false),
    readPeople,
    pinPerson: (card) => ask(() => api.request('people:pin', { card }), readPeople),
    forgetPerson: (publicKey) => ask(() => api.request('people:forget', { publicKey }), readPeople),
  };
}
