import { shellQuote } from '../../../shared/checklist/quote.ts';
import { hashScript } from '../../../shared/steps/upload-script.ts';

/**
 * The shell scripts of an upload, POSIX only. Each answers in lines `word value` and ends with `end`, so that an
 * answer cut short is never taken for a whole one.
 */

const functions = [
  hashScript,
  'say() { printf \'%s\\n\' "$*"; }',
  'stop() { say "stopped $1"; say end; exit 0; }',
  // What a file is, without reading it: device, inode, size and time.
  'cs_mark() {',
  '  if [ -h "$1" ]; then echo link; elif [ ! -e "$1" ]; then echo none',
  '  else stat -c \'%d:%i:%s:%Y\' -- "$1" 2>/dev/null || stat -f \'%d:%i:%z:%m\' -- "$1"; fi',
  '}',
  'cs_sum_or() { cs_out=$(cs_hash "$1"); if [ $? -eq 127 ]; then cs_out=tool-missing; fi; [ -n "$cs_out" ] || cs_out=unreadable; echo "$cs_out"; }',
  'LC_ALL=C; export LC_ALL',
].join('\n');

const quoted = (names: Readonly<Record<string, string>>): string =>
  Object.entries(names)
    .map(([name, value]) => `${name}=${shellQuote(value)}`)
    .join('\n');

const script = (names: Readonly<Record<string, string>>, body: readonly string[]): string =>
  [functions, quoted(names), ...body, 'say end'].join('\n');

/** The folder a path lies in. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}

/** What stands at the target and where the old file would be kept; only looks. */
export function lookScript(to: string, kept: string | null): string {
  return script({ t: to, d: folderOf(to), k: kept ?? '', kd: kept === null ? '' : folderOf(kept) }, [
    'if [ ! -d "$d" ]; then say "folder missing"; stop folder; fi',
    'if [ -w "$d" ] && [ -x "$d" ]; then say "folder writable"; else say "folder denied"; fi',
    'say "df $(df -P -k -- "$d" 2>/dev/null | tail -n 1)"',
    'if [ -h "$t" ]; then say "kind link"; say "to $(readlink -- "$t" | head -n 1)"',
    'elif [ -d "$t" ]; then say "kind folder"',
    'elif [ -f "$t" ]; then say "kind file"; say "mark $(cs_mark "$t")"',
    '  say "stat $(stat -c \'%s %a %u:%g %U:%G\' -- "$t" 2>/dev/null || stat -f \'%z %Lp %u:%g %Su:%Sg\' -- "$t")"',
    '  say "hash $(cs_sum_or "$t")"',
    'elif [ -e "$t" ]; then say "kind other"; else say "kind none"; fi',
    'if [ -n "$k" ]; then',
    '  if [ -f "$k" ] && [ ! -h "$k" ]; then say "kept file"; say "kept-hash $(cs_sum_or "$k")"',
    '  elif [ -e "$k" ] || [ -h "$k" ]; then say "kept other"; else say "kept none"; fi',
    '  say "kept-mark $(cs_mark "$k")"',
    '  if [ -d "$kd" ] && [ -w "$kd" ]; then say "kept-folder writable"; else say "kept-folder denied"; fi',
    'fi',
  ]);
}

/**
 * The place a file is sent to: beside the target, or (`null`) a folder of its own that only this account can write
 * to, for accounts that reach the target by sudo. Says what is there of an earlier attempt.
 */
export function stageScript(part: string | null, stages: readonly string[]): string {
  const own = part === null;
  return script({ p: part ?? '' }, [
    ...(own
      ? [
          `for s in ${stages.map(shellQuote).join(' ') || "''"}; do`,
          '  if [ -n "$s" ] && [ -d "$s" ] && [ ! -h "$s" ] && [ -O "$s" ]; then p=$s/part; fi',
          'done',
          'if [ -z "$p" ]; then s=$(mktemp -d /var/tmp/countersign-XXXXXXXXXX) || stop stage; p=$s/part; fi',
          'chmod 711 "$(dirname "$p")" || stop stage',
        ]
      : []),
    'say "part $p"',
    'if [ -f "$p" ]; then say "size $(wc -c < "$p" | tr -d \' \')"; else say "size 0"; fi',
    'say "df $(df -P -k -- "$(dirname "$p")" 2>/dev/null | tail -n 1)"',
  ]);
}

/** The hash of a file's beginning, or of all of it. */
export function hashOf(path: string, bytes: number | null): string {
  if (bytes === null) return script({ p: path }, ['say "hash $(cs_sum_or "$p")"']);
  return script({ p: path }, [
    `cs_piece() { head -c ${bytes} "$p"; }`,
    'if command -v openssl >/dev/null 2>&1 && h=$(cs_piece | openssl dgst -sha256 -r 2>/dev/null) && [ -n "$h" ]; then :',
    'elif command -v sha256sum >/dev/null 2>&1; then h=$(cs_piece | sha256sum)',
    'elif command -v shasum >/dev/null 2>&1; then h=$(cs_piece | shasum -a 256); else h=tool-missing; fi',
    'say "hash $(printf \'%s\\n\' "$h" | cut -d \' \' -f 1)"',
  ]);
}

export interface Placing {
  /** The file to be moved into place, beside the target. */
  readonly part: string;
  /** Where it is copied from first, readable by the account; null: it is there already. */
  readonly stage: string | null;
  readonly to: string;
  /** What was seen at the target (`cs_mark`); anything else there stops the script. */
  readonly mark: string;
  /** Where the file that is replaced is kept, or null. */
  readonly kept: string | null;
  /** `uid:gid` and octal permissions for the new file; null: as it is. */
  readonly owner: string | null;
  readonly mode: string | null;
}

/**
 * Keeps the old file and moves the new one over it. Until `moving` nothing that counts has changed; the move itself is
 * one rename. The old file is kept as a second name of itself where the disk can do that, so that the target is never
 * missing; otherwise as a copy.
 */
export function placeScript(placing: Placing): string {
  const { part, stage, to, mark, kept, owner, mode } = placing;
  const names = {
    n: part,
    s: stage ?? '',
    t: to,
    d: folderOf(to),
    was: mark,
    k: kept ?? '',
    o: owner ?? '',
    m: mode ?? '',
  };
  return script(names, [
    'umask 077',
    'if [ -n "$s" ]; then',
    '  cat -- "$s" > "$n" && cmp -s -- "$s" "$n" || { rm -f -- "$n"; stop copy; }',
    '  sync -- "$n" 2>/dev/null || sync',
    'fi',
    '[ "$(cs_mark "$t")" = "$was" ] || stop changed',
    'o_now=$(stat -c \'%u:%g\' -- "$n" 2>/dev/null || stat -f \'%u:%g\' -- "$n")',
    'if [ -n "$o" ] && [ "$o_now" != "$o" ]; then chown -- "$o" "$n" || stop owner; fi',
    'if [ -n "$m" ]; then chmod -- "$m" "$n" || stop owner; fi',
    'if [ -n "$k" ] && [ "$was" != none ]; then',
    '  x=$k.countersign; rm -f -- "$x"',
    '  ln -- "$t" "$x" 2>/dev/null || cp -p -- "$t" "$x" || { rm -f -- "$x"; stop keep; }',
    '  cmp -s -- "$t" "$x" || { rm -f -- "$x"; stop keep; }',
    '  mv -f -- "$x" "$k" || { rm -f -- "$x"; stop keep; }',
    // Renaming one name of a file to another name of the same file does nothing.
    '  rm -f -- "$x"',
    '  say kept yes',
    'fi',
    'say moving yes',
    'mv -f -- "$n" "$t" || stop move',
    'say moved yes',
    'sync -- "$d" 2>/dev/null',
    'say "hash $(cs_sum_or "$t")"',
  ]);
}

/** Takes away a file that was put where none had been, unless it changed since it was looked at. */
export function removeScript(path: string, mark: string): string {
  return script({ t: path, was: mark }, [
    '[ "$(cs_mark "$t")" = "$was" ] || stop changed',
    'say moving yes',
    'rm -f -- "$t" || stop move',
    'say moved yes',
    'say "left $(cs_mark "$t")"',
  ]);
}

/** Lets the account that sudo becomes read what was sent for it. */
export function openScript(part: string): string {
  return script({ p: part }, ['chmod 644 -- "$p"']);
}

/** Takes away what an upload by sudo left in its own folder. */
export function cleanScript(part: string): string {
  return script({ p: part }, ['rm -f -- "$p"', 'rmdir -- "$(dirname "$p")" 2>/dev/null']);
}

/** A script's answer by word; null when it did not come to its end. */
export function readAnswer(stdout: string): ReadonlyMap<string, string> | null {
  const lines = stdout.split('\n');
  if (lines.at(-1) !== '' || lines.at(-2) !== 'end') return null;
  return wordsOf(lines.slice(0, -2));
}

/** Whatever was answered before the answer broke off. */
export function readPartialAnswer(stdout: string): ReadonlyMap<string, string> {
  return wordsOf(stdout.split('\n').slice(0, -1));
}

function wordsOf(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines.map((line): [string, string] => {
      const space = line.indexOf(' ');
      return space === -1 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
    }),
  );
}

/** Free bytes in a line of `df -P -k`, and the file system they are on; null where it cannot be told. */
export function readFree(line: string): { readonly bytes: number; readonly device: string } | null {
  const match = /^(.+?)\s+(\d+)\s+(\d+)\s+(-?\d+)\s+\S+%?\s+(\/.*)$/.exec(line);
  if (match === null) return null;
  return { bytes: Math.max(0, Number(match[4])) * 1024, device: `${match[1]} ${match[5]}` };
}
