import { RE2JS } from 're2js';
import { assertNever } from '../assert-never.ts';
import type { Identity, ProcessRef } from './actions/process.ts';
import { type PidFileSight, type SeenProcess, type Sight, ticksPerSecond } from './process-sight.ts';

/** What a sight tells of the process that is meant. */
export type Sensed =
  | {
      readonly known: true;
      /** Something is there. By port it may be there although none of its processes may be seen. */
      readonly present: boolean;
      /** Each instance's first process; by ascending pid. */
      readonly roots: readonly SeenProcess[];
      /** The roots and every matching process below them. */
      readonly processes: readonly SeenProcess[];
      /** What has to be said about it, or null. */
      readonly remark: SensedRemark | null;
    }
  | { readonly known: false; readonly why: Blindness; readonly detail: string };

/** Why it cannot be said whether the process is there. */
export type Blindness =
  | 'no-process-list'
  | 'others-hidden'
  | 'pid-file-unreadable'
  | 'pid-file-empty'
  | 'no-socket-list'
  | 'manager-silent';

/** Something that was seen and explains the answer. */
export type SensedRemark = 'pid-file-stale' | 'pid-file-reused' | 'pid-file-other' | 'zombie' | 'owner-hidden';

/** A pid file is written after its process began; clocks may disagree by this much. */
const pidFileSlackSeconds = 60;

/** Chooses the process that is meant out of everything that was seen. Pure. */
export function sense(sight: Sight, identity: Identity): Sensed {
  switch (identity.by) {
    case 'pattern':
      return byPattern(sight, identity.pattern);
    case 'pid-file':
      return byPidFile(sight, identity.pattern);
    case 'port':
      return byPort(sight, identity.port);
    case 'systemd':
      return bySystemd(sight);
    case 'supervisor':
      return bySupervisor(sight, identity.program);
    default:
      return assertNever(identity);
  }
}

/** A process that has ended and only waits for its parent to ask how: it holds nothing and answers nobody. */
export function isZombie(process: SeenProcess): boolean {
  return (process.state === 'Z' || process.state === 'X') && process.threads <= 1;
}

/** What is kept of a process, for the journal and for later comparisons. */
export function refOf(sight: Sight, process: SeenProcess): ProcessRef {
  return {
    pid: process.pid,
    start: process.start,
    boot: sight.boot,
    command: (process.args.length === 0 ? `[${process.name}]` : process.args.join(' ')).slice(0, 1_000),
    ageMs: Math.max(0, Math.round(((sight.uptime - process.start) * 1_000) / ticksPerSecond)),
  };
}

/** True for one and the same process, however often its pid has been given out again. */
export function sameProcess(one: ProcessRef, other: ProcessRef): boolean {
  return one.pid === other.pid && one.start === other.start && one.boot === other.boot;
}

/** What became of a process that was seen before. */
export function whereabouts(sight: Sight, ref: ProcessRef): 'alive' | 'zombie' | 'gone' {
  const now = sight.processes.get(ref.pid);
  if (now === undefined || sight.boot !== ref.boot || now.start !== ref.start) return 'gone';
  return isZombie(now) ? 'zombie' : 'alive';
}

/* ---------- what is ours ---------- */

/** What `attemptMark` puts at the end of every shell of ours. */
const ourMark = /^countersign-.+-a\d+\.$/;
/** The part of sshd that serves one connection, before and after OpenSSH 9.8; its listener is none of ours. */
const ourSession = /^sshd(-session)?: (?!.*\[listener\])/;

/**
 * The pids that a pattern must never find: the shells we sent and whatever they have started so far, and the server's
 * processes that carry this connection.
 */
export function ourOwn(sight: Sight): ReadonlySet<number> {
  const known = new Map<number, boolean>();
  const isOwn = (pid: number): boolean => {
    const answered = known.get(pid);
    if (answered !== undefined) return answered;
    // Also what ends the search where a host claims that processes are each other's parents.
    known.set(pid, false);
    const process = sight.processes.get(pid);
    if (process === undefined) return false;
    const own = pid === sight.self || process.args.some((arg) => ourMark.test(arg)) || isOwn(process.parent);
    known.set(pid, own);
    return own;
  };
  const own = new Set([...sight.processes.keys()].filter(isOwn));
  for (const pid of [...own]) addSession(sight, pid, own);
  return own;
}

function addSession(sight: Sight, pid: number, own: Set<number>): void {
  let parent = sight.processes.get(sight.processes.get(pid)?.parent ?? 0);
  while (parent !== undefined && !own.has(parent.pid) && ourSession.test(parent.args[0] ?? '')) {
    own.add(parent.pid);
    parent = sight.processes.get(parent.parent);
  }
}

/* ---------- the ways to tell ---------- */

const found = (processes: readonly SeenProcess[], roots: readonly SeenProcess[], remark: SensedRemark | null = null) =>
  ({ known: true, present: roots.length > 0, processes, roots, remark }) as const;
const blind = (why: Blindness, detail = ''): Sensed => ({ known: false, why, detail });

/** Compiled once: a stop looks a hundred times. */
let compiled: { readonly source: string; readonly pattern: RE2JS } | null = null;

function matches(source: string, process: SeenProcess): boolean {
  if (compiled?.source !== source) compiled = { source, pattern: RE2JS.compile(source) };
  return process.args.length > 0 && compiled.pattern.matcher(process.args.join(' ')).find();
}

function byPattern(sight: Sight, pattern: string): Sensed {
  const own = ourOwn(sight);
  const matching = [...sight.processes.values()].filter(
    (process) => !own.has(process.pid) && !isZombie(process) && matches(pattern, process),
  );
  if (matching.length === 0 && !sight.seesOthers) return blind('others-hidden');
  return found(matching, rootsOf(sight, matching));
}

/** Those without a matching process above them: a server and its workers are one instance. */
function rootsOf(sight: Sight, matching: readonly SeenProcess[]): readonly SeenProcess[] {
  const pids = new Set(matching.map((process) => process.pid));
  const hasMatchAbove = (process: SeenProcess): boolean => {
    const seen = new Set<number>([process.pid]);
    let parent = sight.processes.get(process.parent);
    while (parent !== undefined && !seen.has(parent.pid)) {
      if (pids.has(parent.pid)) return true;
      seen.add(parent.pid);
      parent = sight.processes.get(parent.parent);
    }
    return false;
  };
  return matching.filter((process) => !hasMatchAbove(process));
}

function byPidFile(sight: Sight, pattern: string | null): Sensed {
  const file: PidFileSight = sight.pidFile ?? { type: 'unreadable' };
  if (file.type === 'unreadable') return blind('pid-file-unreadable');
  if (file.type === 'absent') return found([], []);
  if (file.pid === null) return blind('pid-file-empty');
  const process = sight.processes.get(file.pid);
  if (process === undefined) return sight.seesOthers ? found([], [], 'pid-file-stale') : blind('others-hidden');
  if (isZombie(process)) return found([], [], 'zombie');
  const runsSeconds = (sight.uptime - process.start) / ticksPerSecond;
  if (file.ageSeconds !== null && file.ageSeconds > runsSeconds + pidFileSlackSeconds) {
    return found([], [], 'pid-file-reused');
  }
  if (pattern !== null && !matches(pattern, process)) return found([], [], 'pid-file-other');
  return found([process], [process]);
}

function byPort(sight: Sight, port: number): Sensed {
  if (!sight.seesPorts) return blind('no-socket-list');
  const inodes = new Set(sight.listening.filter((socket) => socket.port === port).map((socket) => socket.inode));
  const pids = new Set(sight.owners.filter((owner) => inodes.has(owner.inode)).map((owner) => owner.pid));
  const owners = [...sight.processes.values()].filter((process) => pids.has(process.pid));
  const roots = rootsOf(sight, owners);
  const remark = inodes.size > 0 && owners.length === 0 ? 'owner-hidden' : null;
  return { known: true, present: inodes.size > 0, processes: owners, roots, remark };
}

function withBelow(sight: Sight, pid: number): Sensed {
  const main = sight.processes.get(pid);
  if (main === undefined) return sight.seesOthers ? found([], []) : blind('others-hidden');
  return isZombie(main) ? found([], [], 'zombie') : found([main], [main]);
}

function bySystemd(sight: Sight): Sensed {
  const said = new Map(sight.manager.map((line) => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)]));
  const [load, active, main] = [said.get('LoadState'), said.get('ActiveState'), Number(said.get('MainPID'))];
  if (load !== 'loaded' || active === undefined) return blind('manager-silent', sight.manager.join('\n'));
  if (main > 0) return withBelow(sight, main);
  return { ...found([], []), present: active !== 'inactive' && active !== 'failed' };
}

/** supervisorctl(1) prints `name  STATE  pid 123, uptime 0:00:05`. */
const supervised = /^(\S+)\s+(STOPPED|STARTING|RUNNING|BACKOFF|STOPPING|EXITED|FATAL|UNKNOWN)\b(?:\s+pid (\d+),)?/;

function bySupervisor(sight: Sight, program: string): Sensed {
  const lines = sight.manager.map((line) => supervised.exec(line));
  const said = lines.find((line) => line?.[1] === program) ?? null;
  const state = said?.[2];
  if (said === null || state === 'UNKNOWN') return blind('manager-silent', sight.manager.join('\n'));
  if (said[3] !== undefined) return withBelow(sight, Number(said[3]));
  return { ...found([], []), present: state === 'STARTING' || state === 'BACKOFF' || state === 'STOPPING' };
}
