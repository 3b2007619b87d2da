/** Times, durations and sizes as the report prints them: the same in both languages, the same on every machine. */

/** Minutes east of UTC that the report tells its times in, and how that is written: `UTC+08:00`, or `UTC`. */
export interface Zone {
  readonly minutes: number;
  readonly label: string;
}

const UTC: Zone = { minutes: 0, label: 'UTC' };

/**
 * The offset that the checklist's own release window is written in, else UTC. Never the reading computer's zone:
 * the same run must give the same bytes everywhere.
 */
export function zoneOf(instants: readonly (string | null)[]): Zone {
  for (const instant of instants) {
    const found = /([+-])(\d\d):?(\d\d)$/.exec(instant ?? '');
    if (found === null) continue;
    const minutes = (Number(found[2]) * 60 + Number(found[3])) * (found[1] === '-' ? -1 : 1);
    return minutes === 0 ? UTC : { minutes, label: `UTC${found[1]}${found[2]}:${found[3]}` };
  }
  return UTC;
}

/** `2026-11-20 22:03:11` in the zone; the text itself when it is not an instant. */
export function dateTime(at: string, zone: Zone): string {
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) return at;
  return new Date(ms + zone.minutes * 60_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** `22:03:11`, with the date in front when it is another day than `reference`. */
export function clockTime(at: string, reference: string, zone: Zone): string {
  const full = dateTime(at, zone);
  return full.slice(0, 10) === dateTime(reference, zone).slice(0, 10) ? full.slice(11) : full;
}

/** `0.4 s`, `5 s`, `12 s`, `3:07 min`, `1:02:45 h`. */
export function duration(ms: number): string {
  if (ms < 9_950 && ms % 1_000 === 0) return `${Math.max(0, ms) / 1_000} s`;
  if (ms < 9_950) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)} min`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)} h`;
}

/** `812 B`, `3.4 kB`, `12.0 MB` (decimal units). */
export function byteCount(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 999_950) return `${(bytes / 1_000).toFixed(1)} kB`;
  if (bytes < 999_950_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}
