import { expect, test } from 'vitest';
import type { RunEvent } from '../../../shared/contract/events.ts';
import { reportHtml } from '../../../shared/report/html.ts';
import { reportMarkdown } from '../../../shared/report/markdown.ts';
import { buildReport, type ReportModel } from '../../../shared/report/model.ts';
import { en } from '../../../shared/text/en/index.ts';
import { zh } from '../../../shared/text/zh/index.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { opened, proof, tell } from './run-records.ts';

const filed = (what: string): RunEvent => ({
  type: 'analysis-filed',
  data: { what, cause: `why ${what}`, fix: `mend ${what}`, confirmedBy: `陈波 for ${what}` },
});

function modelOf(analyses: readonly RunEvent[], result: 'rolled-back' | 'completed' = 'rolled-back'): ReportModel {
  const ended: RunEvent = { type: 'run-ended', data: { result, reason: null } };
  const events = [opened('s1'), { type: 'run-started', data: {} } as const, ended, ...analyses];
  const model = buildReport(tell(planOf([step('stop')]), events), proof);
  if (model === null) throw new Error('no report');
  return model;
}

const languages = [
  ['en', en.report],
  ['zh', zh.report],
] as const;

test('a later problem analysis stands first, and none that was filed before it is left out', () => {
  const model = modelOf([filed('one'), filed('two'), filed('three')]);
  for (const [language, words] of languages) {
    for (const source of [reportHtml(model, language), reportMarkdown(model, language)]) {
      const places = ['three', words.analysisEarlier_other.slice(0, 8), 'mend two', 'mend one', '陈波 for one'];
      const found = places.map((place) => source.indexOf(place));
      expect(found).not.toContain(-1);
      expect(found).toEqual(found.toSorted((a, b) => a - b));
    }
  }
});

test('a rollback of which nobody has said why tells just that; a run that was not rolled back says nothing of it', () => {
  for (const [language, words] of languages) {
    expect(reportHtml(modelOf([]), language)).toContain(words.analysisMissing);
    expect(reportMarkdown(modelOf([]), language)).toContain(words.analysis);
    expect(reportHtml(modelOf([filed('one')]), language)).not.toContain(words.analysisMissing);
    expect(reportHtml(modelOf([], 'completed'), language)).not.toContain(words.analysis);
    expect(reportMarkdown(modelOf([], 'completed'), language)).not.toContain(words.analysis);
  }
});
