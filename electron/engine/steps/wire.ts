import { secretVariable, shellQuote } from '../../../shared/checklist/quote.ts';
import type { CommandAction } from '../../../shared/steps/actions.ts';

/**
 * How a command travels. The user's login shell only has to understand `exec sh -c '…' MARK`; everything else runs
 * in a POSIX `sh`. MARK is `$0` of that shell: it stands in the host's process list for exactly as long as the
 * command itself lives (what the command leaves behind, such as a started tomcat, does not carry it), so that after a
 * lost link we can sense whether the attempt is still under way.
 */

export interface Wire {
  /** The exact words for the host; never contains a secret. */
  readonly sent: string;
  /** Secrets, one a line, in the order the script reads them; null when there are none. */
  readonly stdin: Buffer | null;
}

/** Names one attempt in a host's process list. The closing dot keeps `a1` from matching `a12`. */
export function attemptMark(runId: string, attempt: string): string {
  return `countersign-${runId}-${attempt}.`;
}

/** More than the tries any sudoers gives (`passwd_tries`, 3 when it says nothing). */
const noMoreTries: readonly string[] = Array.from({ length: 9 }, () => '');

/**
 * @param sudoPassword needed when `action.sudo` is set; an account that needs none simply never reads it.
 * @param secretOf gives each secret's value; values hold no line break (the prompt refuses them).
 */
export function wireCommand(
  action: CommandAction,
  mark: string,
  secretOf: (name: string) => string,
  sudoPassword: string | null,
): Wire {
  const reads = action.secrets.map((name) => `IFS= read -r ${secretVariable(name)}; export ${secretVariable(name)}\n`);
  // `exit $?` on its own line keeps sh from replacing itself by the last command, which would drop the mark.
  const script = `${reads.join('')}${action.command}\nexit $?`;
  const values = action.secrets.map(secretOf);
  if (action.sudo === null) {
    const stdin = values.length === 0 ? null : Buffer.from(`${values.join('\n')}\n`);
    return { sent: `exec sh -c ${shellQuote(script)} ${mark}`, stdin };
  }
  return wireSudo(action, action.sudo, mark, script, [sudoPassword ?? '', ...values]);
}

/**
 * sudo reads the password only when it wants one; whatever it left over is drained up to the fence, so that the
 * password can never become the input of the command itself. Without secrets the end of stdin is the fence: after a
 * wrong password sudo would try the next line as another, and count it as a failed login. With secrets, empty lines
 * use its tries up, so that it is given none of them. `-k` makes the answer independent of earlier sudos.
 */
function wireSudo(
  { pty }: CommandAction,
  account: string,
  mark: string,
  script: string,
  [password = '', ...values]: readonly string[],
): Wire {
  const fenced = `while IFS= read -r CS_LINE; do [ "$CS_LINE" = ${mark} ] && break; done\nunset CS_LINE\n${script}`;
  const become = `sudo -k -S -p '' -u ${shellQuote(account)} -- sh -c ${shellQuote(fenced)} ${mark}`;
  const lines = [password, ...(values.length === 0 ? [] : [...noMoreTries, mark, ...values])];
  if (!pty) return wireLines(`${become}\nexit $?`, mark, lines);
  // On a terminal sudo throws away what was typed before it asks, and nothing ever ends: a pipe does neither.
  const last = `${mark}last`;
  const passed = `while IFS= read -r CS_LINE && [ "$CS_LINE" != ${last} ]; do printf '%s\\n' "$CS_LINE"; done`;
  return wireLines(`stty -echo\n${passed} | ${become}\nexit $?`, mark, [...lines, last]);
}

function wireLines(script: string, mark: string, lines: readonly string[]): Wire {
  return { sent: `exec sh -c ${shellQuote(script)} ${mark}`, stdin: Buffer.from(`${lines.join('\n')}\n`) };
}

/** A grep pattern for the mark that does not match itself. */
function markPattern(mark: string): string {
  return `[${mark.slice(0, 1)}]${mark.slice(1, -1)}\\.`;
}

/**
 * A read-only script that prints the pids of the processes that still carry the mark, then `sensed`; without a
 * readable process list it prints `blind`.
 */
export function livenessScript(mark: string): string {
  const pattern = markPattern(mark);
  return [
    'if [ -r /proc/self/cmdline ]; then',
    '  for p in /proc/[0-9]*; do',
    `    if grep -qsa ${shellQuote(pattern)} "$p/cmdline"; then echo "\${p#/proc/}"; fi`,
    '  done',
    '  echo sensed',
    'elif ps -A -ww -o pid= -o args= >/dev/null 2>&1; then',
    `  ps -A -ww -o pid= -o args= | grep ${shellQuote(pattern)} | awk '{ print $1 }'`,
    '  echo sensed',
    'else',
    '  echo blind',
    'fi',
  ].join('\n');
}

/**
 * Signals the process group of every shell that carries the mark, from a second channel: a server that ignores signal
 * requests (OpenSSH does for root) still ends the command this way. What it may not signal, it leaves alone.
 */
export function signalScript(mark: string, signal: 'TERM' | 'KILL'): string {
  return [
    'for p in /proc/[0-9]*; do',
    `  if grep -qsa ${shellQuote(markPattern(mark))} "$p/cmdline"; then`,
    `    kill -s ${signal} -- "-\${p#/proc/}" 2>/dev/null || kill -s ${signal} "\${p#/proc/}" 2>/dev/null`,
    '  fi',
    'done',
    'exit 0',
  ].join('\n');
}

/** Words that run a script of our own, which carries no mark. */
export function wireScript(script: string): string {
  return `exec sh -c ${shellQuote(script)}`;
}

export type Liveness =
  | { readonly type: 'gone' }
  | { readonly type: 'alive'; readonly pids: readonly string[] }
  | { readonly type: 'blind' };

/** Reads what `livenessScript` printed; anything unexpected is `blind`, never `gone`. */
export function readLiveness(stdout: string): Liveness {
  const lines = stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.at(-1) !== 'sensed') return { type: 'blind' };
  const pids = lines.slice(0, -1);
  if (pids.some((pid) => !/^\d+$/.test(pid))) return { type: 'blind' };
  return pids.length === 0 ? { type: 'gone' } : { type: 'alive', pids };
}
