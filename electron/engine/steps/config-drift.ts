import { createHash, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { isSecretKey } from '../../../shared/config/compare.ts';
import type { ConfigEntries, ConfigValue } from '../../../shared/config/entries.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { ConfigAction, ConfigDrift, ConfigResult } from '../../../shared/steps/actions/config.ts';

type Entry = ConfigResult['entries'][number];
type Change = ConfigDrift['changes'][number];

const slowHash = promisify<string, Buffer, number, Buffer>(scrypt);
/** Changes that a result lists; more are counted. */
export const mostListed = 500;

/**
 * A digest that tells whether two looks found the same, and nothing else. Whoever has the journal can try guesses:
 * that is made slow for what is secret, by the checklist's word or by the key's name.
 */
async function digestOf(key: string, values: readonly ConfigValue[], secret: boolean, salt: string): Promise<string> {
  const content = JSON.stringify([key, ...values.map(({ value }) => value)]);
  if (secret) return (await slowHash(content, Buffer.from(salt, 'hex'), 16)).toString('hex');
  return createHash('sha256').update(salt).update(content).digest('hex').slice(0, 16);
}

/** What is kept of a file: values only where the checklist names them in the open. */
export async function keepEntries(
  action: ConfigAction,
  entries: ConfigEntries,
): Promise<Pick<ConfigResult, 'salt' | 'entries'>> {
  const salt = randomBytes(16).toString('hex');
  const open = new Set(action.expect.filter((one) => !one.secret).map((one) => one.key));
  const kept = [...entries].map(async ([key, values]): Promise<Entry> => {
    const secret = isSecretKey(action, key);
    return {
      key: key.slice(0, 1_000),
      line: values[0]?.line ?? 1,
      digest: await digestOf(key, values, secret, salt),
      secret,
      shown: secret || !open.has(key) ? null : shownOf(values),
    };
  });
  return { salt, entries: await Promise.all(kept) };
}

function shownOf(values: readonly ConfigValue[]): string {
  const text = values.map(({ value }) => value).join(' | ');
  return text.length <= 500 ? text : `${text.slice(0, 499)}…`;
}

interface EarlierLook {
  readonly runId: string;
  readonly step: string;
  readonly at: string;
  readonly result: ConfigResult;
}

/** The last time any config step looked at this file on this host: in this run, else in earlier ones of its environment. */
export function lastLook(
  runs: readonly RunState[],
  place: { readonly environment: string; readonly target: string; readonly file: string },
): EarlierLook | null {
  for (const run of runs) {
    if (run.plan.environment !== place.environment) continue;
    const looks = run.steps.flatMap((step) =>
      step.targets
        .filter(({ target }) => target === place.target)
        .flatMap(({ attempts }) => attempts)
        .flatMap(({ result, endedAt }): EarlierLook[] =>
          result?.kind === 'config' && result.file === place.file && endedAt !== null
            ? [{ runId: run.runId, step: step.id, at: endedAt, result }]
            : [],
        ),
    );
    const last = looks.reduce<EarlierLook | null>(
      (best, one) => (best === null || one.at > best.at ? one : best),
      null,
    );
    if (last !== null) return last;
  }
  return null;
}

/** What changed since that look. */
export async function driftSince(
  look: EarlierLook,
  action: ConfigAction,
  entries: ConfigEntries,
): Promise<ConfigDrift> {
  const before = new Map(look.result.entries.map((entry) => [entry.key, entry]));
  const open = new Set(action.expect.filter((one) => !one.secret).map((one) => one.key));
  const changes: Change[] = [];
  for (const [key, values] of entries) {
    const earlier = before.get(key.slice(0, 1_000));
    before.delete(key.slice(0, 1_000));
    if (earlier !== undefined && earlier.digest === (await digestOf(key, values, earlier.secret, look.result.salt))) {
      continue;
    }
    const secret = isSecretKey(action, key) || earlier?.secret === true;
    changes.push({
      key: key.slice(0, 1_000),
      change: earlier === undefined ? 'added' : 'changed',
      secret,
      before: secret ? null : (earlier?.shown ?? null),
      now: secret || !open.has(key) ? null : shownOf(values),
      line: values[0]?.line ?? null,
    });
  }
  for (const { key, secret, shown } of before.values()) {
    changes.push({ key, change: 'removed', secret, before: secret ? null : shown, now: null, line: null });
  }
  const { runId, step, at } = look;
  return { runId, step, at, changes: changes.slice(0, mostListed), more: Math.max(0, changes.length - mostListed) };
}
