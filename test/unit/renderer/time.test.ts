import { describe, expect, it } from 'vitest';
import { clockSpan, dateAndTime, spokenSpan, wallClockSeconds } from '../../../renderer/model/time.ts';
import { timeLine } from '../../../renderer/model/timeline.ts';
import { foldEvents } from '../../helpers/fake-countersign-api.ts';
import { picturePlan } from '../../pictures/plan.ts';

describe('spans of time', () => {
  it.each([
    [0, '00:00'],
    [-5_000, '00:00'],
    [59_999, '00:59'],
    [723_000, '12:03'],
    [3_600_000, '1:00:00'],
  ])('shows %d ms on the clock as %s', (ms, text) => {
    expect(clockSpan(ms)).toBe(text);
  });

  it.each([
    [480, '480 ms'],
    [4_200, '4.2 s'],
    [9_960, '10 s'],
    [14_000, '14 s'],
    [120_000, '2 min'],
    [252_000, '4 min 12 s'],
    [59_700, '1 min'],
    [7_500_000, '2 h 05 min'],
  ])('says %d ms as %s', (ms, text) => {
    expect(spokenSpan(ms)).toBe(text);
  });

  it('writes the wall clock with leading zeros', () => {
    const at = new Date(2026, 10, 2, 3, 4, 5);
    expect(wallClockSeconds(at)).toBe('03:04:05');
    expect(dateAndTime(at)).toBe('2026-11-02 03:04');
  });
});

describe('the time line', () => {
  const plan = { ...picturePlan('en', false), window: null };
  const state = foldEvents(
    plan,
    [
      { type: 'run-started', data: {} },
      { type: 'step-entered', data: { step: 'artifact' } },
    ],
    0,
    1_000,
  );
  const planned = plan.steps.reduce((sum, step) => sum + (step.plannedMs ?? 0), 0);

  it('does not exist before the start', () => {
    expect(timeLine(foldEvents(plan, [], 0, 1), 5_000)).toBeNull();
  });

  it('forecasts the end from what is left of the plan', () => {
    const line = timeLine(state, 31_000);
    expect(line?.elapsedMs).toBe(31_000);
    expect(line?.forecastEnd.getTime()).toBe(planned + 1_000);
    expect(line?.unplanned).toBe(1);
  });

  it('moves the end out once a step takes longer than planned', () => {
    const line = timeLine(state, 10 * 60_000);
    expect(line?.forecastEnd.getTime()).toBe(10 * 60_000 + planned - 60_000);
    expect(line?.actual[0]).toMatchObject({ step: 'artifact', tone: 'running' });
  });
});
