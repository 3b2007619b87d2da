import { type ConfigReading, collect, unreadable } from './entries.ts';

const assignment = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=/;

/**
 * Env files: `KEY=value`, `export KEY="value"`. Single quotes are literal, double quotes know backslash escapes, both
 * may go over several lines; behind an unquoted value ` #` begins a comment. Other lines (shell code in
 * `/etc/default/*`) set nothing that could be read without running them, and are passed over.
 */
export function readEnv(text: string): ConfigReading {
  const source = text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
  return collect((put) => {
    let line = 1;
    for (let at = 0; at < source.length; ) {
      const newline = endOfLine(source, at);
      const match = assignment.exec(source.slice(at, newline));
      let end = newline;
      if (match !== null) {
        const begins =
          at + match[0].length + (/^[ \t]*/.exec(source.slice(at + match[0].length, newline))?.[0].length ?? 0);
        const value = valueAt(source, begins, newline, line);
        put(match[1] ?? '', value.text, line);
        end = value.end;
      }
      line += source.slice(at, end + 1).split('\n').length - 1;
      at = end + 1;
    }
  });
}

function endOfLine(source: string, from: number): number {
  const newline = source.indexOf('\n', from);
  return newline === -1 ? source.length : newline;
}

/** The value that begins here and the end of its last line. */
function valueAt(source: string, at: number, newline: number, line: number): { text: string; end: number } {
  const quote = source[at];
  if (quote !== '"' && quote !== "'") {
    return {
      text: source
        .slice(at, newline)
        .replace(/(?:^|[ \t]+)#.*$/, '')
        .trim(),
      end: newline,
    };
  }
  let close = at + 1;
  while (close < source.length && source[close] !== quote) close += quote === '"' && source[close] === '\\' ? 2 : 1;
  if (close >= source.length) unreadable('a quote that is never closed', line);
  const end = endOfLine(source, close);
  if (!/^[ \t]*(?:#.*)?$/.test(source.slice(close + 1, end))) unreadable('text behind a closing quote', line);
  const inside = source.slice(at + 1, close);
  return { text: quote === '"' ? inside.replaceAll(/\\(\n|.)/g, unescaped) : inside, end };
}

/** `\n` and the like are what env-file readers make of them; a backslash before a line break joins the lines. */
function unescaped(_: string, escaped: string): string {
  if (escaped === '\n') return '';
  if (escaped === 'n') return '\n';
  if (escaped === 'r') return '\r';
  if (escaped === 't') return '\t';
  return /["\\$`]/.test(escaped) ? escaped : `\\${escaped}`;
}
