import { expect, test } from 'vitest';
import { reportHtml } from '../../../shared/report/html.ts';
import { buildReport, type ReportModel } from '../../../shared/report/model.ts';
import { type TimelineRow, timelineOf } from '../../../shared/report/timeline.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { reportStory } from '../../helpers/report-story.ts';
import { begun, entered, opened, over, passed, proof, tell } from './run-records.ts';

function modelOf(records: Parameters<typeof buildReport>[0]): ReportModel {
  const model = buildReport(records, proof);
  if (model === null) throw new Error('no report');
  return model;
}

const at = (second: number) => Date.UTC(2026, 10, 20, 14, 0, second);

test('a row has where the plan, the rehearsal and the run itself had the step, one after the other from the start', () => {
  const plan = planOf([step('stop', { plannedMs: 60_000 }), step('start', { plannedMs: 30_000 })]);
  const rehearsal = {
    runId: 'r0',
    environment: 'pre',
    endedAt: '2026-11-18T00:00:00.000Z',
    contentHash: 'a'.repeat(64),
    sameContent: true,
    changed: [],
    durations: { stop: 20_000, start: 10_000 },
  };
  const events = [opened('s1'), { type: 'run-started', data: {} } as const, entered('stop')];
  const done = [...passed('a1', 'stop', 'app1'), entered('start'), ...passed('a2', 'start', 'app1')];
  const rows = timelineOf(modelOf(tell(plan, [...events, ...done], { rehearsal })))?.rows ?? [];
  expect(rows[0]).toMatchObject({
    codes: ['1.stop', '1.stop'],
    planned: { from: at(2), until: at(62) },
    rehearsed: { from: at(2), until: at(22) },
    actual: { from: at(3), until: at(5) },
  });
  expect(rows[1]).toMatchObject({
    planned: { from: at(62), until: at(92) },
    rehearsed: { from: at(22), until: at(32) },
    actual: { from: at(6), until: at(8) },
  });
});

test('what had to be undone gives each step the time at which backing out would have been over', () => {
  const undo = { action: step('x').action, perTarget: {}, plannedMs: 120_000 };
  const plan = planOf([step('stop', { rollback: undo }), step('start')]);
  const records = tell(plan, [
    opened('s1'),
    { type: 'run-started', data: {} },
    entered('stop'),
    ...passed('a1', 'stop', 'app1'),
    entered('start'),
  ]);
  const rows = timelineOf(modelOf(records))?.rows;
  expect(rows?.map(({ backAt }) => backAt)).toEqual([null, { from: at(6), until: at(6) + 120_000 }]);
});

test('a pause, a crash and an open step are there, as long as anybody knows', () => {
  const plan = planOf([step('stop')]);
  const model = modelOf(
    tell(plan, [
      opened('s1'),
      { type: 'run-started', data: {} },
      entered('stop'),
      { type: 'run-held', data: { reason: 'lunch', cause: 'operator', minutes: null } },
      { type: 'run-continued', data: {} },
      opened('s2', { resumed: true }),
    ]),
  );
  const timeline = timelineOf(model);
  expect(timeline?.moments).toEqual([
    { kind: 'held', from: at(4), until: at(5) },
    { kind: 'crash', from: at(5), until: at(5) },
  ]);
  expect(timeline?.rows[0]?.actual).toEqual({ from: at(3), until: at(6) });
});

test('a window that lies days away does not press the run into one line; one that is near is shown', () => {
  const windowed = (start: string, end: string) => {
    const plan = planOf([step('stop')], { window: { start, warn: null, backOutBy: null, end } });
    const records = tell(plan, [opened('s1'), { type: 'run-started', data: {} }, ...passed('a1', 'stop', 'app1')]);
    return timelineOf(modelOf(records));
  };
  const near = windowed('2026-11-20T14:00:01Z', '2026-11-20T14:00:05Z');
  expect(near?.whole).toEqual({ from: at(1), until: at(5) });
  expect(near?.moments).toEqual([{ kind: 'window', from: at(1), until: at(5) }]);
  const far = windowed('2026-11-24T14:00:00Z', '2026-11-25T14:00:00Z');
  expect(far?.whole).toEqual({ from: at(2), until: at(4) });
  expect(far?.moments).toEqual([]);
});

test('60 steps have a row each; 500 share rows within their phase and block, and every step is in one', () => {
  expect(timelineOf(modelOf(reportStory(60).records))?.rows).toHaveLength(60);
  const rows: readonly TimelineRow[] = timelineOf(modelOf(reportStory(500).records))?.rows ?? [];
  expect(rows.length).toBeLessThanOrEqual(100);
  expect(rows.reduce((sum, { steps }) => sum + steps, 0)).toBe(500);
  expect(rows.flatMap(({ paper }) => paper)).not.toEqual([]);
  expect(rows.some(({ deviating }) => deviating.length > 0)).toBe(true);
});

test('each host has a lane with its batches; more than forty share one for each batch', () => {
  const released = (count: number) => {
    const names = Array.from({ length: count }, (_, index) => `h${index}`);
    const host = (name: string) => ({
      name,
      address: name,
      port: 22,
      user: null,
      jump: null,
      groups: [],
      identity: null,
    });
    const half = Math.ceil(count / 2);
    const steps = [names.slice(0, half), names.slice(half)].map((targets, index) =>
      step(`stop~${index}`, { targets, batch: { index: index + 1, of: 2, ceiling: null } }),
    );
    const events = steps.flatMap(({ id, targets }, part) =>
      targets.flatMap((target, index) => [
        begun(`a${part * half + index + 1}`, id, target),
        over(`a${part * half + index + 1}`, index === 0 ? { verdict: 'failed' } : {}),
      ]),
    );
    const plan = planOf(steps, { hosts: names.map(host) });
    return timelineOf(modelOf(tell(plan, [opened('s1'), { type: 'run-started', data: {} }, ...events])))?.hosts;
  };
  expect(released(1)).toEqual([]);
  expect(released(4)).toMatchObject([
    { host: 'h0', bars: [{ batch: 1, bad: true }] },
    { host: 'h1', bars: [{ batch: 1, bad: false }] },
    { host: 'h2', bars: [{ batch: 2, bad: true }] },
    { host: 'h3', bars: [{ batch: 2, bad: false }] },
  ]);
  const lanes = released(50) ?? [];
  expect(lanes).toMatchObject([
    { host: null, batch: 1, hosts: 25 },
    { host: null, batch: 2, hosts: 25 },
  ]);
});

test('the picture is vector with a title and words for who cannot see it, and nothing lies outside of it', () => {
  const document = reportHtml(modelOf(reportStory(12).records), 'zh');
  const pictures = document.match(/<svg [^>]*role="img"[\s\S]*?<\/svg>/g) ?? [];
  // Twelve rows are two pictures of six; then the hosts.
  expect(pictures).toHaveLength(3);
  expect(document).not.toMatch(/<(img|image|script|foreignObject)\b/);
  for (const picture of pictures) {
    expect(picture).toMatch(/<title id="(\w+)">[^<]+<\/title><desc id="\w+">[^<]+<\/desc>/);
    for (const [, x = '', wide = ''] of picture.matchAll(/<rect x="([^"]+)"[^>]*? width="([^"]+)"/g)) {
      expect(Number(x)).toBeGreaterThanOrEqual(190);
      expect(Number(x) + Number(wide)).toBeLessThanOrEqual(720);
    }
  }
  expect(document).toContain('暂停 1 次');
});

test('of a run that was never started there is no picture', () => {
  expect(timelineOf(modelOf(tell(planOf([step('stop')]), [opened('s1')])))).toBeNull();
});
