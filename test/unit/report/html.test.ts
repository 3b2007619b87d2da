import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JournalRecord } from '../../../shared/contract/events.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { reportHtml } from '../../../shared/report/html.ts';
import { escapeText, html } from '../../../shared/report/markup.ts';
import { buildReport, type ReportModel } from '../../../shared/report/model.ts';
import { differenceId } from '../../../shared/snapshot/difference.ts';
import { en } from '../../../shared/text/en/index.ts';
import { zh } from '../../../shared/text/zh/index.ts';
import { manualStep, planOf, step } from '../../helpers/plans.ts';
import { processorTime } from '../../helpers/processor-time.ts';
import { app, begun, entered, opened, over, passed, proof, recording, tell } from './run-records.ts';

function modelOf(records: readonly JournalRecord[], given = proof): ReportModel {
  const model = buildReport(records, given);
  if (model === null) throw new Error('no report');
  return model;
}

/** A run in which `text` stands in every place that a person, a checklist or a host can write to. */
function storyWith(text: string): JournalRecord[] {
  const field = { name: 'proof', type: 'text' as const, label: text, options: [], required: true };
  const host = { name: text, address: text, port: 22, user: text, jump: null, groups: [], identity: null };
  const plan = planOf(
    [
      step('run', { title: text, targets: [text], block: 0, countersign: 'after' }),
      manualStep('tell', { title: text, action: { kind: 'manual', evidence: [field] } }),
    ],
    {
      title: text,
      version: text,
      environment: text,
      hosts: [host],
      variables: { [text]: text },
      phases: [{ kind: 'hot', title: text }],
      blocks: [{ title: text, phase: 0, worstCaseMs: null }],
    },
  );
  const who = { kind: 'operator', name: text } as const;
  return tell(
    plan,
    [
      opened(text, { person: text, machine: text, publicKey: text }),
      [
        app,
        {
          type: 'host-connected',
          data: {
            host: text,
            address: text,
            port: 22,
            user: text,
            keyType: text,
            fingerprint: text,
            method: text,
            via: [text],
            latencyMs: 1,
          },
        },
      ],
      [
        app,
        {
          type: 'host-failed',
          data: {
            host: text,
            failure: failure('auth-failed', { host: text, user: text, tried: text, offered: text }, text),
          },
        },
      ],
      [
        who,
        { type: 'host-key-accepted', data: { host: text, address: text, port: 22, keyType: text, fingerprint: text } },
      ],
      [who, { type: 'run-started', data: {} }],
      [who, begun('a1', 'run', text, { command: text, account: text })],
      over('a1', {
        verdict: 'inconclusive',
        checks: [{ subject: text, expected: text, found: text, holds: null }],
        failure: failure('local-error', { path: text }, text),
        recording: { ...recording('a1', text), path: text },
        note: text,
      }),
      [who, begun('a2', 'run', text, { number: 2, reason: text })],
      over('a2', {
        exit: { code: null, signal: text },
        checks: [{ subject: text, expected: text, found: text, holds: true }],
      }),
      [
        who,
        {
          type: 'target-decided',
          data: { step: 'run', target: text, decision: 'overridden', reason: text, owner: text, due: null },
        },
      ],
      [who, { type: 'countersign-waived', data: { step: 'run', reason: text, mode: 'after' } }],
      [who, begun('a3', 'tell', 'desk', { command: null })],
      over('a3', {
        evidence: { proof: text, file: { path: text, sha256: 'a'.repeat(64), bytes: 1 }, link: `https://${text}` },
      }),
      [who, { type: 'run-held', data: { reason: text, cause: 'operator', minutes: null } }],
      [app, { type: 'journal-repaired', data: { cut: { path: text, sha256: 'a'.repeat(64), bytes: 1 } } }],
      [who, { type: 'run-ended', data: { result: 'abandoned', reason: text } }],
    ],
    {
      runId: text,
      source: text,
      files: [{ path: text, sha256: 'a'.repeat(64), bytes: 1 }],
      app: { version: text, platform: text },
    },
  );
}

/** Every tag of a document, without what stands in its attributes' values. */
function tags(document: string): string[] {
  return [...document.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/"[^"]*"/g, '""'));
}

describe.each(['en', 'zh'] as const)('the HTML report in %s', (language) => {
  const plain = tags(reportHtml(modelOf(storyWith('x')), language));

  test('no text from outside can make a tag, an attribute or an end of one', () => {
    const nasty = fc.oneof(
      fc.constantFrom(
        '</pre><script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='x",
        '<!--',
        '--><svg/onload=x>',
        '&lt;b&gt;<b>',
        '</style><style>',
        ']]><x>',
        '{{count}} $t(report:usage) <i>',
        '\u202e<b>',
      ),
      fc.string({ minLength: 1, unit: fc.constantFrom('<', '>', '"', "'", '&', '/', '=', ' ', 'a', '\n', '\0', '`') }),
      fc.string({ minLength: 1, unit: 'binary' }),
    );
    fc.assert(
      fc.property(nasty, (text) => {
        const document = reportHtml(modelOf(storyWith(text)), language);
        // Whether there is an excerpt, and whether "https://…" is a link, depends on the text: those may differ.
        const known = new Set([...plain, '<p class="">', '<a href="">', '</a>', '<strong>', '</strong>']);
        expect(tags(document).filter((tag) => !known.has(tag))).toEqual([]);
        expect(document).not.toContain('alert(1)</script>');
        expect(document.match(/<style>/g)).toHaveLength(1);
      }),
      { numRuns: 60 },
    );
  });

  test('the same run gives the same bytes', () => {
    const once = reportHtml(modelOf(storyWith('same')), language);
    expect(reportHtml(modelOf(storyWith('same')), language)).toBe(once);
  });

  test('every sentence it needs exists: no key and no gap is left standing', () => {
    const document = reportHtml(modelOf(storyWith('x')), language);
    expect(document).not.toMatch(/\{\{|\}\}|undefined|\[object|report:/);
    const keys = Object.keys(en.report);
    const visible = document.replace(/<style>[\s\S]*<\/style>/, '').replace(/<[^>]*>/g, '\n');
    for (const key of keys.filter((one) => one.includes('_'))) expect(visible).not.toContain(key);
  });

  test('headings make an outline, tables name their columns, and nothing is loaded from anywhere', () => {
    const document = reportHtml(modelOf(storyWith('x')), language);
    expect(document).toContain(`<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">`);
    expect(document.match(/<h1>/g)).toHaveLength(1);
    expect(document.match(/<h2>/g)?.length).toBeGreaterThanOrEqual(7);
    expect(document.match(/<h3>/g)?.length).toBeGreaterThanOrEqual(2);
    expect(document).not.toMatch(/<th(?![^>]*scope=)[ >]/);
    expect(document).not.toMatch(/<script|<link|<img|url\(|@import|@font-face/);
  });
});

test('both languages have exactly the same sentences with the same gaps', () => {
  const gaps = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort();
  for (const [key, sentence] of Object.entries(en.report)) {
    const other = (zh.report as Record<string, string>)[key];
    expect(other, key).toBeTypeOf('string');
    // English spells "one" out where Chinese may write the number, so only plurals may differ.
    if (!key.endsWith('_one')) expect(gaps(other ?? ''), key).toEqual(gaps(sentence));
  }
  expect(Object.keys(zh.report)).toEqual(Object.keys(en.report));
});

test('exceptions stand before the steps, and a clean run says that there were none', () => {
  const plan = planOf([step('stop')]);
  const clean = reportHtml(
    modelOf(
      tell(plan, [
        opened('s1'),
        { type: 'run-started', data: {} },
        entered('stop'),
        ...passed('a1', 'stop', 'app1'),
        { type: 'run-ended', data: { result: 'completed', reason: null } },
      ]),
    ),
    'en',
  );
  expect(clean).toContain(escapeText(en.report.noExceptions));
  expect(clean).toContain('Completed as planned: the one step passed');
  expect(clean.indexOf(en.report.exceptions)).toBeLessThan(clean.indexOf(en.report.overview));
  expect(clean).toContain('stop says hello');
  expect(clean).toContain('c'.repeat(64));
});

test('an unfinished run is told as unfinished, with the step it stands at', () => {
  const model = modelOf(
    tell(planOf([step('stop'), step('start')]), [
      opened('s1'),
      { type: 'run-started', data: {} },
      ...passed('a1', 'stop', 'app1'),
    ]),
  );
  const document = reportHtml(model, 'en');
  expect(document).toContain('Not finished: as of 2026-11-20 14:00:04, 1 of 2 steps had passed');
  expect(document).toContain('Step start');
});

test('times are told in the offset of the release window, else in UTC', () => {
  const window = { start: '2026-11-20T22:00:00+08:00', warn: null, backOutBy: null, end: null };
  const told = (plan: ReturnType<typeof planOf>) =>
    reportHtml(modelOf(tell(plan, [opened('s1'), { type: 'run-started', data: {} }])), 'en');
  expect(told(planOf([step('stop')]))).toContain('2026-11-20 14:00:02');
  const local = told(planOf([step('stop')], { window }));
  expect(local).toContain('2026-11-20 22:00:02');
  expect(local).toContain('all times UTC+08:00');
});

test('a difference with a key of any length stands with its judgement', () => {
  const differences = ['short', 'long '.repeat(60)].map((key) => ({
    ...{ what: 'missing' as const, key, before: null, after: null, expected: false },
  }));
  const counts = { missing: 2, added: 0, changed: 0 };
  const none = { missing: 0, added: 0, changed: 0 };
  const found = { with: 'before', attempt: 'a0', before: 2, after: 0, unexpected: counts, expected: none, differences };
  const findings = differences.map((one) => ({ id: differenceId(one), title: one.key, detail: '–', count: 1 }));
  const judged = findings.map(({ id }) => ({
    type: 'finding-judged' as const,
    data: {
      ...{ step: 'look', target: 'app1', attempt: 'a1', finding: id, judgement: 'harmless' as const },
      reason: 'renamed',
    },
  }));
  const ended = over('a1', { verdict: 'inconclusive', findings, result: { kind: 'compare', ...found } });
  const records = tell(planOf([step('look')]), [
    ...[opened('s1'), { type: 'run-started', data: {} } as const],
    ...[begun('a1', 'look', 'app1'), ended, ...judged],
  ]);
  const document = reportHtml(modelOf(records), 'en');
  expect(document.match(new RegExp(`<td>${en.report.j_harmless}</td>`, 'g'))).toHaveLength(2);
  expect(document).not.toContain(`<td>${en.report.r_unexpected}</td>`);
});

test('with a hundred hosts only what did not pass shows its output; every seal is still there', () => {
  const targets = Array.from({ length: 100 }, (_, index) => `h${index}`);
  const host = (name: string) => ({
    name,
    address: name,
    port: null,
    user: null,
    jump: null,
    groups: [],
    identity: null,
  });
  const plan = planOf([step('all', { targets })], { hosts: targets.map(host) });
  const events = targets.flatMap((target, index) => [
    begun(`a${index + 1}`, 'all', target),
    over(`a${index + 1}`, {
      verdict: index === 50 ? 'failed' : 'passed',
      recording: { ...recording(`a${index + 1}`, `output of ${target}\n`), sha256: String(index).padStart(64, '0') },
    }),
  ]);
  const document = reportHtml(modelOf(tell(plan, [opened('s1'), { type: 'run-started', data: {} }, ...events])), 'en');
  expect(document.match(/output of h\d+\b(?=<)/g)).toEqual(['output of h0', 'output of h50']);
  for (const index of targets.keys()) expect(document).toContain(String(index).padStart(64, '0'));
  // The command is the same everywhere and stands there once.
  expect(document.match(/echo all/g)).toHaveLength(1);
});

test('a run of 500 steps is told briefly and made in seconds: every step and seal, but outputs only of what failed', () => {
  const steps = Array.from({ length: 500 }, (_, index) => step(`s${index}`, { code: `1.${index + 1}` }));
  const events = steps.flatMap(({ id }, index) => [
    entered(id),
    begun(`a${index + 1}`, id, 'app1'),
    over(`a${index + 1}`, {
      verdict: index === 499 ? 'failed' : 'passed',
      checks: [{ subject: 'stdout', expected: 'contains "UP"', found: `found by ${id}`, holds: index !== 499 }],
      recording: { ...recording(`a${index + 1}`, `${id} says hello\n`), sha256: String(index).padStart(64, '0') },
    }),
  ]);
  const records = tell(planOf(steps), [opened('s1'), { type: 'run-started', data: {} }, ...events]);
  const spent = processorTime();
  const document = reportHtml(modelOf(records), 'en');
  expect(spent()).toBeLessThan(5_000);
  expect(document.match(/<h3>1\./g)).toHaveLength(500);
  expect(document.match(/\w+ says hello/g)).toEqual(['s499 says hello']);
  expect(document.match(/found by \w+/g)).toEqual(['found by s499']);
  for (const index of steps.keys()) expect(document).toContain(String(index).padStart(64, '0'));
  expect(document).toContain(escapeText(en.report.briefExplained));
});

test('a value put into markup is escaped in content and attribute alike, also in lists', () => {
  const text = `<b a="1" b='2'>&\r\n\u0007`;
  expect(String(html`<i title="${text}">${[text, null, false, html`<u>${1}</u>`]}</i>`)).toBe(
    '<i title="&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;\n\uFFFD">&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;\n\uFFFD<u>1</u></i>',
  );
  // An object that looks like finished markup is not.
  expect(String(html`${JSON.parse('{"toString":null,"text":"<b>"}').text}`)).toBe('&lt;b&gt;');
});
