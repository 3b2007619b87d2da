import type { Failure } from '../../shared/contract/errors.ts';

/** The disk refused a record: what was asked for did not happen. */
export class JournalRefused extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.cause ?? failure.code);
    this.failure = failure;
  }
}

/** For work that nobody waits for: the refusal has been told to the screens, anything else is a fault of ours. */
export function ignoreRefusedJournal(error: unknown): void {
  if (!(error instanceof JournalRefused)) throw error;
}
