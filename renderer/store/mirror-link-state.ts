import type { Failure } from '../../shared/contract/errors.ts';
import type { Refusal } from '../../shared/contract/intents.ts';
import type { CheckerRequest, LinkView, SigningView } from '../../shared/contract/ipc/people.ts';

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
  /** Since the link was lost: when that was seen, when it was last said (milliseconds), how often it was tried again. */
  readonly lost: { readonly since: number; readonly said: number; readonly tries: number } | null;
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

/** Words as close as this are the same words. */
const SAME_WORDS_MS = 500;

function lostSince({ lost }: Followed, status: LinkView['status'], now: number): Followed['lost'] {
  if (status === 'connecting') return lost;
  // Only being back, or the end, makes a loss forgotten.
  if (status !== 'lost') return null;
  if (lost === null) return { since: now, said: now, tries: 0 };
  // Main says "lost" after every try that failed, and may repeat its last words within a moment.
  return now - lost.said < SAME_WORDS_MS ? lost : { ...lost, said: now, tries: lost.tries + 1 };
}
