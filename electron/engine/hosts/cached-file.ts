import { readFileSync, statSync } from 'node:fs';

/**
 * Reads and parses small text files again only when they have changed on disk (inode, size, modification time):
 * hundreds of hosts ask the same few files. A missing file is `empty`; every other error is thrown.
 */
export function cachedFile<T>(parse: (text: string, path: string) => T, empty: T): (path: string) => T {
  const known = new Map<string, { readonly state: string; readonly value: T }>();
  return (path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined || stat.isDirectory()) return empty;
    const state = `${stat.ino}:${stat.size}:${stat.mtimeMs}`;
    const before = known.get(path);
    if (before?.state === state) return before.value;
    const value = parse(readFileSync(path, 'utf8'), path);
    known.set(path, { state, value });
    return value;
  };
}
