import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseChecklist } from '../../../shared/checklist/parse.ts';
import { problemText } from '../../../shared/checklist/problem-text.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { en } from '../../../shared/text/en/index.ts';
import { createTranslator } from '../../../shared/text/translate.ts';
import { zh } from '../../../shared/text/zh/index.ts';
import { processorTime } from '../../helpers/processor-time.ts';
import { fixture, placesOf } from './fixtures.ts';
import { flowMistakes, flowWarnings } from './flow-table.ts';
import { kindMistakes } from './kind-table.ts';

const head = `checklist: 1
title: T
environments: { test: { hosts: { app1: { address: a, groups: [app] }, app2: { address: b, user: u, groups: [app] } }, secrets: [pw] } }
`;
/** Lines 4 and 5 open a phase; the step's own keys begin in line 7, column 9. */
const step = (keys: string) => `${head}phases:
  - cold: P
    steps:
      - id: one
        title: One
${keys
  .split('\n')
  .map((line) => `        ${line}`)
  .join('\n')}
`;
/** The command stands in line 10, its words begin in column 14. */
const command = (words: string, vars = '{ v: "a b" }') => `${step(`on: app\nrun: ${words}`)}vars: ${vars}\n`;

/** Each row: the text, and exactly what must be found, where. Lines and columns are 1-based. */
const table: readonly (readonly [string, string, readonly string[]])[] = [
  ['an empty file', '', ['1:1 error file-empty']],
  ['only comments', '# nothing\n', ['1:1 error file-empty']],
  ['a list instead of a checklist', '- a\n', ['1:1 error type-mapping']],
  ['a tab for indentation', `${head}phases:\n\t- cold: x\n`, ['5:1 error yaml-tab']],
  ['a wrong indentation', `${head}vars:\n    a: b\n   c: d\n`, ['6:1 error yaml-indent']],
  ['a second document', `${step('manual: {}')}---\na: 1\n`, ['10:1 error yaml-several-documents']],
  ['a wrong escape', step('manual: {}\nnotes: "\\q"'), ['10:17 error yaml-escape']],
  ['a quote left open', `${head}vars: { a: "b\n`, ['5:1 error yaml-missing-character']],
  ['a colon inside a value', `${head}vars: { }\nkind: a: b\n`, ['5:7 error yaml-colon']],
  ['a forgotten colon', `${head}vars:\n  a: 1\n  oops\n`, ['6:3 error yaml-missing-character']],
  ['a key on two lines', `${head}vars:\n  a: 1\n  oops\n  more: x\n`, ['6:3 error yaml-key-several-lines']],
  ['a bracket too many', `${head}vars: { a: b } ]\n`, ['4:16 error yaml-unexpected']],
  ['a tag', step('manual: !!python/object {}'), ['9:17 error yaml-tag']],
  ['a value that begins with an at sign', step('manual: {}\nnotes: @me'), ['10:16 error yaml-scalar-start']],
  ['an unknown alias', step('manual: {}\nnotes: *nope'), ['10:16 error yaml-alias-unknown']],
  ['an anchor inside itself', step('manual: &m { evidence: *m }'), ['9:32 error yaml-alias-loop']],
  ['too deep a nesting', `a: ${'['.repeat(200)}${']'.repeat(200)}`, ['1:104 error yaml-too-deep']],
  ['a key twice', step('manual: {}\ntitle: Two'), ['10:9 error key-twice']],
  ['a mapping as a key', `${head}? { a: b }\n: c\n`, ['1:1 error key-missing', '4:3 error key-not-text']],
  ['a control character', step('manual: {}\nnotes: a\u0007b'), ['10:17 error control-character']],
  [
    'a character that reverses the reading order',
    step('manual: {}\nnotes: a\u202eb'),
    ['10:17 error control-character'],
  ],
  ['an escaped control character', step('manual: {}\nnotes: "\\e[0m"'), ['10:16 error control-character-escaped']],

  ['an unknown key', step('manual: {}\nfrequency: 1'), ['10:9 error key-unknown']],
  ['a misspelt key', step('manual: {}\nnote: x'), ['10:9 error key-misspelt']],
  [
    'a misspelt required key, said once',
    step('manual: {}').replace('title: One', 'titel: One'),
    ['8:9 error key-misspelt'],
  ],
  ['a kind of a later version', step('teleport: { to: x }'), ['9:9 error kind-unknown']],
  ['a missing key', step('manual: {}').replace('title: One', 'notes: x'), ['7:9 error key-missing']],
  ['an unknown value', step('manual: {}\neffect: maybe'), ['10:17 error value-unknown']],
  ['a misspelt value', step('manual: {}\neffect: raed'), ['10:17 error value-misspelt']],
  [
    'a list for a text',
    step('manual: {}\ntitle: x').replace('title: One', 'notes: [a]').replace('        title: x', '        title: x'),
    ['8:16 error type-text'],
  ],
  [
    'a text for a number',
    `${head.replace('user: u', 'port: "22"')}${step('manual: {}').slice(head.length)}`,
    ['3:97 error port-invalid'],
  ],
  ['a text for yes or no', step('on: app\nrun: { command: ls, pty: sure }'), ['10:34 error type-boolean']],
  ['a text for a list', `${head}phases: none\n`, ['4:9 error type-list']],
  ['a text for a mapping', step('manual: yes'), ['9:17 error type-mapping']],
  ['a list for a command', step('on: app\nrun: [ls, -l]'), ['10:14 error type-text-or-mapping']],
  ['a mapping for hosts', step('manual: {}\non: { a: b }'), ['10:13 error type-text-or-list']],
  ['a list for sudo', step('on: app\nrun: { command: ls, sudo: [a] }'), ['10:35 error type-text-or-boolean']],
  [
    'a text for a comparison',
    step('on: app\nrun: { command: ls, expect: { stdout: { lines: many } } }'),
    ['10:56 error type-number-or-comparison'],
  ],
  [
    'a text for secrets',
    `${head.replace('[pw]', 'pw')}${step('manual: {}').slice(head.length)}`,
    ['3:128 error type-list-or-mapping'],
  ],
  [
    'a list for a JSON value',
    step('on: app\nrun: { command: ls, expect: { stdout: { json: { $.a: [1] } } } }'),
    ['10:62 error type-single'],
  ],
  ['a text instead of a step', `${head}phases:\n  - cold: P\n    steps: [hello]\n`, ['6:13 error type-mapping']],
  ['an empty title', step('manual: {}').replace('title: One', 'title: " "'), ['8:16 error text-empty']],
  ['too long a text', step(`manual: {}\nnotes: ${'x'.repeat(limits.text + 1)}`), ['10:16 error text-too-long']],
  ['an empty list', step('manual: {}\non: []'), ['10:13 error list-empty']],
  ['no phases', `${head}phases: []\n`, ['4:9 error list-empty']],
  ['a bad id', step('manual: {}').replace('id: one', 'id: -x-'), ['7:13 error name-invalid']],
  ['a bad variable name', `${step('manual: {}')}vars: { 1a: x }\n`, ['10:9 error variable-name-invalid']],
  ['a prototype as a key', `${step('manual: {}')}vars: { __proto__: x }\n`, ['10:9 error key-not-text']],
  ['a bad exit code', step('on: app\nrun: { command: ls, expect: { exit: 256 } }'), ['10:45 error exit-invalid']],
  ['a word as exit code', step('on: app\nrun: { command: ls, expect: { exit: none } }'), ['10:45 error exit-invalid']],
  ['a duration without a unit', step('wait: 5'), ['9:15 error duration-invalid']],
  ['a duration with a space', step('manual: {}\nplanned: 5 m'), ['10:18 error duration-invalid']],
  ['a timeout of nothing', step('on: app\nrun: { command: ls, timeout: 0s }'), ['10:38 error duration-zero']],
  ['a wait of months', step('wait: 90d'), ['9:15 error duration-too-long']],
  [
    'a comparison with nothing',
    step('on: app\nrun: { command: ls, expect: { stdout: { lines: {} } } }'),
    ['10:56 error comparison-empty'],
  ],
  [
    'an expectation of nothing',
    step('on: app\nrun: { command: ls, expect: { stdout: {} } }'),
    ['10:47 error expect-empty'],
  ],
  ['a later format', step('manual: {}').replace('checklist: 1', 'checklist: 2'), ['1:12 error format-unknown']],
  [
    'no environment',
    `checklist: 1\ntitle: T\nenvironments: {}\n${step('manual: {}').slice(head.length)}`,
    ['3:15 error environments-empty'],
  ],

  [
    'a phase of no kind',
    `${head}phases:\n  - steps: [{ id: a, title: A, manual: {} }]\n`,
    ['5:5 error phase-without-kind'],
  ],
  [
    'a phase of two kinds',
    `${head}phases:\n  - cold: A\n    hot: B\n    steps: [{ id: a, title: A, manual: {} }]\n`,
    ['6:5 error phase-with-two-kinds'],
  ],
  ['a step of no kind', step('notes: x'), ['7:9 error step-without-kind']],
  ['a step of two kinds', step('manual: {}\nwait: 5m'), ['10:9 error step-with-two-kinds']],
  ['a rollback of no kind', step('manual: {}\nrollback: {}'), ['10:19 error rollback-without-kind']],
  ['a rollback with an id', step('manual: {}\nrollback: { id: x, wait: 1m }'), ['10:21 error key-unknown']],
  [
    'an id twice',
    step('manual: {}\n').replace(/\s+$/, '\n      - { id: one, title: Two, manual: {} }\n'),
    ['10:15 error id-twice'],
  ],
  ['a run without hosts', step('run: ls'), ['9:9 error on-missing']],
  ['a look without hosts', step('wait: { until: { command: ls }, within: 1m }'), ['9:9 error on-missing']],
  ['a rollback without hosts', step('manual: {}\nrollback: { run: ls }'), ['10:21 error on-missing']],
  ['an unknown host', step('manual: {}\non: zzz'), ['10:13 error on-unknown']],
  ['a misspelt host in a list', step('manual: {}\non: [app1, appp2]'), ['10:20 error on-misspelt']],
  ['the desk as a host', step('manual: {}\non: desk'), ['10:13 error on-desk']],
  [
    'an unknown group in the order',
    `${step('manual: {}')}rollback: { order: [app, zzz] }\n`,
    ['10:26 error order-unknown'],
  ],
  ['a group twice in the order', `${step('manual: {}')}rollback: { order: [app, app] }\n`, ['10:26 error order-twice']],
  ['a host called desk', step('manual: {}').replace('app2:', 'desk:'), ['3:71 error host-named-desk']],
  [
    'a group called like a host',
    step('manual: {}').replace('groups: [app] }, app2', 'groups: [app2] }, app2'),
    ['3:63 error group-is-host'],
  ],
  ['a wait that writes', step('wait: 5m\neffect: write'), ['10:17 error effect-only-read']],
  ['a probe on a manual step', step('manual: {}\non: app\nverify: ls'), ['11:9 error verify-not-possible']],
  ['a choice of nothing', step('manual: { evidence: { a: choice } }'), ['9:34 error choice-without-options']],
  [
    'options of a text',
    step('manual: { evidence: { a: { type: text, options: [x] } } }'),
    ['9:57 error options-without-choice'],
  ],
  [
    'an option twice',
    step('manual: { evidence: { a: { type: choice, options: [x, x] } } }'),
    ['9:63 error option-twice'],
  ],
  [
    'looking too often',
    step('on: app\nwait: { until: { command: ls }, every: 10ms, within: 1m }'),
    ['10:48 error every-too-short'],
  ],
  [
    'a wait that can never come true',
    step('on: app\nwait: { settled: { command: ls, for: 2m }, within: 1m }'),
    ['10:46 error wait-impossible'],
  ],
  [
    'a broken regular expression',
    step('on: app\nrun: { command: ls, expect: { stdout: { matches: [a, "(b"] } } }'),
    ['10:62 error regex-invalid'],
  ],
  [
    'a broken JSON path',
    step('on: app\nrun: { command: ls, expect: { stdout: { json: { a..b: 1 } } } }'),
    ['10:63 error json-path-invalid'],
  ],
  [
    'a start without an offset',
    `${step('manual: {}')}window: { start: 2026-11-20T22:00 }\n`,
    ['10:18 error window-start-invalid'],
  ],
  [
    'a day that does not exist',
    `${step('manual: {}')}window: { start: 2026-02-30T22:00Z }\n`,
    ['10:18 error window-start-invalid'],
  ],
  [
    'a time that is none',
    `${step('manual: {}')}window: { start: 2026-11-20T22:00Z, end: 25:00 }\n`,
    ['10:42 error window-time-invalid'],
  ],
  ['a time without a day', `${step('manual: {}')}window: { end: 23:00 }\n`, ['10:16 error window-without-start']],
  [
    'times in disorder',
    `${step('manual: {}')}window: { start: 2026-11-20T22:00Z, warn: 23:00, end: 22:30 }\n`,
    ['10:55 error window-order'],
  ],

  ['an undefined variable', step('manual: {}\nnotes: a ${nope} b'), ['10:18 error variable-undefined']],
  ['a misspelt variable', command('echo ${vv}'), ['10:19 error variable-misspelt']],
  ['a shell expansion without its escape', command('echo ${x:-y}'), ['10:19 error variable-syntax']],
  ['a shell expansion in a text', step('manual: {}\nnotes: ${x:-y}'), ['10:16 error variable-syntax']],
  ['variables in a circle', `${step('manual: {}')}vars: { a: "\${b}", b: "\${a}" }\n`, ['10:12 error variable-cycle']],
  [
    'a host variable in a title',
    step('manual: {}').replace('title: One', 'title: ${host.name}'),
    ['8:16 error variable-needs-host'],
  ],
  ['the user of a host without one', command('id ${host.user}'), ['10:17 error variable-host-user']],
  [
    'a variable called version',
    `${step('manual: {}')}version: 1\nvars: { version: x }\n`,
    ['11:9 error variable-is-version'],
  ],
  ['a variable called like a secret', `${step('manual: {}')}vars: { pw: x }\n`, ['10:9 error variable-is-secret']],
  [
    'secrets that share a shell variable',
    step('manual: {}').replace('[pw]', '[a-b, a_b]'),
    ['3:134 error secret-clash'],
  ],
  ['a secret in a note', step('manual: {}\nnotes: ${pw}'), ['10:16 error secret-in-text']],
  ['a value in backticks', command('echo `cat ${v}`'), ['10:24 error variable-in-backticks']],
  ['a value in arithmetic', command('echo $((1 + ${v}))'), ['10:26 error variable-in-arithmetic']],
  ['a value in a shell expansion', command('echo $${x:-${v}}'), ['10:25 error variable-in-braces']],
  ['a value in an ANSI quote', command("echo $'${v}'"), ['10:21 error variable-in-ansi']],
  ['a value in a comment', command('"echo # ${v}"'), ['10:22 error variable-in-comment']],
  ['a value after a backslash', command('echo \\${v}'), ['10:20 error variable-in-escape']],
  ['a value in a here-document', command('"cat <<E\\n${v}\\nE"'), ['10:24 error variable-in-heredoc']],
  [
    'a value after a case in a substitution',
    command('echo "$(case x in a) echo ${v};; esac)"'),
    ['10:40 error variable-in-unclear'],
  ],
  ['an unfinished command', command('echo "a'), ['10:14 warning command-unfinished']],
  ...flowMistakes,
  ...kindMistakes,
];

describe('each mistake is named once, at its line and column', () => {
  test.each(table)('%s', (_name, text, expected) => {
    expect(placesOf(text)).toEqual(expected);
  });
});

const production = (body: string) => `checklist: 1
title: T
environments: { prod: { production: true, hosts: { app: { address: a } } } }
phases:
  - hot: P
    steps:
${body}`;
const window = 'window: { start: 2026-11-20T22:00Z }\n';
const warnings: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'a write without verify in a hot phase',
    `${production('      - { id: a, title: A, on: app, run: mv a b }\n')}${window}`,
    ['7:15 warning lint-write-without-verify', '7:15 warning lint-no-rollback'],
  ],
  [
    'a hot phase without a window',
    production('      - { id: a, title: A, manual: {} }\n'),
    ['5:5 warning lint-hot-without-window'],
  ],
  [
    'an atomic block without a worst case, whose write cannot be undone',
    `${production('      - atomic: B\n        steps: [{ id: a, title: A, on: app, run: mv a b, verify: ls }]\n')}${window}`,
    ['7:9 warning lint-block-without-worst-case', '8:23 warning lint-write-without-rollback'],
  ],
  [
    'a read that writes',
    step('on: app\neffect: read\nrun: "echo x > /tmp/y"'),
    ['11:14 warning lint-read-that-writes'],
  ],
  ['a probe that writes', step('on: app\nrun: ls\nverify: ls; rm -f x'), ['11:17 warning lint-read-that-writes']],
  [
    'a look that writes',
    step('on: app\nwait: { until: { command: kill 1 }, within: 1m }'),
    ['10:35 warning lint-read-that-writes'],
  ],
  ['sudo inside a command', step('on: app\nrun: sudo systemctl stop x'), ['10:14 warning lint-sudo-in-command']],
  [
    'a secret among the variables',
    `${step('manual: {}')}vars: { db-password: x }\n`,
    ['10:9 warning lint-secret-in-vars'],
  ],
  ...flowWarnings,
];

describe('each classic mistake is a warning', () => {
  test.each(warnings)('%s', (_name, text, expected) => {
    expect(placesOf(text)).toEqual(expected);
  });

  test('harmless looks are not warned about', () => {
    for (const look of [
      'ls 2>/dev/null',
      'test 1 -gt 0 && grep "rm -rf" x',
      'cat a >/dev/null 2>&1',
      'kubectl get cp',
      'systemctl status x',
    ]) {
      expect(placesOf(step(`on: app\neffect: read\nrun: '${look}'`)), look).toEqual([]);
    }
  });

  test('realistic checklists are clean', () => {
    expect(placesOf(fixture('trade-core'))).toEqual([]);
    expect(placesOf(fixture('registry'))).toEqual([]);
  });
});

describe('all mistakes at once', () => {
  test('errors of every layer are reported together and in file order', () => {
    const text = step('on: app\nrun: echo ${nope}\nefect: read')
      .replace('title: T', 'titel: T')
      .concat('      - { id: one, title: X, wait: 5 }\n', 'title: A\ntitle: B\n');
    expect(placesOf(text)).toEqual([
      '2:1 error key-unknown',
      '10:19 error variable-undefined',
      '11:9 error key-misspelt',
      '12:15 error id-twice',
      '12:36 error duration-invalid',
      '14:1 error key-twice',
    ]);
  });

  test('an undefined variable names all environments that lack it, once', () => {
    const text = fixture('trade-core').replaceAll('profile: p', 'other: p');
    const [first, ...others] = parseChecklist(
      text.replace('title: Trade core', 'title: ${profile}'),
      'a.yaml',
    ).problems;
    expect(others.map((one) => one.code)).toEqual(['variable-undefined']);
    expect(first?.params.environment).toBe('pre, prod');
  });

  test('with one environment named, only that one is held against the rules', () => {
    const text = fixture('trade-core')
      .replace('app-pre: {', 'old-pre: {')
      .replace('groups: [app, tc, yf]', 'groups: [tc, yf]');
    expect(placesOf(text, 'prod')).toEqual([]);
    expect(placesOf(text, 'pre').length).toBeGreaterThan(3);
    expect(placesOf(text, 'live')).toEqual(['12:1 error environment-unknown']);
  });

  test('what is beyond the most that can be shown is counted', () => {
    const many = Array.from({ length: limits.problems + 5 }, (_, index) => `zz${index}: 1`).join('\n');
    const { problems } = parseChecklist(`${step('manual: {}')}${many}\n`, 'a.yaml');
    expect(problems).toHaveLength(limits.problems + 1);
    expect(problems.at(-1)).toMatchObject({ code: 'problems-beyond', params: { count: '5' } });
  });

  test('too many steps, hosts, environments and targets are refused', () => {
    const steps = Array.from(
      { length: limits.steps + 1 },
      (_, i) => `      - { id: s${i}, title: S, manual: {} }`,
    ).join('\n');
    expect(placesOf(`${head}phases:\n  - cold: P\n    steps:\n${steps}\n`)).toEqual(['4:1 error steps-too-many']);
    const hosts = Array.from({ length: limits.hosts + 1 }, (_, i) => `      h${i}: { address: a, groups: [all] }`).join(
      '\n',
    );
    const crowd = `checklist: 1\ntitle: T\nenvironments:\n  test:\n    hosts:\n${hosts}\n`;
    expect(placesOf(`${crowd}${step('manual: {}').slice(head.length)}`)).toEqual(['6:7 error hosts-too-many']);
    const some = Array.from({ length: 150 }, (_, i) => `      - { id: s${i}, title: S, on: all, manual: {} }`).join(
      '\n',
    );
    expect(placesOf(`${crowd}phases:\n  - cold: P\n    steps:\n${some}\n`)).toContain(
      `${6 + limits.hosts + 1}:1 error targets-too-many`,
    );
    const environments = Array.from({ length: limits.environments + 1 }, (_, i) => `e${i}: {}`).join(', ');
    expect(
      placesOf(`checklist: 1\ntitle: T\nenvironments: { ${environments} }\n${step('manual: {}').slice(head.length)}`),
    ).toEqual(['3:15 error environments-too-many']);
  });

  test('variables that multiply are stopped', () => {
    const letters = [...'abcdefghijklmnopqrst'];
    const vars = letters
      .map((one, i) => `${one}: "${i === 0 ? 'x'.repeat(100) : `\${${letters[i - 1]}}`.repeat(4)}"`)
      .join(', ');
    expect(placesOf(`${step('manual: {}')}vars: { ${vars} }\n`).map((one) => one.split(' ')[2])).toEqual([
      'text-too-long',
    ]);
  });

  test('a YAML bomb is refused in an instant', () => {
    const bomb = [
      'a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]',
      ...[...'bcdefghi'].map((one, i) => `${one}: &${one} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(', ')}]`),
    ];
    const spent = processorTime();
    const codes = parseChecklist(bomb.join('\n'), 'a.yaml').problems.map((problem) => problem.code);
    expect(codes.filter((code) => code === 'yaml-bomb')).toHaveLength(1);
    expect(spent()).toBeLessThan(1_000);
  });
});

describe('sentences', () => {
  const unit = resolve(import.meta.dirname, '..');
  /** What is said where no sentence of its own fits; nothing in the format leads there today. */
  const fallbacks = new Set(['value-invalid', 'type-number']);
  const codes = Object.keys(en.problems).filter((key) => !key.endsWith('-remedy'));
  test('every code has a sentence and a remedy in both languages, and no others exist', () => {
    expect(Object.keys(zh.problems)).toEqual(Object.keys(en.problems));
    for (const code of codes) expect(Object.keys(en.problems)).toContain(`${code}-remedy`);
  });

  test('every code stands in a test', () => {
    const tests = readdirSync(unit, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const words = new Set(
      tests.flatMap((name) => readFileSync(join(unit, name), 'utf8').match(/[a-z][a-z0-9-]+/g) ?? []),
    );
    // What the SQL reader refuses is tested where it reads, under names without the kind.
    const isTested = (code: string) => words.has(code) || words.has(code.replace(/^sql-/, ''));
    expect(codes.filter((code) => !isTested(code) && !fallbacks.has(code))).toEqual([]);
  });

  test.each(['en', 'zh'] as const)('%s: every problem of the tables reads as a whole sentence', (language) => {
    const instance = createTranslator(language);
    for (const [, text] of [...table, ...warnings]) {
      for (const problem of parseChecklist(text, 'a.yaml').problems) {
        const { message, remedy } = problemText(problem, (key, params) => instance.t(key, { ...params }));
        expect(`${message} ${remedy}`).not.toMatch(/\{\{|problems:|undefined|\[object/);
      }
    }
  });
});
