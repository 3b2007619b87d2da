import { Composer, type CST, type Document, isAlias, isMap, isSeq, Lexer, type Node, Parser } from 'yaml';
import { limits } from '../contract/limits.ts';
import type { Finding, Path, Problem } from './problem.ts';
import { forbiddenCharacters, keyText, type PlacedFinding } from './yaml-parts.ts';
import { toValue } from './yaml-value.ts';

/** A YAML text as plain data, with the way back from data to line and column. */
export interface YamlFile {
  /** Mappings have no prototype. `undefined` when there is nothing to look at. */
  readonly value: unknown;
  readonly findings: readonly PlacedFinding[];
  /** From here on the structure is guesswork, because the text broke the rules of YAML; Infinity when it did not. */
  readonly soundUntil: number;
  /** False when something that stands in the text may be missing from `value`. */
  readonly complete: boolean;
  /** The offset a finding points at. */
  offsetOf(finding: Pick<Finding, 'path' | 'atKey' | 'needle'>): number;
  /** 1-based line and column (in characters) of an offset. */
  position(offset: number): Pick<Problem, 'line' | 'column'>;
}

/** Reads one YAML 1.2 document. `asWritten` says where a plain `3.10` or `true` is text. Never throws. */
export function readYaml(text: string, asWritten: (path: Path) => boolean): YamlFile {
  const starts = lineStarts(text);
  const findings: PlacedFinding[] = [...controlCharacters(text)];
  const position = (offset: number) => positionIn(text, starts, offset);
  const { tokens, deep } = tokensOf(text);
  if (deep !== null) {
    findings.push({ offset: deep, code: 'yaml-too-deep', params: { most: String(limits.yamlDepth) } });
    return { value: undefined, findings, soundUntil: 0, complete: false, offsetOf: () => 0, position };
  }
  const [document, ...more] = new Composer({ uniqueKeys: false }).compose(tokens, true, text.length);
  if (more[0] !== undefined) findings.push({ offset: more[0].range[0], code: 'yaml-several-documents', params: {} });
  const soundUntil = syntaxFindings(document as Document.Parsed, findings, (offset) => lineOf(starts, offset));
  const contents = (document?.contents ?? null) as Node | null;
  const value = toValue(contents, asWritten, findings);
  const complete = soundUntil === Number.POSITIVE_INFINITY && !findings.some((finding) => finding.code === 'yaml-tab');
  return { value, findings, soundUntil, complete, offsetOf: (finding) => offsetOf(text, contents, finding), position };
}

/** Errors of the YAML library by the code of our sentence; the rest read `yaml-unexpected`. */
const syntaxCodes: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'yaml-tab',
  BAD_INDENT: 'yaml-indent',
  BAD_DQ_ESCAPE: 'yaml-escape',
  MISSING_CHAR: 'yaml-missing-character',
  BLOCK_AS_IMPLICIT_KEY: 'yaml-colon',
  MULTILINE_IMPLICIT_KEY: 'yaml-key-several-lines',
  TAG_RESOLVE_FAILED: 'yaml-tag',
  BAD_SCALAR_START: 'yaml-scalar-start',
};
/** Errors that leave the structure around them clear. */
const local = new Set(['TAB_AS_INDENT', 'BAD_DQ_ESCAPE', 'TAG_RESOLVE_FAILED', 'BAD_SCALAR_START']);

/** Errors that follow from another one before them: whatever comes after a lost quote is "unexpected". */
const consequences = new Set(['yaml-unexpected', 'yaml-indent']);

function syntaxFindings(
  document: Document.Parsed,
  findings: PlacedFinding[],
  lineOf: (offset: number) => number,
): number {
  let soundUntil = Number.POSITIVE_INFINITY;
  const structural = new Map<number, PlacedFinding>();
  for (const { code, pos, message } of [...document.errors, ...document.warnings]) {
    const [offset] = pos;
    const mapped = syntaxCodes[code] ?? 'yaml-unexpected';
    const finding = { offset, code: mapped, params: { reason: message.slice(0, 200) } };
    if (local.has(code)) {
      findings.push(finding);
      continue;
    }
    soundUntil = Math.min(soundUntil, offset);
    // One for each line, and the one that says most.
    const before = structural.get(lineOf(offset));
    if (
      before === undefined
        ? structural.size === 0 || !consequences.has(mapped)
        : consequences.has(before.code) && !consequences.has(mapped)
    ) {
      structural.set(lineOf(offset), finding);
    }
  }
  findings.push(...structural.values());
  return soundUntil;
}

function controlCharacters(text: string): readonly PlacedFinding[] {
  const all = new RegExp(forbiddenCharacters.source, 'gu');
  let count = 0;
  let first: { offset: number; code: string } | null = null;
  for (const match of text.matchAll(all)) {
    count += 1;
    const hex = (match[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    first ??= { offset: match.index, code: `U+${hex}` };
  }
  if (first === null) return [];
  return [{ offset: first.offset, code: 'control-character', params: { character: first.code, count: String(count) } }];
}

/**
 * The file's tokens, and the offset where it nests deeper than allowed, or null. The library unwinds what is open by
 * recursion, so it is fed piece by piece and stopped before it would run out of stack.
 */
function tokensOf(text: string): { readonly tokens: readonly CST.Token[]; readonly deep: number | null } {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  // Beside what the writer nests, a document and a scalar may stand on the stack.
  const most = limits.yamlDepth * 2 + 2;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > most) return { tokens, deep: parser.offset };
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens, deep: tooDeep(tokens) };
}

/** Offset of the first token nested too deep for a recursive reader, or null. Walks without recursion. */
function tooDeep(tokens: readonly CST.Token[]): number | null {
  const stack: [CST.Token, number][] = tokens.map((token) => [token, 0]);
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const [token, depth] = next;
    if (depth > limits.yamlDepth) return token.offset;
    if (token.type === 'document' && token.value !== undefined) stack.push([token.value, depth]);
    if (!('items' in token)) continue;
    for (const { key, value } of token.items) {
      if (key) stack.push([key, depth + 1]);
      if (value) stack.push([value, depth + 1]);
    }
  }
  return null;
}

/** Where each line begins. Our own count: the library's loses lines in text that breaks the rules of YAML. */
function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function positionIn(text: string, starts: readonly number[], offset: number): Pick<Problem, 'line' | 'column'> {
  const inside = Math.max(0, Math.min(offset, text.length));
  const line = lineOf(starts, inside);
  return { line: line + 1, column: [...text.slice(starts[line], inside)].length + 1 };
}

/** 0-based; counting columns costs more, so that many findings on one long line only ask for this. */
function lineOf(starts: readonly number[], offset: number): number {
  let line = 0;
  for (let end = starts.length; end - line > 1; ) {
    const middle = (line + end) >> 1;
    if ((starts[middle] ?? 0) <= offset) line = middle;
    else end = middle;
  }
  return line;
}

function offsetOf(
  text: string,
  contents: Node | null,
  { path, atKey, needle }: Pick<Finding, 'path' | 'atKey' | 'needle'>,
): number {
  let node: Node | null = contents;
  let at = contents?.range?.[0] ?? 0;
  for (const [index, step] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => keyText(key) === String(step));
      if (pair === undefined) return at;
      at = (pair.key as Node).range?.[0] ?? at;
      if (atKey === true && index === path.length - 1) return at;
      node = pair.value as Node | null;
    } else if (isSeq(node)) node = (node.items[Number(step)] ?? null) as Node | null;
    else if (isAlias(node)) return node.range?.[0] ?? at;
    else return at;
    if (node?.range && !isEmpty(node)) at = node.range[0];
  }
  if (needle !== undefined && node?.range) {
    const found = text.slice(node.range[0], node.range[1]).indexOf(needle);
    if (found !== -1) return node.range[0] + found;
  }
  return at;
}

/** A value that was left out (`title:`) is best shown at its key. */
function isEmpty(node: Node): boolean {
  return node.range?.[0] === node.range?.[1];
}
