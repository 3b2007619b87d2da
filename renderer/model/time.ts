/** Times as people read them. All figures are meant for tabular numerals; nothing here reads the clock. */

const pad = (value: number): string => String(value).padStart(2, '0');

/** `mm:ss`, or `h:mm:ss` from an hour on. Negative spans count as zero. */
export function clockSpan(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${pad(m)}:${pad(s)}`;
}

/** A short span with its unit: `480 ms`, `3.2 s`, `14 s`, `4 min 12 s`, `2 h 05 min`. */
export function spokenSpan(ms: number): string {
  const span = Math.max(0, ms);
  if (span < 1_000) return `${Math.round(span)} ms`;
  if (span < 9_950) return `${(span / 1000).toFixed(1)} s`;
  const seconds = Math.round(span / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600)
    return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${pad(Math.floor(seconds / 60) % 60)} min`;
}

/** Wall clock `HH:MM` in the computer's own time zone. */
export function wallClock(at: Date): string {
  return `${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

/** Wall clock with seconds, `HH:MM:SS`. */
export function wallClockSeconds(at: Date): string {
  return `${wallClock(at)}:${pad(at.getSeconds())}`;
}

/** Date and time `YYYY-MM-DD HH:MM`, the same in both languages. */
export function dateAndTime(at: Date): string {
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${wallClock(at)}`;
}
