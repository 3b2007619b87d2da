/** One line of a comparison; `skipped` stands for a stretch of lines that are the same on both sides. */
export type DiffRow =
  | { readonly type: 'same' | 'gone' | 'new'; readonly text: string }
  | { readonly type: 'skipped'; readonly count: number };

/** Cells of the comparison's table; beyond it comparing would hold up the screen. */
const mostCells = 4_000_000;
/** Lines that are the same, kept around each difference. */
const context = 3;

/** What differs between two texts, line by line, or null when they are too long to be compared here. */
export function lineDiff(before: string, after: string): readonly DiffRow[] | null {
  const old = before.split('\n');
  const now = after.split('\n');
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const oldMiddle = old.slice(head, old.length - tail);
  const newMiddle = now.slice(head, now.length - tail);
  if ((oldMiddle.length + 1) * (newMiddle.length + 1) > mostCells) return null;
  const same = (text: string): DiffRow => ({ type: 'same', text });
  const rows = [
    ...old.slice(0, head).map(same),
    ...middle(oldMiddle, newMiddle),
    ...old.slice(old.length - tail).map(same),
  ];
  return folded(rows);
}

/** The longest common subsequence tells what stayed. */
function middle(old: readonly string[], now: readonly string[]): DiffRow[] {
  const width = now.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = now.length - 1; column >= 0; column -= 1) {
      lengths[row * width + column] =
        old[row] === now[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const rows: DiffRow[] = [];
  let row = 0;
  let column = 0;
  while (row < old.length || column < now.length) {
    const [was, is] = [old[row], now[column]];
    if (was !== undefined && was === is) {
      rows.push({ type: 'same', text: was });
      row += 1;
      column += 1;
    } else if (was !== undefined && (is === undefined || at(row + 1, column) >= at(row, column + 1))) {
      rows.push({ type: 'gone', text: was });
      row += 1;
    } else {
      rows.push({ type: 'new', text: is ?? '' });
      column += 1;
    }
  }
  return rows;
}

function folded(rows: readonly DiffRow[]): DiffRow[] {
  const near = rows.map((_, index) =>
    rows.slice(Math.max(0, index - context), index + context + 1).some(({ type }) => type !== 'same'),
  );
  const out: DiffRow[] = [];
  for (const [index, row] of rows.entries()) {
    const last = out.at(-1);
    if (near[index]) out.push(row);
    else if (last?.type === 'skipped') out[out.length - 1] = { type: 'skipped', count: last.count + 1 };
    else out.push({ type: 'skipped', count: 1 });
  }
  return out;
}
