/** Largest first; each may stand once: `1h30m`, `90s`, `1m500ms`. */
const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** How a duration is written in a checklist. */
export const durationPattern = /^(?=\d)(?:\d{1,9}d)?(?:\d{1,9}h)?(?:\d{1,9}m(?!s))?(?:\d{1,9}s)?(?:\d{1,9}ms)?$/;

/** No timer runs longer than a week; a larger number is a slip of the finger. */
export const longestDurationMs = 7 * 86_400_000;

/** Milliseconds of a duration such as `1h30m`; null when it is not written as one. */
export function parseDuration(text: string): number | null {
  if (!durationPattern.test(text)) return null;
  let total = 0;
  for (const [, digits, unit] of text.matchAll(/(\d+)(ms|[dhms])/g)) {
    total += Number(digits) * (units.find(([name]) => name === unit)?.[1] ?? 0);
  }
  return total;
}

/** The shortest way to write a duration, e.g. `90000` → `1m30s`; `0` → `0s`. */
export function formatDuration(ms: number): string {
  let rest = Math.round(ms);
  let text = '';
  for (const [name, size] of units) {
    const count = Math.floor(rest / size);
    if (count === 0) continue;
    text += `${count}${name}`;
    rest -= count * size;
  }
  return text === '' ? '0s' : text;
}
