/** Times as people read them. All figures are meant for tabular numerals; nothing here reads the clock. */

const pad = (value: number): string => String(value).padStart(2, '0');

/** Says one of the sentences that spans are made of. */
type SaySpan = (
  key: 'span-ms' | 'span-s' | 'span-min' | 'span-min-s' | 'span-h' | 'span-h-min',
  params: Readonly<Record<string, string>>,
) => string;

/**
 * A span with its units: `480 ms`, `3.2 s`, `14 s`, `4 min 12 s`, `2 h 05 min`. Never `mm:ss`, which nobody can tell
 * from a time of day. Negative spans count as zero.
 */
export function spanWords(ms: number, say: SaySpan): string {
  const span = Math.max(0, ms);
  if (span < 1_000) return say('span-ms', { ms: String(Math.round(span)) });
  if (span < 9_950) return say('span-s', { s: (span / 1000).toFixed(1).replace(/\.0$/, '') });
  const seconds = Math.round(span / 1000);
  if (seconds < 60) return say('span-s', { s: String(seconds) });
  const [h, min, s] = parts(seconds);
  if (h === 0 && s === 0) return say('span-min', { min: String(min) });
  if (h > 0 && min === 0) return say('span-h', { h: String(h) });
  return longWords(seconds, say);
}

/** A span that grows or shrinks before one's eyes: whole seconds begun, and always as many parts as a moment ago. */
export function tickingWords(ms: number, say: SaySpan): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return seconds < 60 ? say('span-s', { s: String(seconds) }) : longWords(seconds, say);
}

function longWords(seconds: number, say: SaySpan): string {
  const [h, min, s] = parts(seconds);
  return h > 0
    ? say('span-h-min', { h: String(h), min: pad(min) })
    : say('span-min-s', { min: String(min), s: pad(s) });
}

function parts(seconds: number): readonly [h: number, min: number, s: number] {
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
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
