import { describe, expect, it } from 'vitest';
import { answersOf, troubles } from '../../../renderer/model/evidence.ts';
import { expectationWords } from '../../../renderer/model/expectation-words.ts';
import { nextMatch, placeOf, rowsIn } from '../../../renderer/model/segments.ts';
import type { EvidenceField } from '../../../shared/steps/actions.ts';

const field = (name: string, type: EvidenceField['type'], required = true): EvidenceField => ({
  name,
  type,
  label: name,
  options: [],
  required,
});

describe('evidence of a manual step', () => {
  const fields = [field('link', 'link'), field('count', 'number'), field('proof', 'file', false)];

  it('names every field that stops the step, in order', () => {
    const found = troubles(fields, { values: { link: 'example.org', count: 'many' }, note: '', text: null });
    expect([...found]).toEqual([
      ['link', 'not-a-link'],
      ['count', 'not-a-number'],
    ]);
  });

  it('sends numbers as numbers, files as paths, and leaves out what is empty', () => {
    const values = { link: ' https://example.org ', count: '12.5', proof: '/tmp/a.pdf' };
    expect(answersOf(fields, { values, note: '', text: null })).toEqual({
      link: 'https://example.org',
      count: 12.5,
      proof: { path: '/tmp/a.pdf' },
    });
    expect(answersOf(fields, { values: { count: '0' }, note: '', text: null })).toEqual({ count: 0 });
  });
});

describe('long recordings', () => {
  it('are shown in parts so that the last of three million lines can be reached', () => {
    expect(placeOf(2_999_999)).toEqual({ segment: 2, row: 999_999 });
    expect(rowsIn(2, 2_500_000)).toBe(500_000);
  });

  it('are searched forwards and backwards, going round', () => {
    expect(nextMatch([3, 9], null, false)).toBe(3);
    expect(nextMatch([3, 9], 9, false)).toBe(3);
    expect(nextMatch([3, 9], 3, true)).toBe(9);
    expect(nextMatch([], 3, true)).toBeNull();
  });
});

describe('what counts as done', () => {
  it('is said for every expectation, exit code first', () => {
    const words = expectationWords({
      exit: [0, 3],
      stdout: [
        { test: 'number', compare: { 'at-least': 2, below: 10 } },
        { test: 'json', path: '$.status', equals: 'UP' },
      ],
      stderr: [],
    });
    expect(words).toEqual([
      { key: 'expect-exit', params: { codes: '0, 3' } },
      { key: 'expect-number', params: { stream: 'stdout', compare: '≥ 2, < 10' } },
      { key: 'expect-json', params: { stream: 'stdout', path: '$.status', compare: '= "UP"' } },
    ]);
  });
});
