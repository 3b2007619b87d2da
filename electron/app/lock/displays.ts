import type { DisplayView } from '../../../shared/contract/ipc/lock.ts';
import type { Area } from '../window-place.ts';

/** What is needed of Electron's `Display`. Bounds in device-independent pixels. */
export interface DisplayFacts {
  readonly id: number;
  readonly label: string;
  readonly bounds: Area;
  readonly scaleFactor: number;
}

/** Equal but for rounding: with several displays Electron gives 1279 for 1280 even at a scale of 1 (seen under X11). */
export const sameArea = (one: Area, other: Area): boolean =>
  (['x', 'y', 'width', 'height'] as const).every((side) => Math.abs(one[side] - other[side]) <= 1);

/** Where the checklist belongs: the chosen display, while it is gone the primary one; unchosen, where the window is. */
export function displayFor<D extends DisplayFacts>(
  displays: readonly D[],
  chosen: number | null,
  primary: D,
  windowIsOn: D,
): D {
  if (chosen === null) return windowIsOn;
  return displays.find(({ id }) => id === chosen) ?? primary;
}

/** The displays as the person can tell them apart: sizes in the pixels they know them by. */
export function displayViews(
  displays: readonly DisplayFacts[],
  primary: number,
  chosen: number,
): readonly DisplayView[] {
  return displays.map(({ id, label, bounds, scaleFactor }, index) => ({
    id,
    label: label.trim() === '' ? String(index + 1) : label,
    width: Math.round(bounds.width * scaleFactor),
    height: Math.round(bounds.height * scaleFactor),
    primary: id === primary,
    chosen: id === chosen,
  }));
}

/** All displays in one line, e.g. `1600x1000+0+0, 1280x800+1600+0`: changes whenever one of them does. */
export function layoutOf(displays: readonly DisplayFacts[]): string {
  return [...displays]
    .sort((one, other) => one.bounds.x - other.bounds.x || one.bounds.y - other.bounds.y || one.id - other.id)
    .map(({ bounds: { x, y, width, height } }) => `${width}x${height}+${x}+${y}`)
    .join(', ');
}
