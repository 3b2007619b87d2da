import type { IdentityView } from '../../../shared/contract/ipc/people.ts';
import { useActions, useAppState } from '../../store/use-app.ts';

/** The person of this installation, for whatever needs their signature. */
export interface OwnIdentity {
  /** Null while there is none, and until main was asked. */
  readonly view: IdentityView | null;
  /** Resolves to true once the key can sign; makes or unlocks it with the person where it cannot yet. */
  readonly need: () => Promise<boolean>;
}

/** The dialogs that `need` opens are shown by `IdentityGate`, which lies over every screen. */
export function useIdentity(): OwnIdentity {
  const view = useAppState((state) => state.identity.known?.identity ?? null);
  const { needIdentity } = useActions();
  return { view, need: needIdentity };
}
