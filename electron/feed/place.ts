import type { Failure } from '../../shared/contract/errors.ts';
import type { RecordLine } from './record-line.ts';

/** Records of one run, in order, on their way to a place. */
export interface Parcel {
  readonly run: string;
  readonly environment: string;
  readonly lines: readonly RecordLine[];
}

/** Somewhere that records are sent on to. Nothing here rejects. */
export interface Place {
  /** Null once the place took all of them; otherwise it may have taken some, and they are sent again. */
  send(parcel: Parcel, signal: AbortSignal): Promise<Failure | null>;
  /** Sends one message that is no record. */
  test(at: string, signal: AbortSignal): Promise<Failure | null>;
}
