import { describe, expect, it } from 'vitest';
import { failureCodes } from '../../../shared/contract/errors.ts';
import { refusalCodes } from '../../../shared/contract/intents.ts';
import { en } from '../../../shared/text/en/index.ts';
import { createTranslator } from '../../../shared/text/translate.ts';
import { zh } from '../../../shared/text/zh/index.ts';

const holes = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').sort();

describe('sentences', () => {
  it.each(failureCodes)('says what %s is and what can be done, in both languages', (code) => {
    for (const { errors } of [en, zh] as readonly { readonly errors: Readonly<Record<string, string>> }[]) {
      expect(errors[code]).toBeTruthy();
      expect(errors[`${code}-remedy`]).toBeTruthy();
    }
  });

  it.each(refusalCodes)('says why in both languages when refused with %s', (code) => {
    for (const { refusals } of [en, zh] as readonly { readonly refusals: Readonly<Record<string, string>> }[])
      expect(refusals[code]).toBeTruthy();
  });

  it.each(['ui', 'errors', 'refusals', 'checker'] as const)(
    'fills the same parameters in both languages of %s',
    (area) => {
      const chinese: Readonly<Record<string, string>> = zh[area];
      for (const [key, sentence] of Object.entries(en[area])) {
        // "One host" needs no number in English; Chinese has one sentence for any number.
        const wanted = (text: string) => holes(text).filter((hole) => !key.endsWith('_one') || hole !== 'count');
        expect([key, wanted(chinese[key] ?? '')]).toEqual([key, wanted(sentence)]);
      }
    },
  );

  it('has no sentence left in English among the Chinese ones', () => {
    const mayBeTheSame = new Set([
      'language-en',
      'language-zh',
      'prompt-keyboard-interactive-text',
      'kind-sql',
      'channel-slack',
      'channel-webhook',
      'service-waited',
      'process-line',
      'channel-webhook',
    ]);
    for (const [key, sentence] of Object.entries(zh.ui)) {
      const words = /[a-z]/i.test(sentence.replaceAll(/\{\{[^}]*\}\}/g, ''));
      if (!mayBeTheSame.has(key) && words) expect([key, /[\u4e00-\u9fff]/.test(sentence)]).toEqual([key, true]);
    }
  });

  it('names what happened at the jump host inside the sentence of the host behind it', () => {
    const t = createTranslator('en').t;
    const params = { host: 'app2', hop: 'bastion', reason: 'connection-refused', address: '10.0.0.1', port: '22' };
    expect(t('errors:jump-failed', params)).toContain('10.0.0.1 answered, but nothing listens on port 22');
  });
});
