import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { reportCsv } from '../../../shared/report/csv.ts';
import { reportHtml } from '../../../shared/report/html.ts';
import { reportMarkdown } from '../../../shared/report/markdown.ts';
import { buildReport } from '../../../shared/report/model.ts';
import { reportStory } from '../../helpers/report-story.ts';
import { proof } from './run-records.ts';

const zone = process.env['TZ'];
afterEach(() => {
  vi.restoreAllMocks();
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

const stories = new Map([1, 7, 12, 61].map((count) => [count, reportStory(count).records]));

/** Every form of the report of a run that was followed so far, made in a time zone. */
function renderedIn(timeZone: string, records: Parameters<typeof buildReport>[0]): readonly string[] {
  process.env['TZ'] = timeZone;
  const model = buildReport(records, proof);
  if (model === null) return [];
  const languages = (['en', 'zh'] as const).flatMap((one) => [reportHtml(model, one), reportMarkdown(model, one)]);
  return [...languages, reportCsv(model), JSON.stringify(model)];
}

test('wherever a run is cut off, its report is the same bytes in every time zone, and no clock or chance is asked', () => {
  const never = (what: string) => () => {
    throw new Error(`a report must not ask ${what}`);
  };
  renderedIn('UTC', stories.get(7) ?? []);
  const cuts = fc.constantFrom(...stories.keys()).chain((count) => {
    return fc.tuple(fc.constant(count), fc.integer({ min: 1, max: stories.get(count)?.length ?? 1 }));
  });
  fc.assert(
    fc.property(cuts, ([count, cut]) => {
      const records = (stories.get(count) ?? []).slice(0, cut);
      const spies = [
        vi.spyOn(Date, 'now').mockImplementation(never('the clock')),
        vi.spyOn(Math, 'random').mockImplementation(never('chance')),
        vi.spyOn(Date.prototype, 'toLocaleString').mockImplementation(never('the locale')),
        vi.spyOn(Date.prototype, 'getTimezoneOffset').mockImplementation(never('the time zone')),
        vi.spyOn(Date.prototype, 'getHours').mockImplementation(never('the time zone')),
      ];
      try {
        const here = renderedIn('Asia/Shanghai', records);
        expect(renderedIn('America/New_York', records)).toEqual(here);
        expect(here[0]).not.toContain('NaN');
        expect(here[0]).not.toContain('Infinity');
      } finally {
        for (const spy of spies) spy.mockRestore();
      }
    }),
    { numRuns: 20 },
  );
});
