import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConfigReading } from '../../../shared/config/entries.ts';
import { type ConfigFormat, configFormats, formatOf } from '../../../shared/config/format.ts';
import { readConfig } from '../../../shared/config/read.ts';
import { processorTime } from '../../helpers/processor-time.ts';

/** Keys with their only value; a key that stands several times has its values joined. */
function plain(reading: ConfigReading): Record<string, string> {
  if (!reading.ok) throw new Error(`line ${reading.line}: ${reading.reason}`);
  return Object.fromEntries([...reading.entries].map(([key, values]) => [key, values.map((v) => v.value).join(' | ')]));
}
const read = (format: ConfigFormat, text: string) => plain(readConfig(format, text));
const lines = (format: ConfigFormat, text: string, key: string): readonly number[] => {
  const reading = readConfig(format, text);
  return reading.ok ? (reading.entries.get(key) ?? []).map(({ line }) => line) : [];
};

describe('Java properties', () => {
  it('reads what java.util.Properties reads: separators, escapes, continuation, comments', () => {
    const text = [
      '# a comment \\',
      '! another',
      'a=1',
      ' b : 2 ',
      'c 3',
      'path=C:\\\\temp\\tnew\\u4e2d',
      'key\\ with\\=odd\\:parts = x',
      'fruits = apple, \\',
      '    banana, \\',
      '    kiwi',
      'even\\\\',
      'empty=',
      'alone',
      'tail=ends\\',
    ].join('\r\n');
    expect(read('properties', text)).toEqual({
      a: '1',
      b: '2 ',
      c: '3',
      path: 'C:\\temp\tnew中',
      'key with=odd:parts': 'x',
      fruits: 'apple, banana, kiwi',
      'even\\': '',
      empty: '',
      alone: '',
      tail: 'ends',
    });
    expect(lines('properties', text, 'even\\')).toEqual([11]);
  });

  it('keeps every value of a key that stands twice, with its line', () => {
    expect(read('properties', 'a=1\nb=2\na=3')).toEqual({ a: '1 | 3', b: '2' });
    expect(lines('properties', 'a=1\nb=2\na=3', 'a')).toEqual([1, 3]);
  });

  it('refuses a broken unicode escape, as Java does', () => {
    expect(readConfig('properties', 'a=1\nb=\\u12')).toEqual({
      ok: false,
      line: 2,
      reason: 'malformed \\uxxxx encoding',
    });
  });

  it('gives back whatever Java would have stored', () => {
    const stored = (text: string, key: boolean): string =>
      text
        .replaceAll('\\', '\\\\')
        .replaceAll('\n', '\\n')
        .replaceAll('\r', '\\r')
        .replaceAll('\f', '\\f')
        .replaceAll('\t', '\\t')
        .replaceAll(key ? /[ =:#!]/g : /^[ ]+|^[#!=:]/g, (found) => found.replaceAll(/./g, '\\$&'));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.string())), (pairs) => {
        const text = pairs.map(([key, value]) => `${stored(key, true)}=${stored(value, false)}`).join('\n');
        const reading = readConfig('properties', text);
        if (!reading.ok) throw new Error(reading.reason);
        const found = [...reading.entries].flatMap(([key, values]) => values.map(({ value }) => [key, value]));
        const keys = [...new Set(pairs.map(([key]) => key))];
        const wanted = keys.flatMap((key) => pairs.filter(([name]) => name === key));
        expect(found).toEqual(wanted);
      }),
    );
  });
});

describe('YAML', () => {
  it('makes dotted paths with values as written', () => {
    const text = 'server:\n  port: 8080\n  version: 3.10\nlist:\n  - a\n  - {b: yes}\nnone:\nempty: {}\n';
    expect(read('yaml', text)).toEqual({
      'server.port': '8080',
      'server.version': '3.10',
      'list[0]': 'a',
      'list[1].b': 'yes',
      none: '',
      empty: '{}',
    });
    expect(lines('yaml', text, 'list[1].b')).toEqual([6]);
  });

  it('keeps the documents of one file apart', () => {
    const text = '# base\na: 1\n---\n# only words\n---\na: 2\ntext: |\n  x\n';
    expect(read('yaml', text)).toEqual({ a: '1', '2#a': '2', '2#text': 'x\n' });
    expect(lines('yaml', text, '2#a')).toEqual([6]);
  });

  it('takes a dotted key and the same key nested for one key that stands twice', () => {
    expect(read('yaml', 'server.port: 1\nserver:\n  port: 2\n')).toEqual({ 'server.port': '1 | 2' });
  });

  it('says the line of what is broken, of a key that stands twice and of a bomb', () => {
    expect(readConfig('yaml', 'a: 1\nb: "x\n')).toMatchObject({ ok: false });
    expect(readConfig('yaml', 'a: 1\nb: 2\na: 3\n')).toMatchObject({ ok: false, line: 3 });
    const bomb = Array.from({ length: 12 }, (_, n) => `a${n}: &a${n} [${Array(9).fill(n === 0 ? 'x' : `*a${n - 1}`)}]`);
    expect(readConfig('yaml', bomb.join('\n'))).toMatchObject({ ok: false });
    expect(readConfig('yaml', '['.repeat(100_000))).toMatchObject({ ok: false });
  });
});

describe('JSON', () => {
  it('makes dotted paths, numbers as written', () => {
    const text = '\uFEFF{\n "a": {"b": [1.50, true, null, "x\\u4e2d\\n"]},\n "e": {}, "l": []\n}';
    expect(read('json', text)).toEqual({
      'a.b[0]': '1.50',
      'a.b[1]': 'true',
      'a.b[2]': 'null',
      'a.b[3]': 'x中\n',
      e: '{}',
      l: '[]',
    });
    expect(lines('json', text, 'e')).toEqual([3]);
  });

  it('keeps both values of a member that stands twice', () => {
    expect(read('json', '{"a": 1, "a": 2}')).toEqual({ a: '1 | 2' });
  });

  it('is as strict as JSON.parse', () => {
    for (const text of ['', '{', '{"a":1,}', "{'a':1}", '[01]', '{"a":1} x', '"a\nb"', '// c\n1', '{a:1}']) {
      expect(() => JSON.parse(text)).toThrow();
      expect(readConfig('json', text).ok).toBe(false);
    }
    expect(readConfig('json', `${'['.repeat(5_000)}${']'.repeat(5_000)}`)).toMatchObject({ ok: false, line: 1 });
  });

  it('accepts whatever JSON.stringify writes, and finds every leaf', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.boolean(), (value, pretty) => {
        const reading = readConfig('json', JSON.stringify(value, null, pretty ? 2 : 0));
        if (!reading.ok) throw new Error(reading.reason);
        const leaves = (node: unknown): number => {
          if (typeof node !== 'object' || node === null) return 1;
          const members = Object.values(node);
          return members.length === 0 ? 1 : members.reduce((sum: number, member) => sum + leaves(member), 0);
        };
        const count = [...reading.entries.values()].reduce((sum, values) => sum + values.length, 0);
        expect(count).toBe(leaves(value));
      }),
    );
  });
});

describe('INI', () => {
  it('joins section and key, keeps what programs disagree about', () => {
    const text = '; c\ntop = 1\n[mysqld]\nport=3306\n# c\nskip-networking\nname = "a b" \nnote: x # y\n';
    expect(read('ini', text)).toEqual({
      top: '1',
      'mysqld.port': '3306',
      'mysqld.skip-networking': '',
      'mysqld.name': 'a b',
      'mysqld.note': 'x # y',
    });
    expect(readConfig('ini', 'a=1\n[open')).toMatchObject({ ok: false, line: 2 });
  });
});

describe('env files', () => {
  it('reads quotes, comments, export and values over several lines', () => {
    const text = [
      '# c',
      'A=plain # comment',
      'export B="two words # not a comment" # comment',
      "C='single \\n $X'",
      'D="line one',
      'line two \\"q\\" \\$X"',
      'E=',
      'if [ -f x ]; then',
      '  F=a#b',
      'fi',
    ].join('\n');
    expect(read('env', text)).toEqual({
      A: 'plain',
      B: 'two words # not a comment',
      C: 'single \\n $X',
      D: 'line one\nline two "q" $X',
      E: '',
      F: 'a#b',
    });
    expect(lines('env', text, 'F')).toEqual([9]);
    expect(readConfig('env', 'A=1\nB="open')).toMatchObject({ ok: false, line: 2 });
    expect(readConfig('env', 'A="x"y')).toMatchObject({ ok: false, line: 1 });
  });
});

describe('XML', () => {
  it('makes element paths and attributes', () => {
    const text = `<?xml version="1.0"?>
<!DOCTYPE c SYSTEM "c.dtd">
<c mode="prod">
  <!-- no -->
  <db url="a&amp;b"> jdbc </db>
  <db/>
  <s><![CDATA[<x>]]> &#20013;</s>
</c>`;
    expect(read('xml', text)).toEqual({
      'c/@mode': 'prod',
      'c/db/@url': 'a&b',
      'c/db': 'jdbc',
      'c/db[2]': '',
      'c/s': '<x> 中',
    });
    expect(lines('xml', text, 'c/db[2]')).toEqual([6]);
  });

  it('expands no entity of the document, whatever it declares', () => {
    const text = '<!DOCTYPE r [<!ENTITY e "boom"><!ENTITY f SYSTEM "file:///etc/passwd">]>\n<r>&e;</r>';
    expect(readConfig('xml', text)).toMatchObject({ ok: false, line: 2 });
    expect(readConfig('xml', text.replace('&e;', '&f;'))).toMatchObject({ ok: false, line: 2 });
  });

  it('refuses what is not well-formed, and nesting without end', () => {
    for (const text of ['', '<a>', '<a></b>', '<a b=1/>', '<a/><b/>', 'x']) {
      expect(readConfig('xml', text).ok).toBe(false);
    }
    expect(readConfig('xml', '<a>'.repeat(50_000))).toMatchObject({ ok: false });
  });
});

describe('manifests', () => {
  it('joins lines cut at 72 bytes and names the sections', () => {
    const text = 'Manifest-Version: 1.0\r\nBuild-Profile: pro\r\n d\r\nEmpty: \r\n\r\nName: com/x/\r\nSealed: true\r\n';
    expect(read('manifest', text)).toEqual({
      'Manifest-Version': '1.0',
      'Build-Profile': 'prod',
      Empty: '',
      'com/x/!Sealed': 'true',
    });
    expect(readConfig('manifest', 'A: 1\n nonsense\nx\n')).toMatchObject({ ok: false, line: 3 });
  });
});

describe('every format', () => {
  it('never throws and never takes long, whatever the bytes', () => {
    const pieces = fc.constantFrom(
      ...[
        'a',
        '=',
        ':',
        '\\',
        '\n',
        ' ',
        '"',
        "'",
        '[',
        ']',
        '{',
        '}',
        '<',
        '>',
        '/',
        '&',
        '#',
        '-',
        '---\n',
        '\\u12',
        ',',
      ],
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 60 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(fc.constantFrom(...configFormats), text, (format, content) => {
        const reading = readConfig(format, content);
        if (!reading.ok) {
          expect(reading.line).toBeGreaterThan(0);
          return;
        }
        const most = content.split(/\r\n|\r|\n/).length + 1;
        for (const values of reading.entries.values()) {
          for (const { line } of values) expect(line).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 2_000 },
    );
    for (const format of configFormats) {
      for (const nasty of [
        '# '.repeat(200_000),
        '\\'.repeat(200_000),
        ' '.repeat(200_000),
        '"'.repeat(200_001),
        '<'.repeat(100_000),
      ]) {
        const spent = processorTime();
        readConfig(format, `${nasty}\nkey`);
        expect(spent()).toBeLessThan(3_000);
      }
    }
  });

  it('does not begin a YAML file that would hold the app up', () => {
    const wide = Array.from({ length: 150_000 }, (_, n) => `a${n}: ${n}`);
    const spent = processorTime();
    expect(readConfig('yaml', wide.join('\n')).ok).toBe(false);
    expect(readConfig('yaml', `{ ${wide.join(', ')} }`).ok).toBe(false);
    expect(spent()).toBeLessThan(1_000);
  });

  it('stops at more keys than a person can judge', () => {
    const many = Array.from({ length: 5_001 }, (_, n) => `k${n}=1`).join('\n');
    expect(readConfig('properties', many)).toMatchObject({ ok: false, line: 5_001 });
  });

  it('is known by the file name, where that says anything', () => {
    expect(formatOf('/opt/trade/app.properties')).toBe('properties');
    expect(formatOf('/opt/app/.env.production')).toBe('env');
    expect(formatOf('META-INF/MANIFEST.MF')).toBe('manifest');
    expect(formatOf('/etc/app/application.YML')).toBe('yaml');
    expect(formatOf('/etc/app.conf')).toBeNull();
    expect(formatOf('/etc/properties')).toBeNull();
  });
});
