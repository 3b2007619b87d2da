import { expect, test } from 'vitest';
import { reportHtml } from '../../../shared/report/html.ts';
import { buildReport, type ReportModel } from '../../../shared/report/model.ts';
import { en } from '../../../shared/text/en/index.ts';
import { zh } from '../../../shared/text/zh/index.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { reportStory } from '../../helpers/report-story.ts';
import { entered, opened, passed, proof, tell } from './run-records.ts';

function modelOf(records: Parameters<typeof buildReport>[0]): ReportModel {
  const model = buildReport(records, proof);
  if (model === null) throw new Error('no report');
  return model;
}

const started = [opened('s1'), { type: 'run-started', data: {} } as const, entered('stop')] as const;

const paper = (checkedBy: string | null) =>
  ({
    type: 'paper-recorded',
    data: {
      attempt: 'a1',
      step: 'stop',
      target: 'app1',
      number: 1,
      verdict: 'passed',
      doneAt: '2026-11-20T13:30:00.000Z',
      doneBy: 'Chen',
      checkedBy,
      note: null,
    },
  }) as const;

test('what was recorded from paper says so wherever its verdict stands: deviations, overview, step and attempt', () => {
  const model = modelOf(tell(planOf([step('stop')]), [...started, paper('Bo')]));
  expect(model.exceptions).toMatchObject([
    { kind: 'paper', step: 'stop', doneBy: 'Chen', checkedBy: 'Bo', by: 'Li Wei' },
  ]);
  expect(model.steps[0]?.targets[0]?.attempts[0]?.paper).toEqual({
    doneAt: '2026-11-20T13:30:00.000Z',
    doneBy: 'Chen',
    checkedBy: 'Bo',
  });
  const document = reportHtml(model, 'en');
  // Time line's key, overview, the step's own line, its attempt.
  expect(document.match(new RegExp(en.report.paperWord, 'g'))).toHaveLength(5);
  expect(document).toContain('1 recorded from paper');
  expect(document).toContain('Recorded from paper: passed. Done on paper 2026-11-20 13:30:00 by Chen. Checked by Bo.');
  expect(document).toContain('Checked by Bo. Entered by Li Wei, 2026-11-20 14:00:04.');
  expect(reportHtml(model, 'zh').match(new RegExp(zh.report.paperWord, 'g'))).toHaveLength(6);
});

test('an empty box of the checker is said', () => {
  const document = reportHtml(modelOf(tell(planOf([step('stop')]), [...started, paper(null)])), 'en');
  expect(document.match(new RegExp(en.report.paperNotChecked, 'g'))).toHaveLength(2);
});

test('a run that passed but for paper is not called as planned', () => {
  const ended = { type: 'run-ended', data: { result: 'completed', reason: null } } as const;
  const model = modelOf(tell(planOf([step('stop')]), [...started, paper('Bo'), ended]));
  expect(reportHtml(model, 'en')).toContain('but not everything went as planned');
});

test('a correction names the record it corrects, stands beside its step, and what it corrects stays', () => {
  const events = [...started, ...passed('a1', 'stop', 'app1')];
  const note = (corrects: number | null, step: string | null) =>
    ({ type: 'note-added', data: { note: 'n1', text: 'it was the old build', step, target: null, corrects } }) as const;
  const plan = planOf([step('stop'), step('start')]);
  const before = modelOf(tell(plan, events));
  const model = modelOf(tell(plan, [...events, note(5, null)]));
  expect(model.notes).toMatchObject([
    {
      by: 'Li Wei',
      text: 'it was the old build',
      corrects: { seq: 5, type: 'attempt-ended', step: 'stop', target: 'app1' },
    },
  ]);
  expect(model.steps).toEqual(before.steps);
  const document = reportHtml(model, 'en');
  const words = 'Corrects record 5 (attempt-ended, 2026-11-20 14:00:05, Countersign).';
  expect(document.split(words)).toHaveLength(3);
  const article = document.slice(document.indexOf('<article>'), document.indexOf('</article>'));
  expect(article).toContain(words);
  expect(article).toContain('stop says hello');
  expect(document).toContain('1 correction afterwards');
});

test('a note on a step that the run never reached is told beside it; one on the whole run only in its section', () => {
  const note = (step: string | null) =>
    ({ type: 'note-added', data: { note: 'n1', text: 'for later', step, target: null, corrects: null } }) as const;
  const plan = planOf([step('stop'), step('start')]);
  const at = (about: string | null) =>
    reportHtml(modelOf(tell(plan, [...started, note(about)])), 'en').split('for later');
  expect(at('start')).toHaveLength(3);
  expect(at(null)).toHaveLength(2);
});

test('the first page counts all deviations before any of them is told, and the facts stand between', () => {
  const document = reportHtml(modelOf(reportStory(50).records), 'en');
  const counts = document.indexOf('1 deferred · ');
  expect(document.slice(counts, document.indexOf('</p>', counts))).toMatch(
    /^1 deferred · \d tried again · \d unknown · \d failed or inconclusive · 2 recorded from paper · 1 break in presence · 1 hold · 1 correction afterwards/,
  );
  const order = [
    counts,
    ...['>Operator<', '>Checker<', en.report.exceptions, '<svg'].map((one) => document.indexOf(one)),
  ];
  expect(order).toEqual(order.toSorted((one, other) => one - other));
  expect(counts).toBeGreaterThan(0);
});
