import type { Duplex } from 'node:stream';
import type { Client } from 'pg';
import type { SqlCell } from '../../../shared/steps/actions/sql.ts';
import type { Login } from './mysql-session.ts';
import { cellOf, type SendEnd, type SqlSession, type StatementEnd, TableBuilder } from './session.ts';

/** Type OIDs of numbers: int8, int2, int4, oid, float4, float8, numeric. */
const numericTypes = new Set([20, 21, 23, 26, 700, 701, 1700]);
const booleanType = 16;
/** PostgreSQL takes up to 1 GB in one message; a string of JavaScript does not. */
const longest = 256 * 1024 * 1024;

/** Logs in to PostgreSQL. Rejects with what the server or the network said. */
export async function openPostgres(login: Login, another: () => Promise<SqlSession>): Promise<SqlSession> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    stream: () => asSocket(login.stream),
    user: login.user,
    password: login.password,
    database: login.schema ?? login.user,
    host: login.tls ?? 'localhost',
    ssl: login.tls === null ? false : { rejectUnauthorized: true },
    client_encoding: 'UTF8',
    application_name: 'countersign',
    keepAlive: true,
  });
  // Every statement tells of a lost connection itself; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    return await sessionOf(client, login.keepRows, another);
  } catch (error) {
    login.stream.destroy();
    throw error;
  }
}

/** The driver calls a few methods of a socket on its stream; this one is connected already. */
function asSocket(stream: Duplex): Duplex {
  const socket = {
    connect: () => {
      setImmediate(() => stream.emit('connect'));
      return stream;
    },
    setNoDelay: () => stream,
    setKeepAlive: () => stream,
    ref: () => stream,
    unref: () => stream,
  };
  return Object.assign(stream, socket);
}

async function sessionOf(client: Client, keepRows: number, another: () => Promise<SqlSession>): Promise<SqlSession> {
  let facts: readonly SqlCell[] = [];
  const question = "SELECT version(), current_setting('standard_conforming_strings'), pg_backend_pid()";
  const take = (_: number, end: StatementEnd): void => {
    facts = end.table?.rows[0] ?? [];
  };
  const asked = await send(client, [question], take, 1);
  if (asked.type !== 'done') throw new Error(asked.message);
  const [version, conforming, pid] = facts;
  const asking = async (text: string): Promise<SqlCell | undefined> => {
    const beside = await another().catch(() => null);
    let answer: SqlCell | undefined;
    await beside?.send([text], (_, end) => {
      answer = end.table?.rows[0]?.[0];
    });
    beside?.close();
    return answer;
  };
  return {
    server: String(version),
    lexing: { dialect: 'postgres', backslashEscapes: conforming === 'off' },
    longest,
    send: (statements, onEnd) => send(client, statements, onEnd, keepRows),
    interrupt: async () => (await asking(`SELECT pg_cancel_backend(${String(pid)})`)) === true,
    stillThere: async () => {
      const count = await asking(`SELECT count(*) FROM pg_stat_activity WHERE pid = ${String(pid)}`);
      return count === undefined ? null : count !== 0;
    },
    close: () => void client.end().catch(() => {}),
  };
}

function send(
  client: Client,
  statements: readonly string[],
  onEnd: (index: number, end: StatementEnd) => void,
  keepRows: number,
): Promise<SendEnd> {
  return new Promise((resolve) => {
    const message = new Message(client, statements, onEnd, keepRows, resolve);
    // The driver hands everything that comes back to an object that can be submitted.
    client.query(message as unknown as Parameters<Client['query']>[0]);
  });
}

interface Field {
  readonly name: string;
  readonly dataTypeID: number;
}

interface ServerError extends Error {
  readonly code?: string;
  readonly severity?: string;
  readonly position?: string;
}

/** One simple query of several statements: rows are counted and dropped as they come, none pile up. */
class Message {
  readonly #client: Client;
  readonly #statements: readonly string[];
  readonly #onEnd: (index: number, end: StatementEnd) => void;
  readonly #keepRows: number;
  readonly #settle: (end: SendEnd) => void;
  #index = 0;
  #fields: readonly Field[] = [];
  #builder: TableBuilder | null = null;
  /** The last statement's end waits for the word on the transaction, which comes after it. */
  #pending: StatementEnd | null = null;

  constructor(
    client: Client,
    statements: readonly string[],
    onEnd: (index: number, end: StatementEnd) => void,
    keepRows: number,
    settle: (end: SendEnd) => void,
  ) {
    this.#client = client;
    this.#statements = statements;
    this.#onEnd = onEnd;
    this.#keepRows = keepRows;
    this.#settle = settle;
  }

  submit(connection: { query(text: string): void }): null {
    connection.query(this.#statements.join(';\n'));
    return null;
  }

  handleRowDescription({ fields }: { readonly fields: readonly Field[] }): void {
    this.#fields = fields;
    this.#builder = new TableBuilder(
      fields.map(({ name }) => name),
      this.#keepRows,
    );
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    this.#builder?.add(() => fields.map((value, index) => this.#cell(value, this.#fields[index]?.dataTypeID ?? 0)));
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#report();
    // `INSERT 0 5`, `UPDATE 5`; of a SELECT the number is that of its rows, which changed nothing.
    const changed = /^(?:INSERT \d+|UPDATE|DELETE|MERGE|COPY) (\d+)$/.exec(text)?.[1];
    const table = this.#builder?.build() ?? null;
    this.#builder = null;
    this.#pending = { affected: Number(changed ?? 0), warnings: 0, table, inTransaction: null };
  }

  handleEmptyQuery(): void {
    this.#report();
    this.#pending = { affected: 0, warnings: 0, table: null, inTransaction: null };
  }

  handleError(error: ServerError): void {
    this.#report();
    const { message, code = '', severity } = error;
    // Only the server's own errors have a severity; with a fatal one it hangs up.
    const lost = severity === undefined || severity === 'FATAL' || severity === 'PANIC';
    this.#settle(lost ? { type: 'lost', message } : { type: 'error', message, code });
  }

  /** Only after statements that all ended well: the driver lets go of a query at its first error. */
  handleReadyForQuery(): void {
    const status = this.#client.getTransactionStatus();
    if (this.#pending !== null)
      this.#pending = { ...this.#pending, inTransaction: status === null ? null : status !== 'I' };
    this.#report();
    this.#settle({ type: 'done' });
  }

  /** Data for COPY are not sent: the script was refused before if it needs them. */
  handleCopyInResponse(connection: { sendCopyFail(message: string): void }): void {
    connection.sendCopyFail('COPY data are not part of the script');
  }

  handleCopyData(): void {}

  handlePortalSuspended(): void {}

  #report(): void {
    if (this.#pending === null) return;
    const end = this.#pending;
    this.#pending = null;
    this.#onEnd(this.#index, end);
    this.#index += 1;
  }

  #cell(value: string | null, type: number): SqlCell {
    if (type === booleanType && value !== null) return value === 't';
    return cellOf(value, numericTypes.has(type));
  }
}
