import { type ConfigReading, collect, linesOf, unreadable } from './entries.ts';

/**
 * `META-INF/MANIFEST.MF` (JAR File Specification): `Name: value` lines of at most 72 bytes, a line that begins with a
 * space continues the one before. The main section's attributes are keys as they stand; those of a section that
 * begins with `Name: com/x/` are `com/x/!Attribute`.
 */
export function readManifest(text: string): ConfigReading {
  return collect((put) => {
    let section = '';
    for (const { content, line, first } of attributes(text)) {
      const colon = content.indexOf(':');
      if (colon <= 0) unreadable('a line that is no attribute', line);
      const key = content.slice(0, colon);
      const value = content.slice(colon + 1).replace(/^ /, '');
      if (first && key.toLowerCase() === 'name') section = `${value}!`;
      else put(`${section}${key}`, value, line);
    }
  });
}

interface Attribute {
  readonly content: string;
  readonly line: number;
  /** The first of a section behind the main one. */
  readonly first: boolean;
}

function* attributes(text: string): Generator<Attribute> {
  const lines = linesOf(text);
  let blank = false;
  for (let index = 0; index < lines.length; index++) {
    const start = lines[index] ?? '';
    if (start === '') {
      blank = true;
      continue;
    }
    if (start[0] === ' ') unreadable('a continuation of nothing', index + 1);
    const parts = [start];
    const line = index + 1;
    while (lines[index + 1]?.[0] === ' ') {
      index += 1;
      parts.push((lines[index] ?? '').slice(1));
    }
    yield { content: parts.join(''), line, first: blank };
    blank = false;
  }
}
