import { readdirSync } from 'node:fs';
import { isAbsolute, join, parse as parsePath, sep } from 'node:path';
import sshConfig from 'ssh-config';
import { matchesPattern } from './wildcard.ts';

/** One `Keyword argument …` line; keyword in lower case. */
export interface Directive {
  readonly keyword: string;
  readonly args: readonly string[];
}

/** A `Host` or `Match` block, or the lines before the first of them (`always`). */
export interface Section {
  readonly when: 'always' | 'host' | 'match';
  readonly words: readonly string[];
  readonly directives: readonly Directive[];
}

/** The lines of one ssh_config file, in order. */
export interface ConfigFile {
  readonly path: string;
  readonly sections: readonly Section[];
}

interface ParsedLine {
  readonly type: number;
  readonly param?: string;
  readonly value?: string | readonly { readonly val: string }[];
  readonly config?: readonly ParsedLine[];
}

function directiveOf(line: ParsedLine): Directive[] {
  if (line.type !== sshConfig.DIRECTIVE || line.param === undefined || line.value === undefined) return [];
  const args = typeof line.value === 'string' ? [line.value] : line.value.map((part) => part.val);
  return [{ keyword: line.param.toLowerCase(), args }];
}

/**
 * Parses ssh_config text with the `ssh-config` library. Only its parser is used: its evaluator would run
 * `Match exec` commands and `nslookup`. Throws with the library's words where the text is not ssh_config.
 */
export function parseConfigFile(text: string, path: string): ConfigFile {
  refuseMissingValues(text);
  const sections: Section[] = [];
  let loose: Directive[] = [];
  for (const line of sshConfig.parse(`${text}\n`) as unknown as readonly ParsedLine[]) {
    const directive = directiveOf(line)[0];
    if (directive === undefined) continue;
    if (directive.keyword !== 'host' && directive.keyword !== 'match') {
      loose.push(directive);
      continue;
    }
    if (loose.length > 0) sections.push({ when: 'always', words: [], directives: loose });
    loose = [];
    const directives = (line.config ?? []).flatMap(directiveOf);
    sections.push({ when: directive.keyword, words: directive.args, directives });
  }
  if (loose.length > 0) sections.push({ when: 'always', words: [], directives: loose });
  return { path, sections };
}

/** The library would take the next line for the value, and so lose a ProxyJump without a word. */
function refuseMissingValues(text: string): void {
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const keyword = /^\s*([A-Za-z]\w*)\s*=?\s*$/.exec(line)?.[1];
    if (keyword !== undefined) throw new Error(`line ${index + 1}: ${keyword} has no value`);
  }
}

/** Files that an `Include` names: `~` and relative paths resolved, `*` and `?` expanded in alphabetical order. */
export function includedFiles(pattern: string, home: string, base: string): readonly string[] {
  const expanded = pattern.startsWith('~/') ? join(home, pattern.slice(2)) : pattern;
  const absolute = isAbsolute(expanded) ? expanded : join(base, expanded);
  const { root } = parsePath(absolute);
  let found = [root];
  for (const segment of absolute.slice(root.length).split(/[/\\]/).filter(Boolean)) {
    found = found.flatMap((folder) => childrenMatching(folder, segment));
  }
  return found;
}

function childrenMatching(folder: string, segment: string): readonly string[] {
  const child = (name: string) => (folder.endsWith(sep) ? folder + name : folder + sep + name);
  if (!/[*?]/.test(segment)) return [child(segment)];
  try {
    const names = readdirSync(folder).filter((name) => matchesPattern(segment, name));
    return names
      .filter((name) => !name.startsWith('.') || segment.startsWith('.'))
      .sort()
      .map(child);
  } catch {
    return [];
  }
}
