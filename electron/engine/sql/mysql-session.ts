import type { Duplex } from 'node:stream';
import type { Connection, FieldPacket, QueryError, ResultSetHeader } from 'mysql2';
import type { SqlCell } from '../../../shared/steps/actions/sql.ts';
import { cellOf, hexCell, type SendEnd, type SqlSession, type StatementEnd, TableBuilder } from './session.ts';

/** Who logs in where; `stream` is already connected. */
export interface Login {
  readonly stream: Duplex;
  readonly user: string;
  readonly password: string;
  readonly schema: string | null;
  /** The name or address that the server's certificate must be for; null: no TLS. */
  readonly tls: string | null;
  /** Rows kept of each result; all are counted. */
  readonly keepRows: number;
}

/** MySQL's client/server protocol: SERVER_STATUS_IN_TRANS. */
const inTransactionFlag = 1;
/** Field types of numbers (DECIMAL to DOUBLE, LONGLONG, INT24, YEAR, NEWDECIMAL). */
const numericTypes = new Set([0, 1, 2, 3, 4, 5, 8, 9, 13, 246]);
/** The character set number of bytes. */
const binary = 63;
const blobTypes = new Set([249, 250, 251, 252, 253, 254]);

/** Logs in to MySQL or MariaDB. Rejects with what the server or the network said. */
export async function openMysql(login: Login, another: () => Promise<SqlSession>): Promise<SqlSession> {
  const { createConnection } = await import('mysql2');
  const connection = createConnection({
    stream: login.stream,
    user: login.user,
    password: login.password,
    ...(login.schema === null ? {} : { database: login.schema }),
    ...(login.tls === null ? {} : { host: login.tls, ssl: { rejectUnauthorized: true, verifyIdentity: true } }),
    charset: 'utf8mb4_general_ci',
    multipleStatements: true,
    rowsAsArray: true,
    // Values as the server wrote them; no code is made from column names.
    typeCast: false,
    disableEval: true,
  });
  // Every statement tells of a lost connection itself; without a listener it would end the process.
  connection.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error === null ? resolve() : reject(error)));
  });
  try {
    return await sessionOf(connection, login.keepRows, another);
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

async function sessionOf(
  connection: Connection,
  keepRows: number,
  another: () => Promise<SqlSession>,
): Promise<SqlSession> {
  let facts: readonly SqlCell[] = [];
  const asked = await send(
    connection,
    ['SELECT VERSION(), @@version_comment, @@sql_mode, @@max_allowed_packet, CONNECTION_ID()'],
    (_, end) => {
      facts = end.table?.rows[0] ?? [];
    },
    1,
  );
  if (asked.type !== 'done') throw new Error(asked.message);
  const [version, comment, mode, packet, id] = facts;
  const modes = String(mode).split(',');
  if (modes.includes('ANSI_QUOTES') || modes.includes('ORACLE')) {
    throw new Error(`sql_mode ${String(mode)} changes how quotes are read; this app cannot cut scripts for it`);
  }
  const asking = async (text: string, read: (end: StatementEnd) => void): Promise<boolean> => {
    const beside = await another().catch(() => null);
    if (beside === null) return false;
    const end = await beside.send([text], (_, statement) => read(statement));
    beside.close();
    return end.type === 'done';
  };
  return {
    server: `${String(version)} ${String(comment)}`.trim(),
    lexing: { dialect: 'mysql', backslashEscapes: !modes.includes('NO_BACKSLASH_ESCAPES') },
    longest: Number(packet) - 1_024,
    send: (statements, onEnd) => send(connection, statements, onEnd, keepRows),
    interrupt: () => asking(`KILL QUERY ${String(id)}`, () => {}),
    stillThere: async () => {
      let there: boolean | null = null;
      const text = `SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = ${String(id)}`;
      const seen = await asking(text, ({ table }) => {
        there = table?.rows[0]?.[0] !== 0;
      });
      return seen ? there : null;
    },
    close: () => {
      // A goodbye spares the server an "aborted connection"; what does not answer is cut.
      connection.end(() => connection.destroy());
      setTimeout(() => connection.destroy(), 1_000).unref();
    },
  };
}

function send(
  connection: Connection,
  statements: readonly string[],
  onEnd: (index: number, end: StatementEnd) => void,
  keepRows: number,
): Promise<SendEnd> {
  return new Promise((resolve) => {
    const progress = new Progress(statements.length, onEnd, keepRows);
    let settled = false;
    const settle = (end: SendEnd): void => {
      if (settled) return;
      settled = true;
      connection.off('error', lost);
      resolve(end);
    };
    // The driver tells of a lost connection there, whatever was under way.
    const lost = ({ message }: Error): void => settle({ type: 'lost', message });
    connection.on('error', lost);
    const query = connection.query({ sql: statements.join(';\n') });
    query.on('fields', (fields: FieldPacket[] | undefined) => progress.begin(fields));
    query.on('result', (row: unknown) => progress.take(row));
    query.on('error', (error: QueryError) => {
      const { message, errno } = error;
      if (error.fatal === true || errno === undefined) return settle({ type: 'lost', message });
      settle({ type: 'error', message, code: String(errno) });
    });
    query.on('end', () => {
      // The driver says so after an error as well.
      if (settled) return;
      progress.finish();
      settle({ type: 'done' });
    });
  });
}

/** Puts the results of one message together, statement by statement. */
class Progress {
  readonly #statements: number;
  readonly #onEnd: (index: number, end: StatementEnd) => void;
  readonly #keepRows: number;
  #index = 0;
  #builder: TableBuilder | null = null;
  #numeric: boolean[] = [];
  #bytes: boolean[] = [];
  /** Of a single statement (a CALL) that has several results. */
  #affected = 0;
  #warnings = 0;
  #inTransaction: boolean | null = null;
  #table: StatementEnd['table'] = null;

  constructor(statements: number, onEnd: (index: number, end: StatementEnd) => void, keepRows: number) {
    this.#statements = statements;
    this.#onEnd = onEnd;
    this.#keepRows = keepRows;
  }

  begin(fields: readonly FieldPacket[] | undefined): void {
    this.#endRows();
    if (fields === undefined) return;
    this.#builder = new TableBuilder(
      fields.map((field) => field.name),
      this.#keepRows,
    );
    this.#numeric = fields.map(({ columnType }) => numericTypes.has(columnType ?? -1));
    this.#bytes = fields.map(
      ({ columnType, characterSet }) => blobTypes.has(columnType ?? -1) && characterSet === binary,
    );
  }

  take(row: unknown): void {
    if (this.#builder !== null && Array.isArray(row)) {
      const values = row as (Buffer | string | null)[];
      this.#builder.add(() => values.map((value, index) => this.#cell(value, index)));
      return;
    }
    const { affectedRows, warningStatus, serverStatus } = row as ResultSetHeader & { serverStatus?: number };
    this.#affected += affectedRows;
    this.#warnings += warningStatus;
    this.#inTransaction = serverStatus === undefined ? null : (serverStatus & inTransactionFlag) !== 0;
    if (this.#statements > 1) this.#endStatement();
  }

  /** The end of everything; rows say so only by what follows them. */
  finish(): void {
    this.#endRows();
    if (this.#statements === 1) this.#endStatement();
  }

  #endRows(): void {
    if (this.#builder === null) return;
    this.#table = this.#builder.build();
    this.#builder = null;
    if (this.#statements > 1) this.#endStatement();
  }

  #endStatement(): void {
    const end = {
      affected: this.#affected,
      warnings: this.#warnings,
      table: this.#table,
      inTransaction: this.#inTransaction,
    };
    this.#affected = 0;
    this.#warnings = 0;
    this.#table = null;
    this.#inTransaction = null;
    this.#onEnd(this.#index, end);
    this.#index += 1;
  }

  #cell(value: Buffer | string | null, index: number): SqlCell {
    if (value === null || typeof value === 'string') return cellOf(value, this.#numeric[index] ?? false);
    if (this.#bytes[index] === true) return hexCell(value);
    return cellOf(value.toString('utf8'), this.#numeric[index] ?? false);
  }
}
