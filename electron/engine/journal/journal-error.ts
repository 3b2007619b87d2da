import type { ChainFault } from '../../../shared/journal/chain.ts';

/**
 * Why a journal could not be created, opened or written:
 * `exists` there is one already; `missing` there is none; `not-a-file` a folder, a pipe, a socket or a device lies in
 * its place; `empty` not one whole record in it;
 * `locked` another process writes it; `altered` the chain is broken, so nobody may continue it;
 * `unwritable` the disk refused (the cause says how); `invalid-record` the event does not fit the contract;
 * `closed` it was closed before.
 */
export type JournalErrorCode =
  | 'exists'
  | 'missing'
  | 'not-a-file'
  | 'empty'
  | 'locked'
  | 'altered'
  | 'unwritable'
  | 'invalid-record'
  | 'closed';

/** A journal refused. `fault` names the first bad record of an altered one. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly code: JournalErrorCode;
  readonly fault: ChainFault | null;

  constructor(code: JournalErrorCode, message: string, details: { cause?: unknown; fault?: ChainFault } = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.fault = details.fault ?? null;
  }
}

/** The system's error code (`ENOSPC` …) of anything thrown, or null. */
export function systemCode(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}
