import type { Failure } from '../../shared/contract/errors.ts';
import type { Refusal } from '../../shared/contract/intents.ts';
import type { CheckerRequest, LinkView, SigningView } from '../../shared/contract/ipc.ts';

/** What is on its way to main. */
export type Asked = CheckerRequest['type'] | 'take-over' | 'leave';

/** Somebody else's run that this window follows; the run itself is `AppState.run`, which nobody holds here. */
export interface Followed {
  readonly link: LinkView;
  /** What would be signed now, as main worked it out from this machine's own copy. */
  readonly statement: SigningView | null;
  readonly pending: Asked | null;
  /** Why the last thing that was asked for was refused, and what that was. */
  readonly refused: { readonly what: Asked; readonly refusal: Refusal } | null;
  /** The last request could not even be made. */
  readonly failure: Failure | null;
  /** Since the link was lost: when that was seen (milliseconds), and how often it was tried again. */
  readonly lost: { readonly since: number; readonly tries: number } | null;
  /** When the newest receipt was heard of, in milliseconds; null for one that was there before this window looked. */
  readonly receiptedAt: number | null;
  /** The most bytes that were missing at once since nothing was: what is copied is a part of it. */
  readonly copying: number;
}

/** The first word from main about a run that is followed. */
export function followedFrom(link: LinkView, statement: SigningView | null, now: number): Followed {
  const fresh: Followed = {
    link,
    statement,
    pending: null,
    refused: null,
    failure: null,
    lost: null,
    receiptedAt: null,
    copying: 0,
  };
  return withLink(fresh, link, statement, now);
}

/** What main said last, with what only the order of its words tells. `now` in milliseconds. */
export function withLink(before: Followed, link: LinkView, statement: SigningView | null, now: number): Followed {
  return {
    ...before,
    link,
    statement,
    lost: lostSince(before, link.status, now),
    receiptedAt: link.receipted === before.link.receipted ? before.receiptedAt : now,
    copying: link.missingBytes === 0 ? 0 : Math.max(before.copying, link.missingBytes),
  };
}

function lostSince({ lost, link }: Followed, status: LinkView['status'], now: number): Followed['lost'] {
  if (status === 'lost') return lost ?? { since: now, tries: 0 };
  // A new try after a loss; only being back makes it forgotten.
  if (status !== 'connecting' || lost === null) return null;
  return link.status === 'lost' ? { ...lost, tries: lost.tries + 1 } : lost;
}
