import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes } from '../../../shared/config/bytes.ts';
import { judgeConfig } from '../../../shared/config/compare.ts';
import { looksSecret, matchesKey } from '../../../shared/config/keys.ts';
import { readConfig } from '../../../shared/config/read.ts';
import { wantedWords } from '../../../shared/config/words.ts';
import type { ConfigAction } from '../../../shared/steps/actions/config.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function action(given: Partial<ConfigAction>): ConfigAction {
  const nothing = { expect: [], absent: [], known: [], noOthers: false, secret: [] };
  return {
    kind: 'config',
    file: '/a.properties',
    format: 'properties',
    encoding: 'utf-8',
    sudo: null,
    ...nothing,
    ...given,
  };
}

const value = (key: string, text: string, secret = false): ConfigAction['expect'][number] => ({
  key,
  secret,
  wanted: { type: 'value', parts: [text] },
});

function judge(wishes: Partial<ConfigAction>, text: string) {
  const reading = readConfig('properties', text);
  if (!reading.ok) throw new Error(reading.reason);
  return judgeConfig(action(wishes), reading.entries, {
    wanted: ({ wanted }) => (wanted.type === 'sha256' ? null : wanted.parts.join('')),
    sha256,
  });
}
const states = (wishes: Partial<ConfigAction>, text: string) =>
  judge(wishes, text).differences.map(({ key, state }) => `${key} ${state}`);

describe('a configuration held against what is expected', () => {
  it('finds what is missing, different, written twice differently, forbidden and unknown', () => {
    const wishes = {
      expect: [value('a', '1'), value('b', '2'), value('c', '3'), value('d', '4')],
      absent: ['debug.*'],
      known: ['log.*'],
      noOthers: true,
    };
    const text = 'b=other\nc=3\nc=4\nd=4\nd=4\ndebug.sql=true\nlog.dir=x\nnew=1\n';
    expect(states(wishes, text)).toEqual(['a missing', 'b different', 'c twice', 'debug.sql forbidden', 'new unknown']);
  });

  it('says for each expectation whether it holds, in the words of the checklist', () => {
    const { checks } = judge({ expect: [value('a', '1'), value('b', '')], noOthers: true }, 'a=1\nb=\n');
    expect(checks).toEqual([
      { subject: 'a', expected: '= 1', found: '1', holds: true },
      { subject: 'b', expected: '= ""', found: '""', holds: true },
      { subject: 'no others', expected: 'none', found: 'none', holds: true },
    ]);
  });

  it('compares a secret by its hash and shows neither side', () => {
    const wanted = { type: 'sha256', sha256: sha256('right') } as const;
    const wishes = { expect: [{ key: 'k', secret: true, wanted }] };
    expect(judge(wishes, 'k=right').differences).toEqual([]);
    const { checks, differences } = judge(wishes, 'k=wrong');
    expect(JSON.stringify([checks, differences])).not.toMatch(/right|wrong/);
    expect(differences).toMatchObject([{ state: 'different', expected: null, found: null, line: 1 }]);
  });

  it('never shows the value of a key that nobody expects, whatever it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,5}$/), fc.stringMatching(/^Z[A-Z0-9]{6,12}$/), (key, hidden) => {
        const { checks, differences } = judge(
          { absent: [`${key}*`], noOthers: true },
          `${key}=${hidden}\nother=${hidden}`,
        );
        expect(JSON.stringify([checks, differences])).not.toContain(hidden);
      }),
    );
  });
});

describe('key patterns', () => {
  it('let a star stand for anything, dots included', () => {
    expect(matchesKey('log.*', 'log.level.com.x')).toBe(true);
    expect(matchesKey('*.password', 'a.b.password')).toBe(true);
    expect(matchesKey('a*b*c', 'a.b.b.c')).toBe(true);
    expect(matchesKey('a*b*c', 'ac')).toBe(false);
    expect(matchesKey('ab*ba', 'aba')).toBe(false);
    expect(matchesKey('log.', 'log.level')).toBe(false);
    expect(matchesKey('*', '')).toBe(true);
  });

  it('agree with a regular expression, and stay fast where one would not', () => {
    const part = fc.constantFrom('a', 'b', '.', '*');
    fc.assert(
      fc.property(fc.array(part), fc.array(fc.constantFrom('a', 'b', '.')), (pattern, key) => {
        const written = pattern.join('');
        const wanted = new RegExp(`^${written.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(key.join(''));
        expect(matchesKey(written, key.join(''))).toBe(wanted);
      }),
    );
    expect(matchesKey('a*'.repeat(500), 'a'.repeat(10_000))).toBe(true);
  });

  it('know by its name what is a secret', () => {
    for (const key of [
      'db.password',
      'spring.datasource.PASSWORD',
      'a/b/@token',
      'x.api-key',
      'oauth.client_secret[0]',
    ]) {
      expect(looksSecret(key)).toBe(true);
    }
    for (const key of ['db.url', 'key', 'password.length', 'tokens.per.minute', 'sql.debug']) {
      expect(looksSecret(key)).toBe(false);
    }
  });
});

describe('what is expected, in words', () => {
  it('names the secret and never its value', () => {
    const wanted = { type: 'value', parts: ['jdbc:', { secret: 'db-password' }] } as const;
    expect(wantedWords({ key: 'k', secret: true, wanted: { ...wanted, parts: [...wanted.parts] } }, '(secret)')).toBe(
      '${db-password}',
    );
    expect(wantedWords(value('password', 'plain', true), '(secret)')).toBe('(secret)');
    expect(wantedWords(value('a', 'plain'), '(secret)')).toBe('plain');
  });

  it('says sizes as people do', () => {
    expect([0, 1023, 1024, 213_909_504, 5 * 1024 ** 3].map(formatBytes)).toEqual([
      '0 B',
      '1023 B',
      '1.0 KB',
      '204 MB',
      '5.0 GB',
    ]);
  });
});
