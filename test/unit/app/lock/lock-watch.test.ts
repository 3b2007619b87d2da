import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  beginWatch,
  calmMs,
  endWatch,
  type GapChange,
  type LockFacts,
  look,
  type Mend,
  mendMs,
  type Watch,
} from '../../../../electron/app/lock/lock-watch.ts';

const well: LockFacts = {
  at: 0,
  uptime: 1_000_000,
  asleep: false,
  screenLocked: false,
  minimized: false,
  visible: true,
  focused: true,
  amiss: '',
  displays: '1600x1000+0+0',
  manager: '0x1',
};

interface Seen {
  readonly at: number;
  readonly change: GapChange;
}

/** Plays moments one after the other; each is what differs from "all is well" from then on. */
function play(moments: readonly (Partial<LockFacts> & { readonly at: number })[]) {
  let watch: Watch = beginWatch(well);
  const seen: Seen[] = [];
  const mends: { readonly at: number; readonly mend: Mend }[] = [];
  for (const moment of moments) {
    const looked = look(watch, { ...well, uptime: well.uptime + moment.at, ...moment });
    watch = looked.watch;
    seen.push(...looked.changes.map((change) => ({ at: moment.at, change })));
    mends.push(...looked.mends.map((mend) => ({ at: moment.at, mend })));
  }
  return { watch, seen, mends, changes: seen.map(({ change }) => change) };
}

describe('watching over a locked window', () => {
  it('says nothing and does nothing while all is well', () => {
    const { changes, mends } = play([{ at: 500 }, { at: 1_000 }]);
    expect([changes, mends]).toEqual([[], []]);
  });

  it('opens a gap when the focus is lost, fetches it back, and tells how long it was gone', () => {
    const { changes, mends } = play([{ at: 500 }, { at: 700, focused: false }, { at: 1_000 }]);
    expect(changes).toEqual([
      { type: 'opened', gap: 'focus-lost', detail: '' },
      { type: 'closed', gap: 'focus-lost', durationMs: 300 },
    ]);
    expect(mends).toEqual([{ at: 700, mend: 'focus' }]);
  });

  it('tells a minimised window as that alone, and until the window is in front again', () => {
    const away = { minimized: true, visible: false, focused: false, amiss: '1x1+0+0' };
    const { changes, mends } = play([
      { at: 100, ...away },
      { at: 150, focused: false, amiss: '1x1+0+0' },
      { at: 180, focused: false },
      { at: 400 },
    ]);
    expect(changes).toEqual([
      { type: 'opened', gap: 'minimized', detail: '' },
      { type: 'closed', gap: 'minimized', durationMs: 300 },
    ]);
    expect(mends.filter(({ at }) => at === 100).map(({ mend }) => mend)).toEqual(['restore', 'place', 'focus']);
  });

  it('shows a hidden window again', () => {
    const { changes, mends } = play([{ at: 100, visible: false }, { at: 200 }]);
    expect(changes[0]).toEqual({ type: 'opened', gap: 'hidden', detail: '' });
    expect(mends[0]).toEqual({ at: 100, mend: 'show' });
  });

  it('takes the display again when the window does not cover it', () => {
    const { changes, mends } = play([{ at: 100, amiss: '1x1+0+0' }, { at: 350 }]);
    expect(changes).toEqual([
      { type: 'opened', gap: 'not-full-screen', detail: '1x1+0+0' },
      { type: 'closed', gap: 'not-full-screen', durationMs: 250 },
    ]);
    expect(mends).toEqual([{ at: 100, mend: 'place' }]);
  });

  it('follows changed displays, and says what they are now', () => {
    const now = { displays: '1280x800+0+0' };
    const { changes, mends } = play([
      { at: 100, ...now, amiss: '1x1+0+0' },
      { at: 300, ...now, focused: false },
      { at: 600, ...now },
      { at: 1_100, ...now },
    ]);
    expect(changes).toEqual([
      { type: 'opened', gap: 'display-changed', detail: '1280x800+0+0' },
      { type: 'closed', gap: 'display-changed', durationMs: 500 },
    ]);
    expect(mends[0]).toEqual({ at: 100, mend: 'place' });
  });

  it('places the window anew after the last of several changes, even when they come in a rush', () => {
    const { mends } = play([
      { at: 100, displays: '1600x1000+0+0, 1280x800+1600+0' },
      { at: 150, displays: '1280x800+1600+0' },
      { at: 160, displays: '1280x800+0+0' },
      { at: 500, displays: '1280x800+0+0' },
      { at: 1_000, displays: '1280x800+0+0' },
    ]);
    expect(mends.filter(({ mend }) => mend === 'place').map(({ at }) => at)).toEqual([100, 500]);
  });

  it('notices a window manager that was replaced between two looks, and one that is gone until another is there', () => {
    const replaced = play([
      { at: 500, manager: '0x2' },
      { at: 1_000, manager: '0x2' },
    ]);
    expect(replaced.changes).toEqual([
      { type: 'opened', gap: 'window-manager-gone', detail: '' },
      { type: 'closed', gap: 'window-manager-gone', durationMs: 500 },
    ]);
    expect(replaced.mends.map(({ mend }) => mend)).toEqual(['place', 'focus']);
    const gone = play([
      { at: 500, manager: null },
      { at: 1_000, manager: null },
      { at: 5_000, manager: '0x3' },
      { at: 5_500, manager: '0x3' },
    ]);
    expect(gone.changes.at(-1)).toEqual({ type: 'closed', gap: 'window-manager-gone', durationMs: 5_000 });
    expect(gone.mends.filter(({ at }) => at === 5_000).map(({ mend }) => mend)).toEqual(['place', 'focus']);
  });

  it('measures sleep by the clock that goes on in it', () => {
    const { changes } = play([
      { at: 500, uptime: 1_000_500, asleep: true },
      { at: 520, uptime: 1_600_520 },
    ]);
    expect(changes).toEqual([
      { type: 'opened', gap: 'asleep', detail: '' },
      { type: 'closed', gap: 'asleep', durationMs: 600_020 },
    ]);
  });

  it('notices sleep that nobody announced', () => {
    const { changes } = play([{ at: 500 }, { at: 1_000, uptime: 1_601_000 }]);
    expect(changes).toEqual([
      { type: 'opened', gap: 'asleep', detail: '' },
      { type: 'closed', gap: 'asleep', durationMs: 600_500 },
    ]);
  });

  it('judges and mends nothing behind a locked screen', () => {
    const { changes, mends } = play([
      { at: 500, screenLocked: true, focused: false },
      { at: 1_000, screenLocked: true, focused: false },
      { at: 9_000 },
    ]);
    expect(changes).toEqual([
      { type: 'opened', gap: 'screen-locked', detail: '' },
      { type: 'closed', gap: 'screen-locked', durationMs: 8_500 },
    ]);
    expect(mends).toEqual([]);
  });

  it('takes what flaps for one long gap, which ends when it was last bad', () => {
    const flap = [1, 2, 3, 4, 5, 6].flatMap((second) => [
      { at: second * 1_000, focused: false },
      { at: second * 1_000 + 200 },
    ]);
    const { changes } = play([...flap, { at: 12_000 }, { at: 16_300 }]);
    expect(changes).toEqual([
      { type: 'opened', gap: 'focus-lost', detail: '' },
      { type: 'closed', gap: 'focus-lost', durationMs: 200 },
      { type: 'opened', gap: 'focus-lost', detail: '' },
      { type: 'closed', gap: 'focus-lost', durationMs: 4_200 },
    ]);
  });

  it('closes what is still open when the lock is left', () => {
    const { watch } = play([{ at: 500, focused: false }]);
    expect(endWatch(watch, 900, 1_000_900)).toEqual([{ type: 'closed', gap: 'focus-lost', durationMs: 400 }]);
    expect(endWatch(beginWatch(well), 900, 1_000_900)).toEqual([]);
  });
});

describe('whatever happens to a locked window', () => {
  const moment = fc.record({
    wait: fc.integer({ min: 1, max: 3_000 }),
    asleep: fc.boolean(),
    screenLocked: fc.boolean(),
    minimized: fc.boolean(),
    visible: fc.boolean(),
    focused: fc.boolean(),
    amiss: fc.constantFrom('', 'not full screen'),
    displays: fc.constantFrom('1600x1000+0+0', '1280x800+0+0'),
    manager: fc.constantFrom('0x1', '0x2', null),
  });
  const story = fc.array(moment, { maxLength: 60 }).map((moments) => {
    let at = 0;
    return moments.map(({ wait, ...facts }) => {
      at += wait;
      return { ...facts, at };
    });
  });

  it('every gap that was opened is closed once, and lasts no longer than it was open', () => {
    fc.assert(
      fc.property(story, (moments) => {
        const { watch, seen } = play(moments);
        const end = (moments.at(-1)?.at ?? 0) + 100;
        const last = endWatch(watch, end, well.uptime + end).map((change) => ({ at: end, change }));
        const open = new Map<string, number>();
        for (const { at, change } of [...seen, ...last]) {
          const since = open.get(change.gap);
          if (change.type === 'opened') {
            expect(since).toBeUndefined();
            open.set(change.gap, at);
          } else {
            expect(since).toBeDefined();
            expect(change.durationMs).toBeGreaterThanOrEqual(0);
            expect(change.durationMs).toBeLessThanOrEqual(at - (since ?? at));
            open.delete(change.gap);
          }
        }
        expect([...open.keys()]).toEqual([]);
      }),
    );
  });

  it('no gap is opened more than twice within the calm span, and nothing is put right in a race', () => {
    fc.assert(
      fc.property(story, (moments) => {
        const { seen, mends } = play(moments);
        const opened = seen.filter(({ change }) => change.type === 'opened');
        for (const { at, change } of opened) {
          const near = opened.filter(
            (other) => other.change.gap === change.gap && other.at >= at && other.at < at + calmMs,
          );
          expect(near.length).toBeLessThanOrEqual(2);
        }
        for (const { at, mend } of mends) {
          const near = mends.filter((other) => other.mend === mend && other.at >= at && other.at < at + mendMs);
          expect(near).toHaveLength(1);
        }
      }),
    );
  });

  it('a window that is away and not behind a locked screen is never without an open gap', () => {
    fc.assert(
      fc.property(story, (moments) => {
        const { watch } = play(moments);
        const now = moments.at(-1);
        if (now === undefined || now.asleep || now.screenLocked) return;
        if (now.focused && now.visible && !now.minimized && now.amiss === '' && now.manager !== null) return;
        expect(Object.keys(watch.open).length).toBeGreaterThan(0);
      }),
    );
  });
});
