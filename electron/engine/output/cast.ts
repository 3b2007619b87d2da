/** asciicast v3: one JSON value a line; times are intervals in seconds. https://docs.asciinema.org/manual/asciicast/v3/ */

/** The size of the terminal that hosts are told of where a command gets one. */
export const TERMINAL = { cols: 80, rows: 24 } as const;

/** The longest text of one event, in bytes of UTF-8, so that no reader needs more than this at once. */
export const EVENT_BYTES = 65_536;
/** The longest line of one event: every byte written as `\\u00XX`, and what stands around it. */
export const LONGEST_LINE = EVENT_BYTES * 6 + 64;

/** The first line. `timestamp` is in whole seconds since 1970, as the format has it. */
export function castHeader(title: string, startedAt: Date): string {
  const timestamp = Math.floor(startedAt.getTime() / 1_000);
  return `${JSON.stringify({ version: 3, term: TERMINAL, timestamp, title })}\n`;
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(3);

/** The exit event, with the exit code as text. */
export function castExit(intervalMs: number, exitCode: number): string {
  return `[${seconds(intervalMs)},"x","${exitCode}"]\n`;
}

const backslash = 0x5c;
/**
 * What follows the backslash for a byte inside a JSON string (RFC 8259, 7): 0 for bytes that stand as they are, `u` for
 * control characters without a short escape.
 */
const escapes = new Uint8Array(256).fill('u'.charCodeAt(0), 0, 0x20);
for (const [index, character] of [...'\b\t\n\f\r"\\'].entries()) {
  escapes[character.charCodeAt(0)] = 'btnfr"\\'.charCodeAt(index);
}
const unicode = 'u'.charCodeAt(0);

/**
 * Writes one output event (`o`) into `line` from `at`, exactly as `JSON.stringify` would, and gives the place behind
 * it. A flood of output passes here, so it stays bytes: no string is made that the garbage collector has to clear away.
 * @param text UTF-8, whole characters, at most `EVENT_BYTES`; `line` has `LONGEST_LINE` bytes left.
 */
export function writeCastOutput(intervalMs: number, text: Buffer, line: Buffer, at: number): number {
  let end = at + line.write(`[${seconds(intervalMs)},"o","`, at, 'latin1');
  for (let index = 0; index < text.length; index += 1) {
    const byte = text[index] as number;
    const letter = escapes[byte] as number;
    if (letter === 0) {
      line[end++] = byte;
    } else if (letter === unicode) {
      end += line.write(`\\u${byte.toString(16).padStart(4, '0')}`, end, 'latin1');
    } else {
      line[end++] = backslash;
      line[end++] = letter;
    }
  }
  return end + line.write('"]\n', end, 'latin1');
}

/** An event line's parts, or null when the line is no event. `interval` is in seconds since the event before. */
export function parseCastEvent(
  line: string,
): { readonly interval: number; readonly code: string; readonly data: string } | null {
  try {
    const value: unknown = JSON.parse(line);
    if (!Array.isArray(value) || value.length !== 3) return null;
    const [interval, code, data] = value as readonly unknown[];
    return typeof interval === 'number' && typeof code === 'string' && typeof data === 'string'
      ? { interval, code, data }
      : null;
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
