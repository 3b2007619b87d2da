import { shellQuote } from '../../shared/checklist/quote.ts';
import type { EventOf, RunEvent } from '../../shared/contract/events.ts';
import { limits } from '../../shared/contract/limits.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { CheckResult } from '../../shared/steps/expectations.ts';
import { type Answer, refused } from './answer.ts';
import type { Clock, Hosts } from './ports.ts';
import { wireScript } from './steps/wire.ts';

/** What identifying a host needs of the run. */
export interface IdentifyParts {
  readonly hosts: Hosts;
  readonly clock: Clock;
  readonly book: {
    state(): RunState;
    note(events: readonly RunEvent[]): Promise<void>;
    serial<T>(task: () => Promise<T>): Promise<T>;
  };
}

/**
 * The wrong-host guard: before the first write over a connection it is proved, and recorded, that this is the host it
 * should be: the key first seen in this run, the host's own name, the file that tells its role. Null when it is;
 * otherwise why no write is sent there.
 */
export async function identifyHost(parts: IdentifyParts, host: string): Promise<Answer | null> {
  // A connection just made may still be waiting to be recorded, and the proof of the one before it must not count.
  await parts.book.serial(async () => {});
  const { plan, hosts } = parts.book.state();
  const known = hosts.find((one) => one.name === host);
  const connection = parts.hosts.connection(host);
  if (known === undefined || connection === null) return refused('host-not-connected', { host, code: 'link-lost' });
  const proved = known.identity;
  if (proved?.holds === true && proved.fingerprint === connection.fingerprint) return null;
  const identity = plan.hosts.find((one) => one.name === host)?.identity ?? null;
  const asked = await ask(parts, host, identity?.file?.path ?? null);
  if (asked === null) return refused('host-not-connected', { host, code: 'link-lost' });
  const checks: CheckResult[] = [check('host-key', known.frozenKey ?? connection.fingerprint, connection.fingerprint)];
  if (identity?.hostname != null) checks.push(check('hostname', identity.hostname, asked.hostname));
  if (identity?.file != null) {
    const { contains } = identity.file;
    const found = asked.file.trim().slice(0, 200);
    checks.push({ subject: 'role-file', expected: contains, found, holds: asked.file.includes(contains) });
  }
  const data: EventOf<'host-identified'>['data'] = {
    host,
    fingerprint: connection.fingerprint,
    hostname: asked.hostname.slice(0, 255),
    checks,
    holds: checks.every((one) => one.holds),
  };
  await parts.book.note([{ type: 'host-identified', data }]);
  const wrong = checks.find((one) => !one.holds);
  if (wrong === undefined) return null;
  return refused('wrong-host', { host, what: wrong.subject, expected: wrong.expected, found: wrong.found || '–' });
}

function check(subject: CheckResult['subject'], expected: string, found: string): CheckResult {
  return { subject, expected, found: found.slice(0, 200), holds: expected === found };
}

const separator = '--countersign-identity--';

/** The host's own name and the first bytes of its role file; null when it did not answer. */
async function ask(
  { hosts, clock }: IdentifyParts,
  host: string,
  file: string | null,
): Promise<{ readonly hostname: string; readonly file: string } | null> {
  const role = file === null ? '' : `; head -c 65536 -- ${shellQuote(file)} 2>/dev/null`;
  const sent = wireScript(`hostname 2>/dev/null || uname -n; echo ${separator}${role}; exit 0`);
  const chunks: Buffer[] = [];
  const started = await hosts.exec(host, {
    sent,
    stdin: null,
    pty: false,
    onOutput: (stream, chunk) => {
      if (stream === 'stdout') chunks.push(chunk);
    },
  });
  if (!started.ok) return null;
  const late = new AbortController();
  const patience = clock.sleep(limits.connectTimeoutMs, late.signal).then(
    () => started.value.close(),
    () => {},
  );
  const end = await started.value.ended;
  late.abort();
  await patience;
  if (end.type !== 'exit') return null;
  const [hostname = '', content = ''] = Buffer.concat(chunks).toString('utf8').split(`${separator}\n`);
  return { hostname: hostname.trim(), file: content };
}
