import type { IdentityKeeper } from '../../engine/identity/keeper.ts';
import type { PinnedPeople } from '../../engine/identity/people.ts';
import type { Handlers } from '../router.ts';

/** The person of this installation, and those whose keys they know. */
export function identityHandlers(
  keeper: IdentityKeeper,
  people: PinnedPeople,
): Pick<
  Handlers,
  'identity:get' | 'identity:create' | 'identity:unlock' | 'people:list' | 'people:pin' | 'people:forget'
> {
  return {
    'identity:get': () => ({
      identity: keeper.view(),
      keyring: keeper.keyring,
      card: keeper.card(),
      failure: keeper.trouble(),
    }),
    'identity:create': (wanted) => keeper.create(wanted),
    'identity:unlock': ({ passphrase }) => keeper.unlock(passphrase),
    'people:list': () => people.list(),
    'people:pin': ({ card }) => people.pin(card),
    'people:forget': async ({ publicKey }) => {
      await people.forget(publicKey);
      return null;
    },
  };
}
