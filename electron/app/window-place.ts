/** Where a window stood, in device-independent pixels. */
export interface WindowPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly maximized: boolean;
}

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The smallest window in which nothing is cut (`look.md`). */
export const smallest = { width: 1024, height: 700 } as const;
const usual = { width: 1280, height: 800 } as const;

/** How a window opens: without `x` and `y` the system places it. */
export interface OpeningPlace {
  readonly width: number;
  readonly height: number;
  readonly x?: number;
  readonly y?: number;
  readonly maximized: boolean;
}

function isPlace(found: unknown): found is WindowPlace {
  if (typeof found !== 'object' || found === null) return false;
  const place = found as Readonly<Record<string, unknown>>;
  return (
    ['x', 'y', 'width', 'height'].every((key) => Number.isSafeInteger(place[key])) &&
    typeof place['maximized'] === 'boolean'
  );
}

/** The remembered place when it is sane and its title bar is still on some screen, else the usual size. */
export function openingPlace(remembered: unknown, screens: readonly Area[]): OpeningPlace {
  if (!isPlace(remembered)) return { ...usual, maximized: false };
  const width = Math.max(smallest.width, remembered.width);
  const height = Math.max(smallest.height, remembered.height);
  // A hundred pixels of the title bar must be there to be taken hold of.
  const reachable = screens.some(
    (area) =>
      remembered.x + width >= area.x + 100 &&
      remembered.x <= area.x + area.width - 100 &&
      remembered.y >= area.y - 20 &&
      remembered.y <= area.y + area.height - 50,
  );
  const { maximized } = remembered;
  return reachable ? { x: remembered.x, y: remembered.y, width, height, maximized } : { width, height, maximized };
}
