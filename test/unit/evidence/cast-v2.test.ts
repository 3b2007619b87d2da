import { expect, it } from 'vitest';
import { createCastV2 } from '../../../shared/evidence/cast-v2.ts';

it('counts times from the beginning, without an error that adds up, and keeps size, time and title', () => {
  const convert = createCastV2();
  const header = { version: 3, term: { cols: 100, rows: 30 }, timestamp: 1_700_000_000, title: 'stop' };
  expect(JSON.parse(convert(JSON.stringify(header)) ?? '')).toEqual({
    ...{ version: 2, width: 100, height: 30, timestamp: 1_700_000_000, title: 'stop' },
  });
  const times = Array.from({ length: 1_000 }, () => JSON.parse(convert('[0.001,"o","x"]') ?? '')[0]);
  expect(times.at(-1)).toBe(1);
  expect(convert('[0.5,"x","0"]')).toBeNull();
  expect(convert('[0.5,"o","y"]')).toBe('[2,"o","y"]');
});

it('leaves out comments and what is damaged', () => {
  const convert = createCastV2();
  expect(convert('# a comment')).toBeNull();
  expect(convert('[1,"o","before the header"]')).toBeNull();
  expect(convert('{"version":3}')).toBe('{"version":2,"width":80,"height":24}');
  expect(convert('[1,"o",')).toBeNull();
  expect(convert('[1,"o",5]')).toBeNull();
});
