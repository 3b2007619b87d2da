import { randomBytes } from 'node:crypto';
import type { Failure, FailureCode } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { LogAction, LogPosition } from '../../../shared/steps/actions/log.ts';
import type { CommandAction } from '../../../shared/steps/actions.ts';
import type { Exec, ExecEnd } from '../ports.ts';
import { type FollowFrom, followScript } from './log-follow-script.ts';
import { type FollowWord, FrameReader } from './log-frames.ts';
import { LogPlace } from './log-place.ts';
import type { StepContext } from './step-runner.ts';
import { sudoRefusal } from './sudo-refusal.ts';

/** Who hears what happens to the files. */
export interface FollowListener {
  data(file: number, bytes: Buffer): void;
  /** The file ended here; what comes next is another one of the same name. */
  replaced(file: number): void;
  missing(file: number): void;
  opened(file: number): void;
  gap(file: number, why: 'replaced' | 'truncated'): void;
  pid(pid: string): void;
  /** Everything there was has been read. */
  idle(): void;
  /** The link went (true), and is back (false). */
  away(away: boolean): void;
  /** Resolves when more may be read. */
  ready(): void | Promise<void>;
}

export type FollowEnd =
  | { readonly type: 'stopped' }
  /** The link stayed away, or the host would not have us back. */
  | { readonly type: 'lost'; readonly failure: Failure }
  /** It never began. */
  | { readonly type: 'refused'; readonly failure: Failure };

export interface Following {
  readonly ended: Promise<FollowEnd>;
  positions(): readonly (LogPosition | null)[];
  stop(): void;
}

/** How long a lost link may take to come back. */
const AWAY_MS = 120_000;
const RETRY_MS = 1_000;
/** A follower that ends by itself is begun again so often in a row, without anything read in between. */
const ENDINGS = 5;

/** Trouble that passes; anything else (a changed key, a refused login) needs a person. */
const passing: ReadonlySet<FailureCode> = new Set([
  'link-lost',
  'connection-refused',
  'connect-timeout',
  'network-unreachable',
  'handshake-failed',
  'jump-failed',
]);

/**
 * Follows files on the context's host until stopped. A lost link, a truncated file and a follower that was killed all
 * end the same way: it is begun again from the exact byte where reading stood.
 */
export function followFiles(
  context: StepContext,
  action: LogAction,
  from: readonly FollowFrom[],
  earlier: readonly (LogPosition | null)[],
  listener: FollowListener,
): Following {
  const places = action.files.map((_, index) => new LogPlace(earlier[index] ?? null));
  const stopped = new AbortController();
  const ended = follow({ context, action, from, places, listener, stopped: stopped.signal });
  return {
    ended,
    positions: () => places.map((place) => place.position()),
    stop: () => stopped.abort(),
  };
}

interface Parts {
  readonly context: StepContext;
  readonly action: LogAction;
  readonly from: readonly FollowFrom[];
  readonly places: readonly LogPlace[];
  readonly listener: FollowListener;
  readonly stopped: AbortSignal;
}

async function follow(parts: Parts): Promise<FollowEnd> {
  const { context, listener, stopped } = parts;
  let awaySince: number | null = null;
  let endings = 0;
  for (;;) {
    const round = await followOnce(parts, () => {
      endings = 0;
      if (awaySince !== null) listener.away(false);
      awaySince = null;
    });
    if (stopped.aborted) return { type: 'stopped' };
    if (round.type === 'refused') return { type: 'refused', failure: round.failure };
    if (round.type === 'again') {
      if (round.asked) continue;
      endings += 1;
      if (endings >= ENDINGS) return { type: 'lost', failure: round.failure };
    } else if (!passing.has(round.failure.code)) return { type: 'lost', failure: round.failure };
    else {
      if (awaySince === null) listener.away(true);
      awaySince ??= context.clock.mono();
      if (context.clock.mono() - awaySince > AWAY_MS) return { type: 'lost', failure: round.failure };
    }
    await context.clock.sleep(RETRY_MS, stopped).catch(() => undefined);
    if (stopped.aborted) return { type: 'stopped' };
  }
}

type Round =
  /** It ended by itself; `asked`: because it wants to be begun again. */
  | { readonly type: 'again'; readonly asked: boolean; readonly failure: Failure }
  | { readonly type: 'lost'; readonly failure: Failure }
  | { readonly type: 'refused'; readonly failure: Failure };

/** One connection's worth of following. `onAlive` hears of the first word the follower says. */
async function followOnce(parts: Parts, onAlive: () => void): Promise<Round> {
  const { context, action, stopped } = parts;
  const token = { a: randomBytes(8).toString('hex'), b: randomBytes(8).toString('hex') };
  const files = action.files.map((path, index) => ({ path, from: placeFrom(parts, index) }));
  const script = followScript(files, action.watch?.restart?.pidFile ?? null, token);
  const command: CommandAction = commandOf(script, action.sudo);
  const reading = readerFor(parts, `${token.a}${token.b}`, onAlive);
  const started = await context.hosts.exec(context.target, {
    ...context.wire(command),
    pty: false,
    onOutput: (stream, chunk) => {
      if (stream === 'stderr') return context.output.write('stderr', chunk);
      reading.write(chunk);
      return parts.listener.ready();
    },
  });
  if (!started.ok) return { type: 'lost', failure: started.failure };
  const end = await untilEnd(started.value, stopped);
  if (end.type === 'lost') return { type: 'lost', failure: end.failure };
  const refusal = sudoRefusal(command, context.target, end.code, context.output);
  if (refusal !== null) return { type: 'refused', failure: refusal };
  const words = { host: context.target, exit: String(end.code ?? end.signal ?? '') };
  const problem = failure('log-follow-ended', words, context.output.captured('stderr').text.slice(-1_000));
  return { type: 'again', asked: reading.asked(), failure: problem };
}

/** A follower never ends by itself where all is well, so it is told to, and then no longer listened to. */
async function untilEnd(exec: Exec, stopped: AbortSignal): Promise<ExecEnd> {
  const stop = (): void => {
    exec.signal('TERM');
    exec.close();
  };
  if (stopped.aborted) stop();
  stopped.addEventListener('abort', stop, { once: true });
  try {
    return await exec.ended;
  } finally {
    stopped.removeEventListener('abort', stop);
  }
}

function placeFrom({ from, places }: Parts, index: number): FollowFrom {
  const position = places[index]?.position() ?? null;
  return position === null ? (from[index] ?? { type: 'now' }) : { type: 'position', position };
}

function commandOf(script: string, sudo: string | null): CommandAction {
  const expect = { exit: [0], stdout: [], stderr: [] };
  return { kind: 'run', command: script, secrets: [], sudo, pty: false, timeoutMs: 1, expect };
}

/** Turns what the follower says into what happened to each file. */
function readerFor({ places, listener }: Parts, token: string, onAlive: () => void) {
  let current = 0;
  let asked = false;
  let alive = false;
  const hear = (word: FollowWord): void => {
    if (!alive) onAlive();
    alive = true;
    if ('file' in word && places[word.file] === undefined) return;
    switch (word.type) {
      case 'data':
        current = word.file;
        return;
      case 'opened':
        places[word.file]?.opened(word.inode, word.at, word.known);
        listener.opened(word.file);
        return;
      case 'copy':
        places[word.file]?.opened(null, word.at, word.known);
        return;
      case 'replaced':
        places[word.file]?.replaced(word.inode);
        listener.replaced(word.file);
        listener.opened(word.file);
        return;
      case 'gap':
        listener.gap(word.file, word.why);
        return;
      case 'missing':
        listener.missing(word.file);
        return;
      case 'truncated':
        asked = true;
        return;
      case 'pid':
        listener.pid(word.pid);
        return;
      case 'idle':
        listener.idle();
        return;
    }
  };
  const read = (bytes: Buffer): void => {
    const taken = places[current]?.take(bytes);
    if (taken === undefined) return;
    if (taken.mismatch) listener.gap(current, 'replaced');
    if (taken.fresh.length > 0) listener.data(current, taken.fresh);
  };
  const frames = new FrameReader(token, read, hear);
  return { write: (chunk: Buffer) => frames.write(chunk), asked: () => asked };
}
