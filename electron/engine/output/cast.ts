/** asciicast v3: one JSON value a line; times are intervals in seconds. https://docs.asciinema.org/manual/asciicast/v3/ */

/** The size of the terminal that hosts are told of where a command gets one. */
export const TERMINAL = { cols: 80, rows: 24 } as const;

/** The longest text of one event, in UTF-16 units, so that no reader needs more than this at once. */
export const EVENT_CHARS = 65_536;

/** The first line. `timestamp` is in whole seconds since 1970, as the format has it. */
export function castHeader(title: string, startedAt: Date): string {
  const timestamp = Math.floor(startedAt.getTime() / 1_000);
  return `${JSON.stringify({ version: 3, term: TERMINAL, timestamp, title })}\n`;
}

/** One output event (`o`) or the exit event (`x`, with the exit code as text). */
export function castEvent(intervalMs: number, code: 'o' | 'x', data: string): string {
  return `[${(intervalMs / 1_000).toFixed(3)},"${code}",${JSON.stringify(data)}]\n`;
}

/** An event line's parts, or null when the line is no event. */
export function parseCastEvent(line: string): { readonly code: string; readonly data: string } | null {
  try {
    const value: unknown = JSON.parse(line);
    if (!Array.isArray(value) || value.length !== 3) return null;
    const [interval, code, data] = value as readonly unknown[];
    return typeof interval === 'number' && typeof code === 'string' && typeof data === 'string' ? { code, data } : null;
  } catch {
    return null;
  }
}

/** True for a header line of asciicast v3. */
export function isCastHeader(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'version' in value && value.version === 3;
  } catch {
    return false;
  }
}
