import { describe, expect, it } from 'vitest';
import { displayFor, displayViews, layoutOf } from '../../../../electron/app/lock/displays.ts';

const left = { id: 1, label: 'DP-1', bounds: { x: 0, y: 0, width: 1600, height: 1000 }, scaleFactor: 1 };
const right = { id: 2, label: '', bounds: { x: 1600, y: 0, width: 1280, height: 800 }, scaleFactor: 1.5 };

describe('the displays', () => {
  it('the checklist goes where the window is until a display is chosen', () => {
    expect(displayFor([left, right], null, left, right)).toBe(right);
    expect(displayFor([left, right], 1, left, right)).toBe(left);
  });

  it('the primary display stands in for a chosen one that is unplugged', () => {
    expect(displayFor([left], 2, left, left)).toBe(left);
  });

  it('are named by what people know them by, in real pixels', () => {
    expect(displayViews([left, right], 1, 2)).toEqual([
      { id: 1, label: 'DP-1', width: 1600, height: 1000, primary: true, chosen: false },
      { id: 2, label: '2', width: 1920, height: 1200, primary: false, chosen: true },
    ]);
  });

  it('a layout changes with size and place, and not with the order they are listed in', () => {
    expect(layoutOf([right, left])).toBe('1600x1000+0+0, 1280x800+1600+0');
    expect(layoutOf([left])).not.toBe(layoutOf([left, right]));
  });
});
