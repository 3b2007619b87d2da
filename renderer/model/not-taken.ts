import type { Failure } from '../../shared/contract/errors.ts';
import type { Refusal } from '../../shared/contract/intents.ts';

/** Why main did not take what it was asked for: a rule stands against it, or something broke on the way. */
export type NotTaken =
  | { readonly type: 'refused'; readonly refusal: Refusal }
  | { readonly type: 'failed'; readonly failure: Failure };
