/** Keys one file may hold; more than this is no configuration a person has to judge. */
export const mostEntries = 5_000;
/** Nesting of mappings, lists and elements. */
export const mostDepth = 100;

/** A value as text, in the file's own words where it has several (`3.10` stays `3.10`). */
export interface ConfigValue {
  readonly value: string;
  /** 1-based. */
  readonly line: number;
}

/** Everything a file says, by key; several values where a key stands several times, in the file's order. */
export type ConfigEntries = ReadonlyMap<string, readonly ConfigValue[]>;

/** A file read, or where and why it could not be; `reason` is technical English. */
export type ConfigReading =
  | { readonly ok: true; readonly entries: ConfigEntries }
  | { readonly ok: false; readonly line: number; readonly reason: string };

/** Why a reading cannot go on; thrown and caught within this folder. */
class Unreadable extends Error {
  readonly line: number;

  constructor(reason: string, line: number) {
    super(reason);
    this.line = line;
  }
}

/** Ends the reading at this line. */
export function unreadable(reason: string, line: number): never {
  throw new Unreadable(reason, line);
}

/** Collects what a reader finds. */
export type Put = (key: string, value: string, line: number) => void;

/** Lets a reader collect entries, and turns what it throws into data. */
export function collect(read: (put: Put) => void): ConfigReading {
  const entries = new Map<string, ConfigValue[]>();
  let count = 0;
  const put: Put = (key, value, line) => {
    count += 1;
    if (count > mostEntries) unreadable(`more than ${mostEntries} keys`, line);
    const standing = entries.get(key);
    if (standing === undefined) entries.set(key, [{ value, line }]);
    else standing.push({ value, line });
  };
  try {
    read(put);
    return { ok: true, entries };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, line: error.line, reason: error.message };
    throw error;
  }
}

/** Lines with their numbers, however they end; a byte order mark is no part of the first. */
export function linesOf(text: string): readonly string[] {
  return text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
}
