import { limits } from '../../../shared/contract/limits.ts';
import type { Clock, Exec, Hosts } from '../ports.ts';

/** How far a host's clock is from ours (positive: ahead), and by how much that may be wrong either way. Milliseconds. */
export interface ClockReading {
  readonly offsetMs: number;
  readonly errorMs: number;
}

type Asked = Pick<Hosts, 'exec' | 'connection'>;

/**
 * Asks for whole seconds and, where `date` knows it (GNU, newer BSD and busybox), nanoseconds; others print the letter
 * N or nothing in its place. No quotes: it reads the same in every login shell.
 */
const question = 'date -u +now:%s.%N';
const answer = /now:(\d{1,12})(?:\.(\d{1,9}))?[^\d\n]*\n/;

/** What a login shell may print before the answer. */
const mostChars = 64 * 1024;

/** The offset alone; null where the host did not say, or its answer may be wrong by more than what is a finding. */
export async function clockOffset(hosts: Asked, host: string, clock: Clock): Promise<number | null> {
  const reading = await readClock(hosts, host, clock);
  return reading === null || reading.errorMs > limits.clockOffMs ? null : Math.round(reading.offsetMs);
}

/**
 * Reads a host's clock over the connection that is held; makes none. A read before the run, so nothing is recorded.
 * The host looked at its clock at some moment between our question and its answer: with half the way taken into
 * account, the error is half of that time, half a second more where only whole seconds are told, and the millisecond
 * that our own clock leaves out.
 */
export async function readClock(hosts: Asked, host: string, clock: Clock): Promise<ClockReading | null> {
  if (hosts.connection(host) === null) return null;
  const askedAt = clock.now().getTime();
  const start = clock.mono();
  const said = await ask(hosts, host, clock);
  if (said === null) return null;
  const roundTrip = said.mono - start;
  const resolution = said.fraction === null ? 1000 : 0;
  const theirs = said.seconds * 1000 + (said.fraction ?? 0) + resolution / 2;
  return { offsetMs: theirs - (askedAt + roundTrip / 2), errorMs: (roundTrip + resolution) / 2 + 1 };
}

interface Said {
  readonly seconds: number;
  /** Milliseconds beyond the second; null where the host tells none. */
  readonly fraction: number | null;
  /** When the answer was complete, by our monotonic clock. */
  readonly mono: number;
}

/** Resolves with the first whole answer; null when there is none, or none in time. */
async function ask(hosts: Asked, host: string, clock: Clock): Promise<Said | null> {
  const enough = new AbortController();
  const late = clock.sleep(limits.clockAnswerMs, enough.signal).catch(() => undefined);
  const held: { exec: Exec | null } = { exec: null };
  const said = new Promise<Said | null>((resolve) => {
    let text = '';
    const onOutput = (stream: 'stdout' | 'stderr', chunk: Buffer): void => {
      if (stream === 'stdout') text += chunk.toString('latin1');
      const heard = read(text, clock);
      if (heard !== null || text.length > mostChars) resolve(heard);
    };
    const started = hosts.exec(host, { sent: question, stdin: null, pty: false, onOutput });
    void started.then(async (result) => {
      if (result.ok) held.exec = result.value;
      await held.exec?.ended;
      resolve(null);
    });
    void late.then(() => resolve(null));
  });
  const heard = await said;
  enough.abort(new Error('over'));
  held.exec?.close();
  return heard;
}

function read(text: string, clock: Clock): Said | null {
  const [, seconds, fraction] = answer.exec(text) ?? [];
  if (seconds === undefined) return null;
  return {
    seconds: Number(seconds),
    fraction: fraction === undefined ? null : Number(`0.${fraction}`) * 1000,
    mono: clock.mono(),
  };
}
