/** How much longer the right one took than the left one: `+12 s`, `−3 min`, `±0`; a dash where one is not known. */
export function differenceWords(left: number | null, right: number | null, span: (ms: number) => string): string {
  if (left === null || right === null) return '–';
  const more = right - left;
  if (Math.abs(more) < 1) return '±0';
  return `${more > 0 ? '+' : '−'}${span(Math.abs(more))}`;
}
