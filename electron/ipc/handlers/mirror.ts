import { failure } from '../../../shared/contract/failure.ts';
import type { Desktop } from '../desktop.ts';
import type { GuestDesk } from '../guest-desk.ts';
import type { MirrorDesk } from '../mirror-desk.ts';
import type { Handlers } from '../router.ts';
import type { RunDesk } from '../run-desk.ts';

type Names =
  | 'mirror:open'
  | 'mirror:invite'
  | 'mirror:close'
  | 'mirror:get'
  | 'mirror:join'
  | 'mirror:rejoin'
  | 'mirror:leave'
  | 'mirror:link'
  | 'mirror:intent'
  | 'mirror:awake'
  | 'window:attention'
  | 'mirror:take-over';

/** Being followed, and following. */
export function mirrorHandlers(
  runs: RunDesk,
  mirror: MirrorDesk,
  guest: GuestDesk,
  desktop: Pick<Desktop, 'attention'>,
): Pick<Handlers, Names> {
  /** One window does one thing: a run that is held has to be left first, and that at a safe point. */
  const inTheWay = async () => {
    const refusal = await runs.close();
    return refusal === null ? null : ({ ok: false, failure: failure('local-error', {}, refusal.code) } as const);
  };
  return {
    'mirror:open': ({ address }) => mirror.open(address === '' ? null : address),
    'mirror:invite': () => mirror.invite(),
    'mirror:close': async () => {
      await mirror.shut();
      return null;
    },
    'mirror:get': () => mirror.view(),
    'mirror:join': async ({ invitation, address }) =>
      (await inTheWay()) ?? (await guest.join(invitation, address === '' ? null : address)),
    'mirror:rejoin': async ({ runId }) => (await inTheWay()) ?? (await guest.rejoin(runId)),
    'mirror:leave': async () => {
      await guest.leave();
      return null;
    },
    'mirror:link': () => guest.link(),
    'mirror:intent': ({ intent }) => guest.submit(intent),
    'mirror:awake': () => {
      guest.awake();
      return null;
    },
    'window:attention': ({ count }) => {
      desktop.attention(count);
      return null;
    },
    'mirror:take-over': ({ reason }) => guest.takeOver(reason),
  };
}
