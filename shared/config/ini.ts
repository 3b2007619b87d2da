import { type ConfigReading, collect, linesOf, unreadable } from './entries.ts';

/**
 * INI files: `[section]` and `key = value` (or `key: value`) become `section.key`; a key alone has the value ``.
 * Comments begin a line with `;` or `#`; quotes around a whole value are taken off. What programs disagree about
 * (comments behind a value, continued lines) is left in the value, so that a person sees it.
 */
export function readIni(text: string): ConfigReading {
  return collect((put) => {
    let section = '';
    for (const [index, raw] of linesOf(text).entries()) {
      const line = raw.trim();
      if (line === '' || line[0] === ';' || line[0] === '#') continue;
      if (line[0] === '[') {
        const close = line.lastIndexOf(']');
        if (close < 0) unreadable('a section without its closing bracket', index + 1);
        section = `${line.slice(1, close).trim()}.`;
        continue;
      }
      const equals = line.indexOf('=');
      const at = equals === -1 ? line.indexOf(':') : equals;
      const key = (at === -1 ? line : line.slice(0, at)).trim();
      put(`${section}${key}`, at === -1 ? '' : unquoted(line.slice(at + 1).trim()), index + 1);
    }
  });
}

function unquoted(value: string): string {
  return /^(["']).*\1$/s.test(value) && value.length >= 2 ? value.slice(1, -1) : value;
}
