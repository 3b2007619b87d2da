import type { Failure } from '../../../shared/contract/errors.ts';
import type { ScriptResult } from '../../../shared/steps/actions/sql.ts';
import type { Clock } from '../ports.ts';
import type { SqlTable } from './session.ts';

/** A script that is ready to run; `statements` were counted before. */
export interface ScriptJob {
  readonly path: string;
  readonly sha256: string;
  readonly text: string;
  readonly statements: number;
  readonly mode: 'auto' | 'none' | 'read';
  readonly timeoutMs: number;
}

/** Who is told while a script runs. `note` writes down durably what is about to be done. */
export interface ScriptWatch {
  note(text: string): Promise<void>;
  progress(done: number, of: number): void;
  say(line: string): Promise<void>;
  table(statement: number, table: SqlTable): void;
  readonly cancelled: AbortSignal;
  readonly clock: Clock;
}

/** What became of a script. */
export interface ScriptEnd {
  readonly result: ScriptResult;
  /** Why it did not end well, or null. */
  readonly failure: Failure | null;
}
