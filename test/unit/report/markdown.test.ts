import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { expect, test } from 'vitest';
import { reportMarkdown } from '../../../shared/report/markdown.ts';
import { buildReport, type ReportModel } from '../../../shared/report/model.ts';
import { en } from '../../../shared/text/en/index.ts';
import { zh } from '../../../shared/text/zh/index.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { reportStory } from '../../helpers/report-story.ts';
import { begun, opened, over, proof, tell } from './run-records.ts';

function modelOf(records: Parameters<typeof buildReport>[0]): ReportModel {
  const model = buildReport(records, proof);
  if (model === null) throw new Error('no report');
  return model;
}

/** As a wiki would read it that lets everything through. */
const wiki = new MarkdownIt({ html: true, linkify: true });

const text = (source: string): string =>
  wiki
    .parse(source, {})
    .flatMap((token) => token.children ?? [])
    .map((token) => token.content)
    .join('\n');

test('a wiki page has the verdict, the deviations, what was said afterwards, each step and the head, in both languages', () => {
  const model = modelOf(reportStory(10).records);
  for (const [language, words] of [
    ['en', en.report],
    ['zh', zh.report],
  ] as const) {
    const source = reportMarkdown(model, language);
    const seen = text(source);
    expect(wiki.render(source).match(/<h2>/g)).toHaveLength(4);
    for (const { code, title } of model.steps) expect(seen).toContain(`${code}\n${title}`);
    expect(seen).toContain(words.paperWord);
    expect(seen).toContain(words.notesExplained);
    expect(seen).toContain('次日观察正常 calm the day after');
    expect(seen).toContain(model.journal.head);
    expect(source).toContain('node verify.mjs');
  }
});

test('no text from outside can make a tag, a link, a heading or a cell', () => {
  const hostile = fc.oneof(
    fc.constantFrom(
      '<b>x</b>',
      '[a](http://x)',
      'https://x.example',
      'www.x.example',
      'a@b.example',
      '# x',
      '| x |',
      '`x`',
      '![x](y)',
      '**x**',
      '&lt;',
      'a\n\n# b',
      '1. x',
      '\\|',
      '<!--',
    ),
    fc.string({ maxLength: 30 }),
  );
  fc.assert(
    fc.property(hostile, (given) => {
      const plan = planOf([step('a', { title: given })], { title: given, environment: 'pre' });
      const model = modelOf(
        tell(plan, [
          opened('s1', { person: given }),
          { type: 'run-started', data: {} },
          begun('a1', 'a', 'app1'),
          over('a1', { verdict: 'failed' }),
          {
            type: 'target-decided',
            data: { step: 'a', target: 'app1', decision: 'overridden', reason: given || '-', owner: null, due: null },
          },
          { type: 'note-added', data: { note: 'n1', text: given || '-', step: 'a', target: null, corrects: 2 } },
        ]),
      );
      const tokens = wiki.parse(reportMarkdown(model, 'en'), {});
      const inline = tokens.flatMap((token) => token.children ?? []);
      const bad = [...tokens, ...inline].filter(({ type }) => /^(html_|link_|image|em_)/.test(type));
      expect(bad).toEqual([]);
      expect(tokens.filter(({ type, tag }) => type === 'heading_open' && tag === 'h1')).toHaveLength(1);
      expect(tokens.filter(({ type }) => type === 'th_open')).toHaveLength(2 + 4 + 4 + 6);
      expect(tokens.filter(({ type }) => type === 'td_open').length % 2).toBe(0);
    }),
    { numRuns: 200 },
  );
});
