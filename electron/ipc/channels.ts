/**
 * The only three channel names on the wire between preload and main. Everything a screen may ask travels on the
 * first as `(name, payload)`; `shared/contract/ipc.ts` lists the names. No zod here: the preload bundles this file.
 */
export const channels = {
  /** Screen → main, answered with an `Envelope`. */
  request: 'countersign:request',
  /** Main → screen: `(name, payload)`. */
  push: 'countersign:push',
  /** Preload → main after the listeners of a `run:output` push ran: `(characters)`. Lets the feed see a slow screen. */
  outputShown: 'countersign:output-shown',
} as const;

/** Why the router turned a request away, or that its handler broke. */
export type RejectionCode = 'bad-sender' | 'unknown-request' | 'bad-payload' | 'handler-broke';

/** What travels back: errors as data, because Electron strips everything but the message from thrown ones. */
export type Envelope<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: RejectionCode; readonly message: string };
