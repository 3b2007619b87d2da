import { type ConfigReading, collect, linesOf, unreadable } from './entries.ts';

/** Java `.properties`, as `java.util.Properties.load` reads them: logical lines, escapes, `=`, `:` or white space. */
export function readProperties(text: string): ConfigReading {
  return collect((put) => {
    for (const { content, line } of logicalLines(text)) {
      const end = endOfKey(content);
      const rest = content.slice(end).replace(/^[ \t\f]*[=:]?[ \t\f]*/, '');
      put(unescaped(content.slice(0, end), line), unescaped(rest, line), line);
    }
  });
}

interface LogicalLine {
  readonly content: string;
  readonly line: number;
}

/** Comments and blank lines left out, lines ending in an odd number of backslashes joined with the next. */
function* logicalLines(text: string): Generator<LogicalLine> {
  let open: { parts: string[]; line: number } | null = null;
  for (const [index, natural] of linesOf(text).entries()) {
    const trimmed = natural.replace(/^[ \t\f]+/, '');
    if (open === null && (trimmed === '' || trimmed[0] === '#' || trimmed[0] === '!')) continue;
    open ??= { parts: [], line: index + 1 };
    const backslashes = /\\*$/.exec(trimmed)?.[0].length ?? 0;
    if (backslashes % 2 === 1) {
      open.parts.push(trimmed.slice(0, -1));
      continue;
    }
    yield { content: [...open.parts, trimmed].join(''), line: open.line };
    open = null;
  }
  if (open !== null) yield { content: open.parts.join(''), line: open.line };
}

function endOfKey(content: string): number {
  for (let at = 0; at < content.length; at++) {
    if (content[at] === '\\') at += 1;
    else if (/[=: \t\f]/.test(content[at] ?? '')) return at;
  }
  return content.length;
}

const named: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescaped(text: string, line: number): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(/\\(u.{0,4}|.|$)/gs, (_, escaped: string) => {
    if (escaped[0] !== 'u') return named[escaped] ?? escaped;
    if (!/^u[0-9a-fA-F]{4}$/.test(escaped)) unreadable('malformed \\uxxxx encoding', line);
    return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
  });
}
