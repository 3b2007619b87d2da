/** From so many milliseconds on a stretch without anything counts as quiet. */
export const QUIET_MS = 10_000;

interface Stretch {
  readonly from: number;
  readonly until: number;
}

/** The stretches of a run in which nothing was recorded and nothing was written, in order; milliseconds. */
export function quietStretches(
  marks: readonly { readonly ms: number }[],
  busy: readonly Stretch[],
  durationMs: number,
): readonly Stretch[] {
  const all = [...marks.map(({ ms }) => ({ from: ms, until: ms })), ...busy].sort((a, b) => a.from - b.from);
  const quiet: Stretch[] = [];
  let heard = 0;
  for (const { from, until } of all) {
    if (from - heard > QUIET_MS) quiet.push({ from: heard, until: Math.min(from, durationMs) });
    heard = Math.max(heard, until);
  }
  return quiet.filter(({ from, until }) => until - from > QUIET_MS);
}
