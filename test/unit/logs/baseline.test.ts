import { describe, expect, test } from 'vitest';
import { baselineFile, emptyBaseline, familiarTo, parseBaseline } from '../../../shared/logs/baseline.ts';
import { FileScanner } from '../../../shared/logs/file-scanner.ts';
import { GroupTable } from '../../../shared/logs/group-table.ts';
import { errorLine, javaTrace, pythonTrace } from './samples.ts';

function groupsOf(text: string, most = 100, familiar: ConstructorParameters<typeof GroupTable>[1] = () => null) {
  const table = new GroupTable(most, familiar);
  const scanner = new FileScanner([], (event) => table.add(event, 'app.log'));
  scanner.scan(`${text}\n`, 0);
  scanner.settle();
  return table;
}

const unsaid = (table: GroupTable) => table.list().map((group) => ({ ...group, why: null }));

const parsed = (text: string) => {
  const { baseline, problems } = parseBaseline(text, 'known-exceptions.yaml');
  if (baseline === null) throw new Error(JSON.stringify(problems));
  return baseline;
};
const problemsOf = (text: string) =>
  parseBaseline(text, 'k.yaml').problems.map(({ line, column, code }) => `${line}:${column} ${code}`);

describe('groups', () => {
  test('count each kind, remember where it stood first and last, and keep the first as a sample', () => {
    const table = groupsOf([javaTrace(1), errorLine(1), javaTrace(2), errorLine(2), errorLine(3)].join('\n'));
    expect(table.list().map(({ name, count, first, last }) => [name.slice(0, 12), count, first, last])).toEqual([
      ['IllegalState', 2, { from: 0, to: 11 }, { from: 13, to: 24 }],
      ['trade.Mailer', 3, { from: 12, to: 12 }, { from: 26, to: 26 }],
    ]);
    expect(table.list()[0]?.sample).toBe(javaTrace(1));
  });

  test('a million kinds take no more room than allowed, and what found none is counted', () => {
    const words = (n: number): string => [...String(n)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
    const table = groupsOf(Array.from({ length: 5_000 }, (_, n) => `ERROR ${words(n)}`).join('\n'), 100);
    expect([table.list().length, table.events, table.beyond]).toEqual([100, 5_000, 4_900]);
  });

  test('the same stack below another class is not mistaken for one seen before', () => {
    const stack = '\n\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)';
    const table = groupsOf(`a.FirstException: x${stack}\na.SecondException: x${stack}\na.FirstException: x${stack}`);
    expect(table.list().map(({ count }) => count)).toEqual([2, 1]);
  });
});

describe('known exceptions', () => {
  test('what was recorded in a rehearsal is known on another host in the next run', () => {
    const recorded = groupsOf([javaTrace(1), pythonTrace(1), javaTrace(3)].join('\n'));
    const text = baselineFile(unsaid(recorded), emptyBaseline, ['Known exceptions'], 'seen in the rehearsal');
    expect(text).toMatch(
      /^# Known exceptions\nknown-exceptions: 1\nexceptions:\n {2}- name: "IllegalStateException ← /,
    );
    const later = groupsOf(
      [javaTrace(900, 77), pythonTrace(5), errorLine(1)].join('\n'),
      100,
      familiarTo(parsed(text)),
    );
    expect(later.list().map(({ known }) => known !== null)).toEqual([true, true, false]);
    expect([later.knownEvents, later.fresh]).toEqual([2, 1]);
  });

  test('recording again keeps what people wrote and adds only what is new', () => {
    const first = parsed(
      'known-exceptions: 1\nexceptions:\n  - name: Mailer gives up\n    why: OPS-12, harmless\n    match: mail to .* refused\n',
    );
    const table = groupsOf([errorLine(1), javaTrace(1)].join('\n'), 100, familiarTo(first));
    const again = parsed(baselineFile(unsaid(table), first, [], 'rehearsal'));
    expect(again.entries.map(({ name, why, match }) => [name.slice(0, 12), why, match])).toEqual([
      ['Mailer gives', 'OPS-12, harmless', 'mail to .* refused'],
      ['IllegalState', 'rehearsal', null],
    ]);
  });

  test('a pattern is held against the words and against what they boil down to', () => {
    const known = (match: string): boolean =>
      groupsOf(javaTrace(1), 9, familiarTo({ entries: [{ name: 'x', why: null, fingerprint: null, match }] })).fresh ===
      0;
    expect([
      known('^Caused by: .*Timeout'),
      known('waited <n> ms'),
      known('at com\\.foo\\.Pool\\.close'),
      known('NullPointer'),
    ]).toEqual([true, true, true, false]);
  });

  test('what stands in an example is written so that it can be read back', () => {
    const nasty = 'ERROR: "quoted" # no comment\n\tat x\u202e\u0007: {a: [b]}\n';
    const group = {
      fingerprint: '0123456789abcdef',
      name: 'ERROR: - "x" # y',
      sample: nasty,
      count: 1,
      known: null,
      why: null,
    };
    expect(parsed(baselineFile([group], emptyBaseline, [], '第一次演练')).entries).toMatchObject([
      { name: group.name, why: '第一次演练' },
    ]);
  });

  test('mistakes are told with their line and column', () => {
    expect(problemsOf('')).toEqual(['1:1 key-missing', '1:1 key-missing']);
    expect(problemsOf('known-exceptions: 2\nexceptions: []\n')).toEqual(['1:19 format-unknown']);
    expect(problemsOf('known-exceptions: 1\nexceptions:\n  - name: a\n')).toEqual(['3:5 baseline-one-of']);
    expect(problemsOf('known-exceptions: 1\nexceptions:\n  - name: a\n    fingerprint: nonsense\n')).toEqual([
      '4:18 baseline-fingerprint',
    ]);
    expect(problemsOf('known-exceptions: 1\nexceptions:\n  - name: a\n    match: "("\n')).toEqual([
      '4:12 regex-invalid',
    ]);
    expect(problemsOf('known-exceptions: 1\nexceptions:\n  - name: a\n    match: ".*"\n')).toEqual([
      '4:12 regex-invalid',
    ]);
    expect(problemsOf('known-exceptions: 1\nexceptions:\n  - nam: a\n    match: x1\n')).toEqual(['3:5 key-misspelt']);
    expect(problemsOf('known-exceptions: 1\nexceptions: [\n')).not.toEqual([]);
    const twice = '  - name: a\n    fingerprint: 0123456789abcdef\n';
    expect(problemsOf(`known-exceptions: 1\nexceptions:\n${twice}${twice}`)).toEqual(['6:18 baseline-twice']);
  });
});
