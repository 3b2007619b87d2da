import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from 'yaml';
import { limits } from '../contract/limits.ts';
import type { Path } from './problem.ts';
import { hasForbiddenCharacter, keyText, type PlacedFinding } from './yaml-parts.ts';

/** What an anchor (`&name`) stands for, and how much it holds. */
interface Anchored {
  readonly value: unknown;
  readonly nodes: number;
  readonly aliases: number;
}

/**
 * YAML nodes as plain data. Our own walk instead of the library's, because it is linear in the file: duplicate keys
 * are found with a set, and aliases are followed once and counted (a "YAML bomb" is an error, not a long wait).
 */
export function toValue(root: Node | null, asWritten: (path: Path) => boolean, findings: PlacedFinding[]): unknown {
  return new Walk(asWritten, findings).value(root, []);
}

class Walk {
  private readonly anchors = new Map<string, Anchored>();
  private readonly open = new Set<string>();
  private readonly asWritten: (path: Path) => boolean;
  private readonly findings: PlacedFinding[];
  /** The text itself holds control characters, which is said already. */
  private readonly raw: boolean;
  private nodes = 0;
  private aliases = 0;
  private expanded = 0;
  private bombReported = false;

  constructor(asWritten: (path: Path) => boolean, findings: PlacedFinding[]) {
    this.asWritten = asWritten;
    this.findings = findings;
    this.raw = findings.some((finding) => finding.code === 'control-character');
  }

  value(node: Node | null, path: (string | number)[]): unknown {
    if (node === null) return null;
    this.nodes += 1;
    if (isAlias(node)) return this.alias(node.source, node.range?.[0] ?? 0);
    const anchor = 'anchor' in node ? node.anchor : undefined;
    if (anchor === undefined) return this.plain(node, path);
    const before = { nodes: this.nodes, aliases: this.aliases };
    this.open.add(anchor);
    const value = this.plain(node, path);
    this.open.delete(anchor);
    this.anchors.set(anchor, { value, nodes: this.nodes - before.nodes + 1, aliases: this.aliases - before.aliases });
    return value;
  }

  private plain(node: Node, path: (string | number)[]): unknown {
    if (isMap(node)) return this.mapping(node, path);
    if (isSeq(node)) {
      return node.items.map((item, index) => {
        path.push(index);
        const value = this.value(item as Node | null, path);
        path.pop();
        return value;
      });
    }
    return isScalar(node) ? this.scalar(node, path) : null;
  }

  private scalar(node: Scalar, path: Path): unknown {
    const { value } = node;
    if (typeof value === 'string') {
      if (!this.raw && hasForbiddenCharacter(value)) this.report(node, 'control-character-escaped', {});
      return value;
    }
    if (typeof value === 'number' || typeof value === 'boolean') {
      return this.asWritten(path) ? (node.source ?? String(value)) : value;
    }
    return value ?? null;
  }

  private mapping(node: YAMLMap, path: (string | number)[]): Record<string, unknown> {
    const result: Record<string, unknown> = Object.create(null);
    const seen = new Map<string, number>();
    for (const { key, value } of node.items) {
      const name = keyText(key);
      const offset = (key as Node | null)?.range?.[0] ?? node.range?.[0] ?? 0;
      if (name === null || name === '__proto__') {
        this.findings.push({ offset, code: 'key-not-text', params: {} });
        continue;
      }
      const first = seen.get(name);
      if (first !== undefined) {
        this.findings.push({ offset, code: 'key-twice', params: { key: name, firstOffset: String(first) } });
        continue;
      }
      seen.set(name, offset);
      path.push(name);
      result[name] = this.value(value as Node | null, path);
      path.pop();
    }
    return result;
  }

  private alias(name: string, offset: number): unknown {
    const anchored = this.anchors.get(name);
    if (anchored === undefined) {
      const code = this.open.has(name) ? 'yaml-alias-loop' : 'yaml-alias-unknown';
      this.findings.push({ offset, code, params: { name } });
      return null;
    }
    this.aliases += anchored.aliases + 1;
    this.nodes += anchored.nodes;
    this.expanded += anchored.nodes;
    if (this.aliases <= limits.yamlAliases && this.expanded <= limits.yamlAliasNodes) return anchored.value;
    if (!this.bombReported)
      this.findings.push({ offset, code: 'yaml-bomb', params: { most: String(limits.yamlAliases) } });
    this.bombReported = true;
    return null;
  }

  private report(node: Node, code: string, params: Record<string, string>): void {
    this.findings.push({ offset: node.range?.[0] ?? 0, code, params });
  }
}
