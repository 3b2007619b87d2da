/** What a place needs to know of a journal's line. */
export interface RecordLine {
  /** The line as it stands in the journal, without its newline. */
  readonly bytes: Buffer;
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly actor: { readonly kind: string; readonly name: string };
  readonly prev: string;
  readonly hash: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Reads a line as it claims itself; null when it is none. Its hash is the verifier's business. */
export function recordLine(bytes: Buffer): RecordLine | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
  if (!isObject(parsed) || !isObject(parsed['actor']) || !isObject(parsed['data'])) return null;
  const { seq, at, type, prev, hash, data } = parsed;
  const { kind, name } = parsed['actor'];
  if (typeof seq !== 'number' || typeof at !== 'string' || typeof type !== 'string') return null;
  if (typeof prev !== 'string' || typeof hash !== 'string' || typeof kind !== 'string' || typeof name !== 'string')
    return null;
  return { bytes, seq, at, type, actor: { kind, name }, prev, hash, data: data as RecordLine['data'] };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
