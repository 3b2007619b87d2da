import { describe, expect, it } from 'vitest';
import { dateAndTime, spanWords, tickingWords, wallClockSeconds } from '../../../renderer/model/time.ts';
import { timeLine } from '../../../renderer/model/timeline.ts';
import { createTranslator } from '../../../shared/text/translate.ts';
import { foldEvents } from '../../helpers/fake-countersign-api.ts';
import { picturePlan } from '../../pictures/plan.ts';

/** The sentences as the screens have them. */
const say = (language: 'en' | 'zh') => {
  const { t } = createTranslator(language);
  return (key: string, params: Readonly<Record<string, string>>) => t(`ui:${key}`, params);
};

describe('spans of time', () => {
  it.each([
    [0, '0 s'],
    [-5_000, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min 00 s'],
    [723_000, '12 min 03 s'],
    [3_600_000, '1 h 00 min'],
  ])('ticks %d ms away as %s', (ms, text) => {
    expect(tickingWords(ms, say('en'))).toBe(text);
  });

  it.each([
    [480, '480 ms'],
    [4_200, '4.2 s'],
    [5_000, '5 s'],
    [9_960, '10 s'],
    [14_000, '14 s'],
    [120_000, '2 min'],
    [252_000, '4 min 12 s'],
    [59_700, '1 min'],
    [3_600_000, '1 h'],
    [7_500_000, '2 h 05 min'],
  ])('says %d ms as %s', (ms, text) => {
    expect(spanWords(ms, say('en'))).toBe(text);
  });

  it.each([
    [480, '480 毫秒'],
    [4_200, '4.2 秒'],
    [120_000, '2 分钟'],
    [252_000, '4 分 12 秒'],
    [7_500_000, '2 小时 05 分'],
  ])('says %d ms in Chinese as %s', (ms, text) => {
    expect(spanWords(ms, say('zh'))).toBe(text);
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
