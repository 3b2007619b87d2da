import type { Lexing } from '../../../shared/sql/dialect.ts';
import type { SqlCell } from '../../../shared/steps/actions/sql.ts';

/** The beginning of a result's rows; `rowCount` counts all of them. */
export interface SqlTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlCell[])[];
  readonly rowCount: number;
}

/** What the server said at the end of a statement. */
export interface StatementEnd {
  readonly affected: number | null;
  readonly warnings: number;
  /** The last result with columns, or null. */
  readonly table: SqlTable | null;
  /** Whether a transaction is open now, where the server said so. */
  readonly inTransaction: boolean | null;
}

/** How what was sent ended. After an error the statements behind it were not executed. */
export type SendEnd =
  | { readonly type: 'done' }
  | {
      readonly type: 'error';
      readonly message: string;
      /** The engine's own number or SQLSTATE. */
      readonly code: string;
    }
  /** The connection went: whether the statement under way took effect is not known. */
  | { readonly type: 'lost'; readonly message: string };

/** One logged-in connection to a database. */
export interface SqlSession {
  /** What the server calls itself. */
  readonly server: string;
  readonly lexing: Lexing;
  /** The longest text the server takes at once, in bytes. */
  readonly longest: number;
  /**
   * Sends statements in one message; the server works them in order and stops at the first that fails. `onEnd` is
   * called for each that ended well. Never rejects.
   */
  send(statements: readonly string[], onEnd: (index: number, end: StatementEnd) => void): Promise<SendEnd>;
  /** Asks the server over a second connection to stop what this one does; false when that could not be asked. */
  interrupt(): Promise<boolean>;
  /** Over a second connection: whether the server still works for this one; null when that could not be seen. */
  stillThere(): Promise<boolean | null>;
  /** Ends the connection; what was not committed the server undoes. */
  close(): void;
}

/** Rows kept of each result where nobody wants more: enough for the recording and the journal. */
export const keptRows = 100;
/** Characters kept of one value. */
const keptCharacters = 1_000;

/** A text value as it is kept: numbers of at most fifteen digits as numbers, so that they can be compared. */
export function cellOf(value: string | null, numeric: boolean): SqlCell {
  if (value === null) return null;
  if (numeric && value.length <= 16 && Number.isFinite(Number(value))) return Number(value);
  return value.length <= keptCharacters ? value : `${value.slice(0, keptCharacters)}…`;
}

/** Bytes as PostgreSQL writes them, shortened. */
export function hexCell(bytes: Buffer): string {
  return cellOf(`\\x${bytes.subarray(0, keptCharacters).toString('hex')}`, false) as string;
}

/** Collects the rows of one result, keeping the first only. */
export class TableBuilder {
  readonly columns: readonly string[];
  readonly #keep: number;
  readonly #rows: SqlCell[][] = [];
  #count = 0;

  constructor(columns: readonly string[], keep: number) {
    this.#keep = keep;
    this.columns = columns.slice(0, 1_000).map((column) => column.slice(0, keptCharacters));
  }

  /** `read` is only called for rows that are kept. */
  add(read: () => SqlCell[]): void {
    this.#count += 1;
    if (this.#rows.length < this.#keep) this.#rows.push(read().slice(0, this.columns.length));
  }

  build(): SqlTable {
    return { columns: this.columns, rows: this.#rows, rowCount: this.#count };
  }
}
