import { assertNever } from '../../shared/assert-never.ts';
import type { Clock } from '../engine/ports.ts';
import type { AdapterName, NotificationAdapter, PriorState, Probe, Verified } from './ports.ts';
import type { Changed } from './quiet-file.ts';

/** Where trouble with the desktop is told; for the people who look after the app. */
export interface QuietLog {
  info(message: string): void;
  error(message: string): void;
}

/** An adapter that can do its work now, and who shows notifications. */
export interface Found {
  readonly adapter: NotificationAdapter;
  readonly daemon: string | null;
}

type Lacking = Extract<Probe, { type: 'lacking' }>;

/**
 * Looks for the adapter of this desktop: the preferred one where it fits, else the first one; else what the first one
 * is lacking that would fit. All are asked at once, so that a daemon which hangs costs its time only once.
 */
export async function findAdapter(
  adapters: readonly NotificationAdapter[],
  preferred: AdapterName | null,
  log: QuietLog,
): Promise<{ readonly found: Found | null; readonly lacking: Lacking | null }> {
  const probes = await Promise.all(
    adapters.map(async (adapter) => ({
      adapter,
      probe: await orNull(adapter.probe(), `${adapter.name}: could not be looked for`, log),
    })),
  );
  const here = probes.flatMap(({ adapter, probe }) =>
    probe?.type === 'here' ? [{ adapter, daemon: probe.daemon }] : [],
  );
  const found = here.find(({ adapter }) => adapter.name === preferred) ?? here[0] ?? null;
  const lacking = probes.map(({ probe }) => probe).find((probe) => probe?.type === 'lacking') ?? null;
  return { found, lacking };
}

/** What the desktop says of the block. `detail` is for the record when it is not as it should be. */
export interface Sensed {
  readonly state: 'blocked' | 'not-verified' | 'lost';
  readonly detail: string;
  /** False where it gave no answer at all: a daemon that is gone, or one that hangs. */
  readonly answered: boolean;
}

/** Nobody cuts these short pauses. */
const unhurried = new AbortController().signal;

/** A daemon needs a moment to take what it was told, and a busy machine to answer; then it is as it says. */
const pausesMs = [50, 100, 200, 400];
/** A look that takes this long is not repeated: the desktop would be asked for longer than a person waits. */
const patienceMs = 1_500;

/** Asks the desktop, again for a moment while it says no. */
export function settled(adapter: NotificationAdapter, clock: Clock): Promise<Sensed> {
  return sense(adapter, clock, (answer) => answer === 'blocked' || answer === 'unverifiable');
}

/** Asks the desktop; again for a moment only where it gave no answer. */
export function answered(adapter: NotificationAdapter, clock: Clock): Promise<Sensed> {
  return sense(adapter, clock, (answer) => answer !== null);
}

async function sense(
  adapter: NotificationAdapter,
  clock: Clock,
  enough: (answer: Verified | null) => boolean,
): Promise<Sensed> {
  const began = clock.mono();
  for (let look = 0; ; look += 1) {
    const [answer, sensed] = await askOnce(adapter);
    const pause = pausesMs[look];
    if (enough(answer) || pause === undefined || clock.mono() - began > patienceMs) return sensed;
    await clock.sleep(pause, unhurried);
  }
}

async function askOnce(adapter: NotificationAdapter): Promise<readonly [Verified | null, Sensed]> {
  try {
    const answer = await adapter.verify();
    return [answer, standing(adapter.name, answer)];
  } catch (error) {
    return [null, { state: 'lost', detail: `${adapter.name}: ${shortly(error)}`, answered: false }];
  }
}

function standing(name: AdapterName, answer: Verified): Sensed {
  switch (answer) {
    case 'blocked':
      return { state: 'blocked', detail: '', answered: true };
    case 'not-blocked':
      return { state: 'lost', detail: `${name}: notifications are shown`, answered: true };
    case 'unverifiable':
      return { state: 'not-verified', detail: `${name}: cannot be read back`, answered: true };
    default:
      return assertNever(answer);
  }
}

/** How many are kept back over all of them; null where none of them tells. */
export async function countWaiting(adapters: readonly NotificationAdapter[], log: QuietLog): Promise<number | null> {
  let sum: number | null = null;
  for (const adapter of adapters) {
    const waiting = await orNull(adapter.waiting(), `${adapter.name}: could not be counted`, log);
    if (waiting !== null) sum = (sum ?? 0) + waiting;
  }
  return sum;
}

/** Puts back what was changed; `left` is what could not be, `verified` whether all of it was read back as it was. */
export async function putBack(
  changed: Changed['changed'],
  adapters: readonly NotificationAdapter[],
  { clock, log }: { readonly clock: Clock; readonly log: QuietLog },
): Promise<{ readonly verified: boolean; readonly left: Changed['changed'] }> {
  const left: Changed['changed'] = [];
  let verified = true;
  for (const entry of changed) {
    const adapter = adapters.find(({ name }) => name === entry.adapter);
    try {
      if (adapter === undefined) throw new Error('not on this system');
      await adapter.restore(entry.prior);
      verified = (await asBefore(adapter, entry.prior, clock, log)) && verified;
    } catch (error) {
      log.error(
        `${entry.adapter}: notifications could not be put back, tried again at the next start: ${shortly(error)}`,
      );
      left.push(entry);
    }
  }
  return { verified: verified && left.length === 0, left };
}

/** Read back, for a moment again while it differs. What cannot be asked was not seen to be as before. */
async function asBefore(
  adapter: NotificationAdapter,
  prior: PriorState,
  clock: Clock,
  log: QuietLog,
): Promise<boolean> {
  for (const pause of [...pausesMs, null]) {
    const now = await orNull(adapter.read(), `${adapter.name}: could not be read back`, log);
    if (now !== null && samePrior(now, prior)) {
      const answer = await orNull(adapter.verify(), `${adapter.name}: could not be read back`, log);
      return answer !== null && answer !== 'unverifiable';
    }
    if (pause !== null) await clock.sleep(pause, unhurried);
  }
  return false;
}

function samePrior(one: PriorState, other: PriorState): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => Object.is(one[key], other[key]));
}

async function orNull<T>(asked: Promise<T>, what: string, log: QuietLog): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    log.info(`${what}: ${shortly(error)}`);
    return null;
  }
}

/** An error in one line that a record can hold. */
export function shortly(error: unknown): string {
  return String(error instanceof Error ? error.message : error)
    .replaceAll(/\s+/g, ' ')
    .slice(0, 300);
}
