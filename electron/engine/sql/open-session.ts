import type { PlanDatabase } from '../../../shared/checklist/plan.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { Hosts, Result } from '../ports.ts';
import { type Login, openMysql } from './mysql-session.ts';
import { addressOf, openStream } from './open-stream.ts';
import { openPostgres } from './postgres-session.ts';
import { keptRows, type SqlSession } from './session.ts';

/**
 * Opens a way to a database and logs in.
 * @param keepRows rows kept of each result; all are counted.
 */
export async function openSession(
  hosts: Pick<Hosts, 'forward'>,
  database: PlanDatabase,
  password: string,
  keepRows: number = keptRows,
): Promise<Result<SqlSession>> {
  const opened = await openStream(hosts, database);
  if (!opened.ok) return opened;
  const { address, port } = addressOf(database);
  const params = { database: database.name, address, port: String(port), user: database.user ?? '' };
  const login: Login = {
    stream: opened.value,
    user: database.user ?? '',
    password,
    schema: database.schema,
    tls: database.tls ? address : null,
    keepRows,
  };
  const another = async (): Promise<SqlSession> => {
    const beside = await openSession(hosts, database, password);
    if (!beside.ok) throw new Error(beside.failure.code);
    return beside.value;
  };
  const open = database.engine === 'postgres' ? openPostgres : openMysql;
  let late: NodeJS.Timeout | undefined;
  const patience = new Promise<never>((_, reject) => {
    late = setTimeout(() => {
      opened.value.destroy();
      reject(new Error('no answer in time'));
    }, limits.connectTimeoutMs);
  });
  try {
    return { ok: true, value: await Promise.race([open(login, another), patience]) };
  } catch (error) {
    opened.value.destroy();
    return { ok: false, failure: failure(isRefusal(error) ? 'database-refused' : 'database-silent', params, error) };
  } finally {
    clearTimeout(late);
  }
}

/** True when it was the server that said no, with a number or SQLSTATE of its own. */
function isRefusal(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  return ('errno' in error && 'sqlState' in error) || ('severity' in error && 'code' in error);
}
