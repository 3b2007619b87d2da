import { describe, expect, it } from 'vitest';
import { checkTable } from '../../../shared/contract/check-table.ts';
import { checkCodes } from '../../../shared/contract/lockdown.ts';
import { lockdown as en } from '../../../shared/text/en/lockdown.ts';
import { createTranslator } from '../../../shared/text/translate.ts';
import { lockdown as zh } from '../../../shared/text/zh/lockdown.ts';

const texts = { en: en as Readonly<Record<string, string>>, zh: zh as Readonly<Record<string, string>> };

function named(sentence: string): readonly string[] {
  return [...new Set([...sentence.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? ''))].sort();
}

describe.each(checkCodes)('the finding %s', (code) => {
  const { status, params } = checkTable[code];

  it('has a sentence in both languages, and a remedy exactly where something can be done', () => {
    for (const text of [texts.en, texts.zh]) {
      expect(text[`check-${code}`]).toMatch(/\S/);
      if (status === 'ok') expect(text).not.toHaveProperty(`check-${code}-remedy`);
      else expect(text[`check-${code}-remedy`]).toMatch(/\S/);
    }
  });

  it('names the same things in both languages, and nothing that is not in the table', () => {
    for (const key of [`check-${code}`, `check-${code}-remedy`]) {
      const english = named(texts.en[key] ?? '');
      expect(named(texts.zh[key] ?? '')).toEqual(english);
      expect(params).toEqual(expect.arrayContaining([...english]));
    }
  });

  it('leaves no placeholder in what a person reads', () => {
    const values = Object.fromEntries(params.map((name) => [name, `<${name}>`]));
    for (const language of ['en', 'zh'] as const) {
      const translator = createTranslator(language);
      for (const key of [`check-${code}`, ...(status === 'ok' ? [] : [`check-${code}-remedy`])]) {
        const sentence = translator.t(`lockdown:${key}`, values);
        expect(sentence).not.toMatch(/\{\{|\$t\(|^check-/);
      }
    }
  });
});

describe('the sentences of preflight', () => {
  it('name everything the table promises, but for the adapter, which is for the record', () => {
    for (const code of checkCodes) {
      const all = named(`${texts.en[`check-${code}`]} ${texts.en[`check-${code}-remedy`]}`);
      expect([code, ...checkTable[code].params.filter((name) => name !== 'adapter').toSorted()]).toEqual([
        code,
        ...all,
      ]);
    }
  });

  it('belong to a finding that exists', () => {
    const known = new Set<string>(checkCodes);
    for (const key of Object.keys(texts.en).filter((each) => each.startsWith('check-'))) {
      expect(known).toContain(key.replace(/^check-/, '').replace(/-remedy$/, ''));
    }
  });
});
