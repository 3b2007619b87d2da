import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reportCsv } from '../../../shared/report/csv.ts';
import { buildReport } from '../../../shared/report/model.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { reportStory } from '../../helpers/report-story.ts';
import { begun, opened, over, passed, proof, recording, tell } from './run-records.ts';

/** Reads a table as RFC 4180 says: an own reader, so that the writer is not held to its own mistakes. */
function parse(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 1;
  while (at < text.length) {
    let value = '';
    if (text[at] === '"') {
      at += 1;
      for (; text[at] !== '"' || text[at + 1] === '"'; at += text[at] === '"' ? 2 : 1) value += text[at];
      at += 1;
    } else for (; at < text.length && text[at] !== ',' && text[at] !== '\r'; at += 1) value += text[at];
    row.push(value);
    if (text[at] === ',') {
      at += 1;
      continue;
    }
    if (text.slice(at, at + 2) !== '\r\n') throw new Error(`no end of a line at ${at}`);
    at += 2;
    rows.push(row);
    row = [];
  }
  return rows;
}

function tableOf(records: Parameters<typeof buildReport>[0]): readonly Readonly<Record<string, string>>[] {
  const model = buildReport(records, proof);
  if (model === null) throw new Error('no report');
  const text = reportCsv(model);
  expect(text.startsWith('\uFEFF')).toBe(true);
  const [names = [], ...rows] = parse(text);
  for (const row of rows) expect(row).toHaveLength(names.length);
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])));
}

const started = [opened('s1'), { type: 'run-started', data: {} } as const] as const;

test('there is one line for each step on each host, with what became of the newest attempt', () => {
  const plan = planOf([step('stop', { targets: ['app1', 'app2'], title: 'Stop, "now"\nplease' }), step('start')]);
  const lines = tableOf(
    tell(plan, [
      ...started,
      begun('a1', 'stop', 'app1'),
      over('a1', { verdict: 'failed', exit: { code: 3, signal: null } }),
      begun('a2', 'stop', 'app1', { number: 2, reason: 'the hook was removed' }),
      over('a2', { recording: recording('a2', 'done\n') }),
      {
        type: 'target-decided',
        data: {
          step: 'stop',
          target: 'app2',
          decision: 'deferred',
          reason: 'out of traffic',
          owner: 'Chen',
          due: 'Monday',
        },
      },
    ]),
  );
  expect(lines).toMatchObject([
    {
      code: '1.stop',
      title: 'Stop, "now"\nplease',
      target: 'app1',
      status: 'passed',
      from_paper: 'false',
      attempts: '2',
      verdict: 'passed',
      exit: '0',
      duration_s: '1.500',
      output_sha256: 'c'.repeat(64),
      reason: 'the hook was removed',
    },
    {
      target: 'app2',
      status: 'deferred',
      attempts: '0',
      verdict: '',
      decision: 'deferred',
      owner: 'Chen',
      due: 'Monday',
    },
    { id: 'start', target: 'app1', status: 'todo', attempts: '0' },
  ]);
});

test('what was recorded from paper says so, with the paper’s words and who entered it; a note stands in its line', () => {
  const lines = tableOf(reportStory(10).records);
  const paper = lines.filter(({ from_paper: one }) => one === 'true');
  expect(paper).toHaveLength(2);
  for (const line of paper) {
    expect(line).toMatchObject({ status: 'passed', paper_done_by: '李伟 Li Wei', paper_checked_by: '陈波 Bo Chen' });
    expect(line['paper_done_at']).toMatch(/^2026-11-20T\d\d:\d\d:\d\d\.000Z$/);
    expect(line['by']).toBe('李伟 Li Wei');
  }
  expect(lines.filter(({ notes }) => notes !== '').map(({ id }) => id)).toEqual(['s1']);
  expect(lines[1]?.['notes']).toMatch(/^correction of record \d+ by 李伟 Li Wei, .*: 输出来自旧版本/);
});

test('whatever people write, every cell comes back, and none is a formula', () => {
  const hostile = fc.oneof(
    fc.constantFrom('=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '"=1"', ' =1', ',=1', '"', '\r\n'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
  );
  fc.assert(
    fc.property(hostile, (text) => {
      const [line] = tableOf(tell(planOf([step('a', { title: text })]), [...started, ...passed('a1', 'a', 'app1')]));
      const title = line?.['title'] ?? '';
      expect(title).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/u);
      const plain = /^[\p{L}\p{N}\p{P}\p{Zs}]*$/u;
      if (plain.test(text)) expect([text, `'${text}`]).toContain(title);
    }),
  );
});
