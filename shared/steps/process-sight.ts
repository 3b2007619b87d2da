import { lookBegins } from './process-look.ts';

/** One process as it was seen. */
export interface SeenProcess {
  readonly pid: number;
  readonly parent: number;
  /** proc(5): R, S, D (waits for a device), T, Z (zombie) … */
  readonly state: string;
  readonly threads: number;
  /** Clock ticks after the host's boot. */
  readonly start: number;
  /** The kernel's short name. */
  readonly name: string;
  /** Empty for kernel threads and zombies. */
  readonly args: readonly string[];
}

export type PidFileSight =
  | { readonly type: 'absent' }
  | { readonly type: 'unreadable' }
  /** `pid` is null when the file's first line is no number; `ageSeconds` by the host's own clock. */
  | { readonly type: 'read'; readonly pid: number | null; readonly ageSeconds: number | null };

/** What one look saw. */
export interface Sight {
  readonly boot: string;
  /** Clock ticks since boot. */
  readonly uptime: number;
  /** The shell that looked. */
  readonly self: number;
  /** False where the account sees only its own processes: then "there is none" cannot be said. */
  readonly seesOthers: boolean;
  /** By pid, in ascending order. */
  readonly processes: ReadonlyMap<number, SeenProcess>;
  readonly pidFile: PidFileSight | null;
  /** False where no sockets could be listed (or none were asked for). */
  readonly seesPorts: boolean;
  readonly listening: readonly { readonly port: number; readonly inode: string }[];
  /** Which processes hold which of those sockets, as far as the account may know. */
  readonly owners: readonly { readonly pid: number; readonly inode: string }[];
  /** What the manager's program printed. */
  readonly manager: readonly string[];
}

/** Clock ticks a second (USER_HZ), 100 on every architecture that Linux servers run on. */
export const ticksPerSecond = 100;

/** Reads what `lookScript` printed before the log's part; null when it is no look at a Linux host. */
export function readSight(text: string): Sight | null {
  const lines = text.split('\n');
  if (lines[0] !== lookBegins) return null;
  const fields = new Map<string, string>();
  const listening: { port: number; inode: string }[] = [];
  const owners: { pid: number; inode: string }[] = [];
  const manager: string[] = [];
  const files = new Map<string, string>();
  for (const line of lines.slice(1)) {
    const file = processFile.exec(line);
    const socket = listener.exec(line);
    const owner = ownerLine.exec(line);
    if (file !== null) addLine(files, file[1] ?? '', file[2] ?? '');
    else if (socket !== null) listening.push({ port: Number.parseInt(socket[1] ?? '', 16), inode: socket[2] ?? '' });
    else if (owner !== null) owners.push({ pid: Number(owner[1]), inode: owner[2] ?? '' });
    else if (line.startsWith('manager ')) manager.push(line.slice('manager '.length));
    else addField(fields, line);
  }
  const [uptime, self] = [Number(fields.get('uptime')), Number(fields.get('self'))];
  const processes = processesOf(files);
  // Without these there was no /proc, the list was cut short, or the output is not a look's.
  const listed = /^[0-2]$/.test(fields.get('listed') ?? '');
  if (!Number.isFinite(uptime) || !processes.has(self) || !listed) return null;
  return {
    boot: fields.get('boot') ?? '',
    uptime: Math.round(uptime * ticksPerSecond),
    self,
    seesOthers: fields.get('others') === 'seen',
    processes,
    pidFile: readPidFile(fields.get('pidfile'), Number(fields.get('now'))),
    seesPorts: fields.get('net') === 'seen',
    listening,
    owners,
    manager,
  };
}

const processFile = /^\/proc\/(\d+\/(?:stat|cmdline)):(.*)$/s;
const listener = /^ *\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:0000 0A (?:\S+ +){5}(\d+)/;
const ownerLine = /^owner \/proc\/(\d+)\/fd: socket:\[(\d+)\]$/;

function addField(fields: Map<string, string>, line: string): void {
  const space = line.indexOf(' ');
  const word = space === -1 ? line : line.slice(0, space);
  if (!fields.has(word)) fields.set(word, space === -1 ? '' : line.slice(space + 1));
}

/** A line break inside a name or an argument comes as a further line of the same file. */
function addLine(files: Map<string, string>, file: string, line: string): void {
  const before = files.get(file);
  files.set(file, before === undefined ? line : `${before}\n${line}`);
}

function processesOf(files: ReadonlyMap<string, string>): ReadonlyMap<number, SeenProcess> {
  const found: SeenProcess[] = [];
  for (const [file, text] of files) {
    if (!file.endsWith('/stat')) continue;
    const pid = Number(file.slice(0, -'/stat'.length));
    const seen = readStat(pid, text, files.get(`${pid}/cmdline`) ?? '');
    if (seen !== null) found.push(seen);
  }
  return new Map(found.sort((a, b) => a.pid - b.pid).map((seen) => [seen.pid, seen]));
}

/** proc(5): `pid (name) state ppid …`; the name may hold brackets and spaces, what follows its end may not. */
function readStat(pid: number, text: string, cmdline: string): SeenProcess | null {
  const [open, close] = [text.indexOf('('), text.lastIndexOf(')')];
  if (open === -1 || close < open) return null;
  const rest = text
    .slice(close + 1)
    .trim()
    .split(/\s+/);
  const [parent, threads, start] = [Number(rest[1]), Number(rest[17]), Number(rest[19])];
  if (![parent, threads, start].every(Number.isInteger)) return null;
  const args = cmdline.replace(/\0[\0 ]*$/, '').split('\0');
  return {
    pid,
    parent,
    state: rest[0] ?? '',
    threads,
    start,
    name: text.slice(open + 1, close),
    args: args.length === 1 && args[0] === '' ? [] : args,
  };
}

function readPidFile(text: string | undefined, now: number): PidFileSight | null {
  if (text === undefined) return null;
  if (text === 'absent' || text === 'unreadable') return { type: text };
  const space = text.indexOf(' ');
  const [written, content] = [text.slice(0, space), text.slice(space + 1).trim()];
  return {
    type: 'read',
    pid: /^[1-9]\d{0,9}$/.test(content) ? Number(content) : null,
    ageSeconds: written === '' || !Number.isFinite(now) ? null : now - Number(written),
  };
}
