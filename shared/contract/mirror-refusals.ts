/** Why somebody who wants to follow a run is turned away; each has a sentence in both languages (`shared/text/*\/people.ts`). */
export const mirrorRefusals = [
  /** Not our protocol, or a frame that does not fit its schema or its limits. */
  'malformed',
  'protocol-version',
  'token-unknown',
  'token-expired',
  'token-used',
  /** The proof of the key does not hold for this connection. */
  'proof-wrong',
  /** The key was never admitted to this run, or is no longer. */
  'not-admitted',
  /** Their copy of the history is not ours. */
  'history-differs',
  'too-many',
  'handshake-timeout',
] as const;
export type MirrorRefusal = (typeof mirrorRefusals)[number];
