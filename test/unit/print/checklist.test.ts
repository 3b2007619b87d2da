import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanStep } from '../../../shared/checklist/plan.ts';
import { checklistPage } from '../../../shared/print/checklist.ts';
import { printedLines, visible } from '../../../shared/print/wrap.ts';
import { command, manualStep, planOf, step } from '../../helpers/plans.ts';

const print = (steps: readonly PlanStep[], given: Parameters<typeof planOf>[1] = {}, language: 'en' | 'zh' = 'en') =>
  checklistPage({
    plan: planOf(steps, given),
    files: [{ path: 'checklist/checklist.yaml', sha256: 'b'.repeat(64), bytes: 1 }],
    contentHash: 'c'.repeat(64),
    language,
    paper: 'A4',
  });
const unescaped = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
/** The words of each `pre`, broken lines joined again as the reader does. */
const printedWords = (html: string): readonly string[] =>
  [...html.matchAll(/<pre>([\s\S]*?)<\/pre>/g)].map(([, inner = '']) =>
    unescaped(inner.replaceAll(/<span class="on">([\s\S]*?)<\/span>\n/g, '$1').replaceAll(/<[^>]*>/g, '')),
  );

describe('a command on paper', () => {
  it('has every one of its characters, in order, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400 }), (words) => {
        expect(printedWords(print([step('a', { action: command(words) })]))).toEqual([visible(words)]);
      }),
      { numRuns: 60 },
    );
  });

  it('shows what prints as nothing, and keeps all else as it is', () => {
    expect(visible('a\tb  \nrm\u200b x\u00a0y\u0007\u202e')).toBe('a⇥b␣␣\nrm‹U+200B› x‹U+00A0›y␇‹U+202E›');
    expect(visible('grep -c "注册中心" ~/é')).toBe('grep -c "注册中心" ~/é');
  });

  it('is wrapped within the paper, and each broken line says that it goes on', () => {
    const width = (text: string) => [...text].reduce((sum, one) => sum + (/[一-鿿]/.test(one) ? 2 : 1), 0);
    fc.assert(
      fc.property(fc.array(fc.constantFrom('中', 'x', ' ', 'word', '/'), { maxLength: 300 }), (parts) => {
        const lines = printedLines(parts.join(''));
        expect(lines.every(({ text }) => width(text) <= 84)).toBe(true);
        expect(lines.map(({ goesOn }) => goesOn)).toEqual(lines.map((_, index) => index < lines.length - 1));
      }),
    );
  });

  it('stands once for hosts that have the same words, and by itself where they differ', () => {
    const html = print([step('a', { targets: ['app1', 'app2'], perTarget: { app2: command('other') } })]);
    expect(printedWords(html)).toEqual(['echo a', 'other']);
    expect(printedWords(print([step('a', { targets: ['app1', 'app2'] })]))).toEqual(['echo a']);
  });

  it('names secrets and has no value of any', () => {
    const html = print([step('a', { action: command('mysql -p"$CS_DB_PASSWORD"', { secrets: ['db-password'] }) })], {
      secrets: [{ name: 'db-password', prompt: 'Password' }],
    });
    expect(html).toContain('$CS_DB_PASSWORD');
    expect(html).toContain('db-password');
  });
});

describe('a printed checklist', () => {
  it('escapes titles that want to be markup', () => {
    const evil = '<img src=x onerror=alert(1)>"\'&';
    const html = print([manualStep('a', { title: evil, notes: evil })], { title: evil, environment: evil });
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
  });

  it('has the codes in the order of the screen, a box for each host, and both who sign', () => {
    const html = print([step('a', { code: '1.1', targets: ['app1', 'app2'] }), step('b', { code: '1.2' })]);
    const codes = [...html.matchAll(/<h3><span class="code">([^<]*)</g)].map(([, found]) => found);
    expect(codes).toEqual(['1.1', '1.2']);
    expect(html.match(/class="square"/g)).toHaveLength(6);
    expect(html.match(/<th>Operator<\/th>/g)).toHaveLength(3);
  });

  it('asks the checker before, after, both or not, as the step does', () => {
    const rows = (countersign: PlanStep['countersign']) =>
      [...print([step('a', { countersign })]).matchAll(/<th>(Operator|Checker,? [^<]*)</g)].map(([, found]) => found);
    const [first] = ['Operator'];
    expect(rows('both')).toEqual([first, 'Checker, before it is done', 'Operator', 'Checker, after it is done']);
    expect(rows('none')).toEqual([first, 'Operator', 'Checker (not required)']);
  });

  it('frames an atomic block with its worst case, and says what cannot be undone', () => {
    const html = print([step('a', { block: 0 }), step('b', { block: 0, pointOfNoReturn: 'Columns gone.' }), step('c')]);
    const [frame = ''] = /<div class="block">[\s\S]*?class="block-end"/.exec(html) ?? [];
    expect(frame).toContain('Worst case 12:00 min.');
    expect(frame).toContain('Columns gone.');
    expect(frame).not.toContain('Step c');
    expect(html).toContain('NOT POSSIBLE after 1.b');
  });

  it('has the way back on pages of its own, in the declared order', () => {
    const rollback = { action: command('undo it'), perTarget: {}, plannedMs: null };
    const html = print([step('a', { code: '1.1', rollback, targets: ['app1', 'app2'] })], {
      rollback: { order: ['app2', 'app1'], steps: [] },
    });
    const back = html.slice(html.indexOf('<section class="rollback">'));
    expect(back.match(/On app\d/g)).toEqual(['On app2', 'On app1']);
    expect(back).toContain('U1.1</span> Undo: Step a');
  });

  it('is the same text whenever it is printed, and marks production without colour', () => {
    expect(print([step('a')])).toBe(print([step('a')]));
    const html = print([step('a')], { production: true, environment: 'prod' }, 'zh');
    expect(html).toContain('class="environment production"');
    expect(html).toContain('生产环境');
    const colours = [...html.matchAll(/#[0-9a-f]{3,6}\b/g)].map(([found]) => found);
    expect(colours.every((found) => /^#([0-9a-f])\1+$/.test(found))).toBe(true);
  });

  it('says from when a hot step can begin, and nothing of cold ones', () => {
    const html = print([step('a', { plannedMs: 600_000 }), step('b', { plannedMs: 60_000 })], {
      window: { start: '2026-11-20T22:00:00+08:00', warn: null, backOutBy: null, end: null },
    });
    expect([...html.matchAll(/from (\d\d:\d\d) at the earliest/g)].map(([, at]) => at)).toEqual(['22:00', '22:10']);
  });
});
