import { shellQuote } from '../../../shared/checklist/quote.ts';
import type { LogPosition } from '../../../shared/steps/actions/log.ts';

/** Where following a file begins. */
export type FollowFrom =
  | { readonly type: 'now' }
  | { readonly type: 'start-of-file' }
  /** Right behind what was read before; the bytes before it are sent once more, so that it can be proved. */
  | { readonly type: 'position'; readonly position: Pick<LogPosition, 'inode' | 'offset' | 'checked'> };

export interface FollowedFile {
  readonly path: string;
  readonly from: FollowFrom;
}

/**
 * What the script says beside the files' own bytes, each as a line of its own after the token:
 *
 *   `d N`            what follows are bytes of file N (counted from 0)
 *   `o N INODE AT K` file N was opened; its bytes begin at byte AT, and the first K of them are those before the place
 *                    where reading begins, to be checked and not to be read again
 *   `r N INODE`      file N was replaced by a new one, which is read from its start
 *   `c N AT K`       the old content of file N was found in a copy; otherwise as `o`
 *   `g N WHY`        something between what was read and what comes next may be missing
 *   `m N`            file N is not there, or cannot be read
 *   `t`              a file was truncated: the script ends, to be started again with positions
 *   `p PID`          what stands in the pid file, `-` for nothing
 *   `.`              everything there is has been sent
 */
/** So many bytes before a place prove that it is the same file. */
export const CHECKED = 256;
/** Seconds between looks where nothing happens. */
const PAUSE = 0.3;

/**
 * A script for any POSIX `sh` that follows files for as long as somebody reads its output. It holds each file open, so
 * that what was written before a rotation is read to its end, and asks `ls` for inode and size, which POSIX fixes to
 * the letter (GNU and busybox `stat` and `tail` differ).
 * @param token random; what the script says begins with RS (0x1e) and both halves, which are never next to each other
 *   in the script itself, so that a log of the host's own commands cannot speak for it.
 */
export function followScript(
  files: readonly FollowedFile[],
  pidFile: string | null,
  token: { readonly a: string; readonly b: string },
): string {
  const begin = files.map(({ path, from }, index) => {
    const quoted = shellQuote(path);
    if (from.type === 'now') return `begin ${index} ${quoted} now`;
    if (from.type === 'start-of-file') return `begin ${index} ${quoted} start`;
    const { inode, offset, checked } = from.position;
    return `begin ${index} ${quoted} at ${inode} ${offset} ${checked}`;
  });
  const follow = files.map(({ path }, index) => `follow ${index} ${shellQuote(path)}`);
  return [
    `A=${token.a} B=${token.b} P=${pidFile === null ? "''" : shellQuote(pidFile)}`,
    body,
    ...begin,
    'while :; do',
    '  more=',
    ...follow.map((line) => `  ${line}`),
    '  rest',
    'done',
  ].join('\n');
}

/**
 * For file N: descriptor N+3 holds it, `iN` its inode, `sN` its size at the last look, `nN` how often in a row its
 * name has led to another file that has something in it.
 */
const body = `LC_ALL=C CHECKED=${CHECKED}; export LC_ALL
set -f
exec 9>&1
say() { printf '\\036%s%s %s\\n' "$A" "$B" "$*"; }
look() {
  ino= size=
  if [ -f "$1" ] && [ -r "$1" ]; then
    set -- $(ls -Lnid -- "$1" 2>/dev/null)
    case "$1:$6" in *[!0-9:]*|:*|*:) ;; *) ino=$1 size=$6 ;; esac
  fi
}
pull() {
  said=$(dd bs=65536 count=256 <&$(($1 + 3)) 2>&1 >&9)
  case "$said" in 256+*) full=1 ;; *) full= ;; esac
}
drain() {
  say d $1
  full=1
  while [ -n "$full" ]; do pull $1; done
}
grab() {
  eval "exec $(($1 + 3))<\\"\\$2\\"" || exit 3
}
skip() {
  [ "$2" = 0 ] || dd bs=1 skip=$2 count=0 <&$(($1 + 3)) >/dev/null 2>&1
}
attach() {
  while :; do
    look "$2"; before=$ino
    [ -n "$ino" ] || return 1
    grab $1 "$2"
    look "$2"
    [ "$ino" = "$before" ] && break
  done
  eval "i$1=$ino s$1=0 n$1=0"
}
begin() {
  eval "i$1= s$1=0 n$1=0 m$1="
  case "$3" in
    now)
      attach $1 "$2" || return 0
      known=$CHECKED; [ $size -ge $known ] || known=$size
      from=$((size - known))
      skip $1 $from; say o $1 $ino $from $known; eval "s$1=$from" ;;
    start) attach $1 "$2" || return 0; say o $1 $ino 0 0 ;;
    at) again "$@" ;;
  esac
}
again() {
  from=$(($5 - $6))
  look "$2"
  if [ "$ino" = "$4" ] && [ "$size" -ge "$5" ]; then
    attach $1 "$2" || return 0
    skip $1 $from; say o $1 $ino $from $6; eval "s$1=$from"
    return 0
  fi
  moved "$@" && return 0
  [ "$5" = 0 ] || copied "$@" || say g $1 truncated
  attach $1 "$2" || return 0
  say r $1 $ino
}
moved() {
  set +f
  for other in "\${2%/*}"/* "\${2%/*}"/.[!.]*; do
    look "$other"
    if [ "$ino" = "$4" ] && [ "$size" -ge "$5" ]; then
      grab $1 "$other"; skip $1 $from; say o $1 $ino $from $6
      eval "i$1=$ino s$1=$from n$1=0"
      for newer in "$2"*; do
        [ "$newer" = "$2" ] || [ "$newer" = "$other" ] || [ ! "$newer" -nt "$other" ] || { say g $1 replaced; break; }
      done
      set -f
      return 0
    fi
  done
  set -f
  return 1
}
copied() {
  set +f
  for other in "$2"[.-]*; do
    look "$other"
    if [ -n "$ino" ] && [ "$ino" != "$4" ] && [ "$size" -ge "$5" ] && [ ! "$other" -ot "$newest" ]; then newest=$other; fi
  done
  set -f
  [ -n "$newest" ] || return 1
  grab $1 "$newest"; skip $1 $from; say c $1 $from $6; drain $1
  newest=
}
follow() {
  eval "held=\\$i$1 was=\\$s$1 turn=\\$n$1 gone=\\$m$1"
  look "$2"
  if [ -z "$held" ]; then
    if [ -z "$ino" ]; then [ -n "$gone" ] || { say m $1; eval "m$1=1"; }; return 0; fi
    attach $1 "$2" || return 0
    eval "m$1="; say r $1 $ino; was=0 held=$ino
    look "$2"
  fi
  if [ "$ino" = "$held" ]; then
    if [ "$size" -lt "$was" ]; then say t; exit 0; fi
    if [ "$size" -gt "$was" ]; then
      say d $1; pull $1
      if [ -n "$full" ]; then more=1; else eval "s$1=$size"; fi
    fi
    eval "n$1=0 m$1="
    return 0
  fi
  drain $1
  if [ -z "$ino" ]; then [ -n "$gone" ] || { say m $1; eval "m$1=1"; }; return 0; fi
  [ "$size" -gt 0 ] || return 0
  if [ "$turn" = 0 ]; then eval "n$1=1"; return 0; fi
  attach $1 "$2" || return 0
  eval "m$1="; say r $1 $ino; more=1
}
rest() {
  [ -z "$more" ] || return 0
  say .
  if [ -n "$P" ]; then
    pid=-
    [ -r "$P" ] && { IFS= read -r pid < "$P" || [ -n "$pid" ] || pid=-; }
    case "$pid" in ''|*[!0-9]*) pid=- ;; esac
    [ "$pid" = "$shown" ] || { shown=$pid; say p $pid; }
  fi
  sleep ${PAUSE} 2>/dev/null || sleep 1
}
newest= shown=`;
