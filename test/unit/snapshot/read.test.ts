import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSnapshot } from '../../../shared/snapshot/read.ts';
import type { KeysReading, NumbersReading } from '../../../shared/snapshot/reading.ts';

const keys = (how: KeysReading, output: string) => {
  const read = readSnapshot({ keep: 'keys', how }, output);
  return read.ok && read.snapshot.keep === 'keys' ? read.snapshot.keys : read;
};
const numbers = (how: NumbersReading, output: string) => {
  const read = readSnapshot({ keep: 'numbers', how }, output);
  return read.ok && read.snapshot.keep === 'numbers' ? read.snapshot.numbers : read;
};
const problem = (code: string, where: string) => ({ ok: false, problem: expect.objectContaining({ code, where }) });
const line = fc
  .string({ minLength: 1, maxLength: 30, unit: 'grapheme' })
  .filter((text) => text.trim() === text && !/[\r\n\uFEFF]/.test(text));

describe('reading a snapshot out of an output', () => {
  it('takes every line as a key, each once, sorted, whatever the line ends and the byte order mark', () => {
    expect(keys({ by: 'lines' }, '\uFEFFsvc.b\r\nsvc.a  \n\nsvc.b\n')).toEqual(['svc.a', 'svc.b']);
  });

  it('finds exactly the lines that were written, in any order', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 50 }), (lines) => {
        expect(keys({ by: 'lines' }, lines.join('\n'))).toEqual([...new Set(lines)].sort((a, b) => (a < b ? -1 : 1)));
      }),
    );
  });

  it('takes a column between white space or a separator, and skips headings', () => {
    const how = { by: 'column', column: 2, separator: null, skip: 1 } as const;
    expect(keys(how, 'ID NAME\n1   one\n 2 two more\n')).toEqual(['one', 'two']);
    expect(keys({ ...how, separator: ',', skip: 0 }, '1, one ,x\n2,two,y')).toEqual(['one', 'two']);
  });

  it('refuses a line that has no such column, instead of leaving the key out', () => {
    expect(keys({ by: 'column', column: 2, separator: null, skip: 0 }, 'a b\nc\n')).toEqual(
      problem('column-missing', '2'),
    );
  });

  it('takes texts of a JSON array, a field of its items, or the names of an object', () => {
    expect(keys({ by: 'json', path: '$.s', field: null }, '{"s":["b","a",3]}')).toEqual(['3', 'a', 'b']);
    expect(keys({ by: 'json', path: '$', field: '$.meta.name' }, '[{"meta":{"name":"x"}}]')).toEqual(['x']);
    expect(keys({ by: 'json', path: '$.s', field: null }, '{"s":{"b":1,"__proto__":2}}')).toEqual(['__proto__', 'b']);
  });

  it('refuses JSON that is none, leads nowhere, or has another shape', () => {
    expect(keys({ by: 'json', path: '$.s', field: null }, '<html>')).toEqual(problem('not-json', '1'));
    expect(keys({ by: 'json', path: '$.s', field: null }, '{}')).toEqual(problem('nothing-there', '$.s'));
    expect(keys({ by: 'json', path: '$', field: '$.n' }, '[{"n":"a"},{}]')).toEqual(problem('wrong-shape', '$[1] $.n'));
    expect(keys({ by: 'json', path: '$', field: null }, '"a"')).toEqual(problem('wrong-shape', '$'));
  });

  it('takes the first group of every match, or the whole match without a group', () => {
    expect(keys({ by: 'matches', pattern: 'service=(\\S+)' }, 'service=a service=b\nx\nservice=c')).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(keys({ by: 'matches', pattern: '[0-9]+' }, 'a1b22')).toEqual(['1', '22']);
  });

  it('refuses a key that is far too long to be one', () => {
    expect(keys({ by: 'lines' }, 'x'.repeat(501))).toEqual(problem('key-too-long', '1'));
  });

  it('reads one number, and nothing that merely begins like one', () => {
    expect(numbers({ by: 'one' }, ' -1.5e3\n')).toEqual([['value', -1500]]);
    expect(numbers({ by: 'one' }, '12 rows')).toEqual(problem('not-a-number', 'value'));
    expect(numbers({ by: 'one' }, '')).toEqual(problem('not-a-number', 'value'));
  });

  it('reads each named number from its place', () => {
    const names = [
      { name: 'orders', at: 'json', path: '$.orders.count' },
      { name: 'queue', at: 'matches', pattern: '"queue":(\\d+)' },
    ] as const;
    expect(numbers({ by: 'named', names: [...names] }, '{"orders":{"count":7},"queue":12}')).toEqual([
      ['orders', 7],
      ['queue', 12],
    ]);
    expect(numbers({ by: 'named', names: [names[1]] }, 'nothing')).toEqual(problem('no-match', 'queue'));
  });

  it('reads a name and a number on every line, from columns, from JSON and from two groups', () => {
    expect(numbers({ by: 'lines' }, 'a\u2028b 1')).toEqual([['a\u2028b', 1]]);
    expect(numbers({ by: 'lines' }, 'open orders 12\nclosed\t7\n')).toEqual([
      ['closed', 7],
      ['open orders', 12],
    ]);
    const how = { by: 'columns', name: 1, number: 3, separator: '|', skip: 0 } as const;
    expect(numbers(how, 'a | x | 1\nb | y | 2')).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    expect(numbers({ by: 'json', path: '$.q' }, '{"q":{"a":1,"__proto__":2}}')).toEqual([
      ['__proto__', 2],
      ['a', 1],
    ]);
    expect(numbers({ by: 'matches', pattern: '(\\w+)=(\\d+)' }, 'a=1 b=2')).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });

  it('refuses a name that stands there twice, since nobody could say which number counts', () => {
    expect(numbers({ by: 'lines' }, 'a 1\na 2')).toEqual(problem('name-twice', 'a'));
  });

  it('gives back the numbers that were written', () => {
    const named = fc.uniqueArray(fc.tuple(line, fc.integer()), { selector: ([name]) => name, maxLength: 30 });
    fc.assert(
      fc.property(named, (pairs) => {
        const read = numbers({ by: 'lines' }, pairs.map(([name, number]) => `${name}\t${number}`).join('\n'));
        expect(read).toEqual([...pairs].sort(([a], [b]) => (a < b ? -1 : 1)));
      }),
    );
  });
});
