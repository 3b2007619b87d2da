/**
 * asciicast v3 to v2, for players that do not know v3 yet (Debian 12 has asciinema 2.2): times are counted from the
 * beginning instead of from the event before. https://docs.asciinema.org/manual/asciicast/v2/
 */

/** Takes a recording line by line; gives the line of the other format, or null where there is none. */
export type CastV2 = (line: string) => string | null;

/** A converter for one recording. Lines that are no events, comments and exit codes, which v2 does not know, go. */
export function createCastV2(): CastV2 {
  let headed = false;
  let ms = 0;
  return (line) => {
    const value = parsed(line);
    if (!headed) {
      const header = headerOf(value);
      headed = header !== null;
      return header;
    }
    if (!Array.isArray(value) || value.length !== 3) return null;
    const [interval, code, data] = value as readonly unknown[];
    if (typeof interval !== 'number' || typeof code !== 'string' || typeof data !== 'string') return null;
    ms += Math.max(0, Math.round(interval * 1_000));
    return code === 'x' ? null : JSON.stringify([ms / 1_000, code, data]);
  };
}

function headerOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== 3) return null;
  const { term, timestamp, title } = value as Readonly<Record<string, unknown>>;
  const { cols, rows } = (term ?? {}) as Readonly<Record<string, unknown>>;
  return JSON.stringify({ version: 2, width: cols ?? 80, height: rows ?? 24, timestamp, title });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
