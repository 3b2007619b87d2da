import { shellQuote } from '../checklist/quote.ts';
import type { Manager } from './actions/process.ts';

/**
 * The words of one look at a Linux host: read only, POSIX sh, dash, bash and busybox alike. The pattern that is looked
 * for is not in them: everything that runs is listed and `process-identity.ts` does the choosing, so that a look can
 * never find itself, and no shell ever quotes a pattern.
 */

/** Where in a log to read on. */
export interface LogPlace {
  readonly path: string;
  /** The file's inode when its place was marked; null where there was no file: then all of it is new. */
  readonly inode: string | null;
  /** The first byte that is new. */
  readonly from: number;
  /** How many bytes before `from` are wanted too: they tell whether the file is still the one it was. */
  readonly anchor: number;
}

export interface LookRequest {
  readonly pidFile: string | null;
  /** Ports whose listeners are wanted. */
  readonly ports: readonly number[];
  /** Also which processes hold those sockets: reads every open file it may see, so not in a quick loop. */
  readonly owners: boolean;
  readonly manager: Manager | null;
  /** A path alone asks for the log's end, to mark the place. */
  readonly log: string | LogPlace | null;
}

/** How many bytes before a mark are kept to know the file again. */
export const anchorBytes = 64;
/** How much of a log one look reads at most. */
export const logBytesAtOnce = 1024 * 1024;

/** The first and the last line of a look's own part; what follows is the log's. */
export const lookBegins = 'countersign-look 1';
export const lookEnds = 'end';

/** The script of one look. Its output is read by `readSight`. */
export function lookScript(request: LookRequest): string {
  return [
    'LC_ALL=C; export LC_ALL',
    `echo '${lookBegins}'`,
    '{ read -r up rest </proc/uptime && echo "uptime $up"; } 2>/dev/null',
    '{ read -r boot </proc/sys/kernel/random/boot_id && echo "boot $boot"; } 2>/dev/null',
    'echo "now $(date +%s)"',
    'echo "self $$"',
    // Where an account sees only its own processes (hidepid), that of pid 1 is hidden from it.
    '{ read -r first </proc/1/stat && echo "others seen"; } 2>/dev/null || echo "others hidden"',
    ...(request.pidFile === null ? [] : pidFileLines(request.pidFile)),
    ...portLines(request.ports, request.owners),
    ...(request.manager === null ? [] : managerLines(request.manager)),
    ...processLines,
    `echo '${lookEnds}'`,
    ...(request.log === null ? [] : logLines(request.log)),
    'exit 0',
  ].join('\n');
}

function pidFileLines(path: string): readonly string[] {
  return [
    `f=${shellQuote(path)}`,
    'why=$(ls -d -- "$f" 2>&1 >/dev/null)',
    'case $why in',
    "  *'No such file'*) echo 'pidfile absent' ;;",
    '  *)',
    '    line=; if { IFS= read -r line; } 2>/dev/null <"$f" || [ -n "$line" ] || [ -r "$f" ]',
    '    then echo "pidfile $(stat -L -c %Y -- "$f") $line"',
    "    else echo 'pidfile unreadable'",
    '    fi ;;',
    'esac 2>/dev/null',
  ];
}

/** proc(5): in `/proc/net/tcp` and `tcp6` the state 0A is LISTEN, ports are hexadecimal, the tenth field is the inode. */
function portLines(ports: readonly number[], owners: boolean): readonly string[] {
  if (ports.length === 0) return [];
  const wanted = ports.map((port) => port.toString(16).toUpperCase().padStart(4, '0')).join('|');
  const lines = [
    '[ -r /proc/net/tcp ] && echo "net seen"',
    `sockets=$(grep -hE '^ *[0-9]+: [0-9A-F]+:(${wanted}) [0-9A-F]+:0000 0A ' /proc/net/tcp /proc/net/tcp6 2>/dev/null)`,
    `[ -z "$sockets" ] || printf '%s\\n' "$sockets"`,
  ];
  if (!owners) return lines;
  const pick = `$1 == "inode" { want["socket:[" $2 "]"] = 1 } /^\\/proc\\// { p = $0 } $NF in want { print "owner", p, $NF }`;
  const inodes = `printf '%s\\n' "$sockets" | awk '{ print "inode", $10 }'`;
  return [...lines, `[ -z "$sockets" ] || { ${inodes}; ls -l /proc/[0-9]*/fd 2>/dev/null; } | awk '${pick}'`];
}

/** The words that call a manager's own program. */
export function managerProgram(manager: Manager): string {
  if (manager.by === 'systemd') return manager.user ? 'systemctl --user' : 'systemctl';
  return manager.config === null ? 'supervisorctl' : `supervisorctl -c ${shellQuote(manager.config)}`;
}

/** What a manager is asked to do, in the words that are sent. */
export function managerCommand(manager: Manager, verb: 'start' | 'stop' | 'restart'): string {
  const name = manager.by === 'systemd' ? manager.unit : manager.program;
  // systemctl takes `--`; supervisorctl takes everything after the verb as names.
  return `${managerProgram(manager)} ${verb} ${manager.by === 'systemd' ? '-- ' : ''}${shellQuote(name)}`;
}

const unitProperties = ['LoadState', 'ActiveState', 'SubState', 'MainPID', 'Result', 'NRestarts'];

function managerLines(manager: Manager): readonly string[] {
  const asked =
    manager.by === 'systemd'
      ? `show ${unitProperties.map((property) => `-p ${property}`).join(' ')} -- ${shellQuote(manager.unit)}`
      : `status ${shellQuote(manager.program)}`;
  return [`${managerProgram(manager)} ${asked} </dev/null 2>&1 | sed 's/^/manager /'`];
}

/**
 * Every process's `stat` and `cmdline`, each line led by its file's name, so that no process can pretend to be another
 * by what it calls itself. One grep does it where grep keeps zero bytes; elsewhere (busybox) it is one file at a time.
 */
const processLines: readonly string[] = [
  "if [ \"$(printf 'a\\0b' | grep -a '' 2>/dev/null | tr '\\0' :)\" = a:b ]",
  "then grep -Has '' /proc/[0-9]*/stat /proc/[0-9]*/cmdline",
  'else',
  '  for f in /proc/[0-9]*/stat /proc/[0-9]*/cmdline; do',
  "    { printf '%s:' \"$f\"; tr '\\n' ' ' <\"$f\"; echo; } 2>/dev/null",
  '  done',
  'fi',
  // Processes that end meanwhile make it 1 or 2; anything above is a list that was cut short.
  'echo "listed $?"',
];

function logLines(log: string | LogPlace): readonly string[] {
  const place = typeof log === 'string' ? null : log;
  const path = typeof log === 'string' ? log : log.path;
  return [
    `f=${shellQuote(path)}`,
    'why=$(ls -d -- "$f" 2>&1 >/dev/null)',
    "case $why in *'No such file'*) echo 'log absent'; exit 0 ;; esac",
    'set -- $(stat -L -c "%i %s" -- "$f" 2>/dev/null)',
    '[ -f "$f" ] && [ -r "$f" ] && [ $# -eq 2 ] || { echo "log unreadable"; exit 0; }',
    ...(place === null
      ? [`from=$(($2 > ${anchorBytes} ? $2 - ${anchorBytes} : 0)); most=$(($2 - from))`]
      : [`from=0; most=${logBytesAtOnce}`, ...(place.inode === null ? [] : [sameFile(place, place.inode)])]),
    'echo "log $1 $2 $from"',
    `[ "$most" -eq 0 ] || tail -c +$((from + 1)) -- "$f" | head -c "$most"`,
  ];
}

/** Another inode (rotated) or fewer bytes (emptied): then it is read from its beginning. */
function sameFile({ from, anchor }: LogPlace, inode: string): string {
  return `[ "$1" = ${shellQuote(inode)} ] && [ "$2" -ge ${from} ] && from=${Math.max(0, from - anchor)}`;
}

/** A process to be signalled, re-proved by its start time in the moment before. */
export interface SignalTarget {
  readonly pid: number;
  readonly start: number;
}

/**
 * Signals processes, each only if the one that bears the pid still started when it is known to have. Prints a line for
 * each: `signalled`, `gone`, `changed` (the pid belongs to another process now) or `refused`, and the pid.
 */
export function signalProcessesScript(targets: readonly SignalTarget[], signal: 'TERM' | 'KILL'): string {
  return [
    'signal_one() {',
    '  line=; { IFS= read -r line <"/proc/$1/stat"; } 2>/dev/null || { echo "gone $1"; return; }',
    // The name in brackets may hold anything, but what follows the last bracket is numbers.
    `  pid=$1 start=$2; set -- ${'$'}{line##*')'}`,
    `  [ "${'$'}{20}" = "$start" ] || { echo "changed $pid"; return; }`,
    `  if kill -s ${signal} "$pid" 2>/dev/null; then echo "signalled $pid"; else echo "refused $pid"; fi`,
    '}',
    ...targets.map(({ pid, start }) => `signal_one ${pid} ${start}`),
    'exit 0',
  ].join('\n');
}
