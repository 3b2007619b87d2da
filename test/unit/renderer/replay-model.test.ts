import { describe, expect, it } from 'vitest';
import { differenceWords } from '../../../renderer/model/compare.ts';
import {
  type Among,
  groupMarks,
  kindOf,
  momentAt,
  neighbour,
  played,
  replayKeyOf,
  typedTime,
} from '../../../renderer/model/replay.ts';
import type { ReplayMark } from '../../../shared/contract/ipc/replay.ts';

const mark = (
  seq: number,
  ms: number,
  type: ReplayMark['type'],
  verdict: ReplayMark['verdict'] = null,
): ReplayMark => ({
  ...{ seq, ms, type, step: null, target: null, attempt: null, verdict, presence: null },
});
const marks = [
  mark(0, 0, 'run-created'),
  mark(1, 1_000, 'run-started'),
  mark(2, 5_000, 'checkpoint'),
  mark(3, 5_000, 'attempt-ended', 'failed'),
  mark(4, 9_000, 'run-ended'),
];

describe('moving through a run of the past', () => {
  it('shows the last record that counts at a time, several of one moment included', () => {
    expect(momentAt(marks, 0)).toEqual({ ms: 0, seq: 0 });
    expect(momentAt(marks, 4_999).seq).toBe(1);
    expect(momentAt(marks, 5_000).seq).toBe(3);
    expect(momentAt(marks, 99_000).seq).toBe(4);
  });

  it('goes to the next and the last thing that stands on the time line, and not past its ends', () => {
    expect(neighbour(marks, { ms: 1_000, seq: 1 }, 1)?.seq).toBe(3);
    expect(neighbour(marks, { ms: 5_000, seq: 3 }, -1)?.seq).toBe(1);
    expect(neighbour(marks, { ms: 9_000, seq: 4 }, 1)).toBeNull();
    expect(neighbour(marks, { ms: 0, seq: 0 }, -1)).toBeNull();
  });

  it('goes among trouble or decisions alone where that is chosen', () => {
    const gone = { ...mark(5, 9_500, 'participant-presence'), presence: 'gone' as const };
    const all = [...marks, gone, mark(6, 9_600, 'target-decided'), mark(7, 9_700, 'attempt-ended', 'passed')];
    const from = (seq: number, direction: 1 | -1, sort: Among) => neighbour(all, { ms: 0, seq }, direction, sort)?.seq;
    expect(from(0, 1, 'trouble')).toBe(3);
    expect(from(3, 1, 'trouble')).toBe(5);
    expect(from(5, 1, 'trouble')).toBeUndefined();
    expect(from(0, 1, 'decision')).toBe(6);
    expect(from(7, -1, 'step')).toBeUndefined();
    expect(kindOf(gone)).toBe('gone');
    expect(kindOf({ ...gone, presence: 'here' })).toBeNull();
  });

  it('shows the gravest of what falls on one place, and how many there are', () => {
    const all = [
      mark(0, 0, 'step-entered'),
      mark(1, 1, 'attempt-ended', 'passed'),
      mark(2, 2, 'attempt-ended', 'failed'),
    ];
    const [one, ...others] = groupMarks([...all, mark(3, 3, 'checkpoint')], 100_000, 10);
    expect(one).toMatchObject({ kind: 'failed', count: 3, mark: { seq: 2 } });
    expect(others).toEqual([]);
    expect(groupMarks(marks, 9_000, 10).map(({ kind }) => kind)).toEqual(['started', 'failed', 'ended']);
    expect(kindOf(mark(9, 9, 'attempt-started'))).toBeNull();
  });

  it('plays as fast as was chosen, stops at the end, and passes quickly over quiet stretches', () => {
    const view = { durationMs: 100_000, quiet: [{ from: 10_000, until: 70_000 }] };
    expect(played(view, 0, 1_000, { speed: 4, shorten: false })).toBe(4_000);
    expect(played(view, 8_000, 1_000, { speed: 4, shorten: false })).toBe(12_000);
    // Half a second to the quiet stretch, 1.5 s for all of it, then on as before.
    expect(played(view, 8_000, 2_000, { speed: 4, shorten: true })).toBe(70_000);
    expect(played(view, 8_000, 2_500, { speed: 4, shorten: true })).toBe(72_000);
    expect(played(view, 99_000, 60_000, { speed: 60, shorten: true })).toBe(100_000);
  });

  it('takes a time of day or a time since the beginning, and nothing else', () => {
    const began = new Date(2026, 10, 20, 22, 0, 14).toISOString();
    expect(typedTime('22:04:11', began)).toBe(237_000);
    expect(typedTime(' 22:00 ', began)).toBe(0);
    expect(typedTime('00:30', began)).toBe((2 * 3_600 + 29 * 60 + 46) * 1_000);
    expect(typedTime('+12:30', began)).toBe(750_000);
    expect(typedTime('+1:02:03', began)).toBe(3_723_000);
    for (const wrong of ['', 'soon', '25:00', '12:61', '+', '12']) expect(typedTime(wrong, began)).toBeNull();
  });

  it('has keys of its own that leave fields and buttons theirs', () => {
    const press = { key: ' ', shift: false, modified: false, taken: false, onButton: false };
    expect(replayKeyOf(press)).toBe('play');
    expect(replayKeyOf({ ...press, onButton: true })).toBeNull();
    expect(replayKeyOf({ ...press, key: 'ArrowRight', onButton: true })).toBe('forward');
    expect(replayKeyOf({ ...press, key: 'ArrowLeft', shift: true })).toBe('far-back');
    expect(replayKeyOf({ ...press, key: '[' })).toBe('before');
    expect(replayKeyOf({ ...press, key: '/', taken: true })).toBeNull();
    expect(replayKeyOf({ ...press, key: ']', modified: true })).toBeNull();
  });

  it('says how much longer the right run took', () => {
    const span = (ms: number): string => `${ms / 1_000} s`;
    expect(differenceWords(1_000, 4_000, span)).toBe('+3 s');
    expect(differenceWords(4_000, 1_000, span)).toBe('−3 s');
    expect(differenceWords(4_000, 4_000, span)).toBe('±0');
    expect(differenceWords(null, 4_000, span)).toBe('–');
  });
});
