import type { Path } from '../checklist/problem.ts';
import { readYaml, type YamlFile } from '../checklist/yaml-file.ts';
import { type ConfigReading, collect, type Put, unreadable } from './entries.ts';
import { childKey, indexKey } from './path.ts';

/**
 * YAML 1.2 as keys: `a.b[0]`, scalars as written (`3.10` is not 3.1), nothing as ``. Keys of a second document in the
 * same file begin with `2#`, those of a third with `3#`.
 */
export function readYamlConfig(text: string): ConfigReading {
  return collect((put) => {
    // The library builds its whole tree before a key can be counted: what cannot be read quickly is not begun.
    const parts = text.match(/[\n,]/g)?.length ?? 0;
    if (parts > mostParts) unreadable(`more than ${mostParts} lines and commas`, 1);
    for (const { content, line, prefix } of documentsOf(text)) {
      const file = readYaml(content, () => true);
      const finding = file.findings[0];
      if (finding !== undefined) {
        const { reason = finding.code } = finding.params as { readonly reason?: string };
        unreadable(reason, file.position(finding.offset).line + line - 1);
      }
      walk(file.value, '', [], { file, put: (key, value, at) => put(`${prefix}${key}`, value, at + line - 1) });
    }
  });
}

/** Lines and commas of a YAML file; far more than a configuration of the most keys needs. */
const mostParts = 30_000;

interface Around {
  readonly file: YamlFile;
  readonly put: Put;
}

function walk(value: unknown, key: string, path: Path, around: Around): void {
  const say = (text: string): void => {
    if (key === '' && text === '') return;
    around.put(key, text, around.file.position(around.file.offsetOf({ path })).line);
  };
  if (Array.isArray(value)) {
    if (value.length === 0) say('[]');
    for (const [index, item] of value.entries()) walk(item, indexKey(key, index), [...path, index], around);
  } else if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value);
    if (members.length === 0) say('{}');
    for (const [name, member] of members) walk(member, childKey(key, name), [...path, name], around);
  } else say(value === null || value === undefined ? '' : String(value));
}

interface Part {
  readonly content: string;
  /** Of its first line in the whole file. */
  readonly line: number;
  readonly prefix: string;
}

/** `---` at the very beginning of a line always separates documents (YAML 1.2.2, 9.1.2), even inside a block of text. */
function documentsOf(text: string): readonly Part[] {
  const parts: Part[] = [];
  let line = 1;
  for (const content of text.replace(/^\uFEFF/, '').split(/^(?=---(?:\s|$))/m)) {
    const empty = content
      .replace(/^---/, '')
      .split('\n')
      .every((one) => /^\s*(?:#|$)/.test(one));
    if (!empty) {
      parts.push({ content, line, prefix: parts.length === 0 ? '' : `${parts.length + 1}#` });
    }
    line += content.split('\n').length - 1;
  }
  return parts;
}
