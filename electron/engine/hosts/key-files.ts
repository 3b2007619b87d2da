import { readFileSync } from 'node:fs';
import ssh2, { type ParsedKey } from 'ssh2';
import type { Prompter, SecretStore } from '../ports.ts';
import { oneAtATime } from './semaphore.ts';

/** Why a key file gave no key. `missing` is silent: default names need not exist. */
export type KeyProblem = 'missing' | 'unreadable' | 'no-passphrase' | 'wrong-passphrase';
export type KeyResult<T> =
  | { readonly ok: true; readonly key: T }
  | { readonly ok: false; readonly problem: KeyProblem; readonly cause: string };

/** Runs `work` while nothing else waits for us: the connect timeout stands still. */
export type WhileAsking = <T>(work: () => Promise<T>) => Promise<T>;

/** Private keys on disk, opened once for the life of a run; a passphrase is asked for at most once a key. */
export interface KeyFiles {
  /** The public half, without a passphrase where the format or a `.pub` file allows; `ok` with null when it does not. */
  publicHalf(path: string): KeyResult<ParsedKey | null>;
  /** The private key; asks for its passphrase (three tries) when it has one. */
  open(path: string, host: string, whileAsking: WhileAsking): Promise<KeyResult<ParsedKey>>;
}

const passphraseTries = 3;

export function keyFiles(prompter: Prompter, secrets: SecretStore): KeyFiles {
  const opened = new Map<string, ParsedKey>();
  const inTurn = oneAtATime();

  /** Without a person: null when the passphrase has to be asked for. */
  const openQuietly = (path: string): KeyResult<ParsedKey> | null => {
    const known = opened.get(path);
    if (known !== undefined) return { ok: true, key: known };
    const file = readKey(path);
    if (!file.ok) return file;
    let parsed = parsePrivate(file.key, undefined);
    const locked = parsed instanceof Error && /passphrase/i.test(parsed.message);
    const kept = secrets.known(slot(path));
    if (locked && kept !== null) parsed = parsePrivate(file.key, kept);
    if (!(parsed instanceof Error)) {
      opened.set(path, parsed);
      return { ok: true, key: parsed };
    }
    return locked ? null : { ok: false, problem: 'unreadable', cause: parsed.message };
  };

  const unlock = async (path: string, host: string): Promise<KeyResult<ParsedKey>> => {
    for (let tries = 1; tries <= passphraseTries; tries++) {
      const quiet = openQuietly(path);
      if (quiet !== null) return quiet;
      secrets.forget(slot(path));
      const answer = await prompter.ask({
        kind: 'passphrase',
        host,
        params: { file: path, try: String(tries) },
        fields: [{ label: '', secret: true }],
      });
      const passphrase = answer?.[0];
      if (passphrase === undefined) return { ok: false, problem: 'no-passphrase', cause: 'no passphrase was given' };
      secrets.remember(slot(path), passphrase);
    }
    const last = openQuietly(path);
    if (last === null) secrets.forget(slot(path));
    return last ?? { ok: false, problem: 'wrong-passphrase', cause: `${passphraseTries} wrong passphrases` };
  };

  return {
    open: async (path, host, whileAsking) =>
      openQuietly(path) ?? (await whileAsking(() => inTurn(path, () => unlock(path, host)))),
    publicHalf: (path) => {
      const known = opened.get(path);
      if (known !== undefined) return { ok: true, key: known };
      const file = readKey(path);
      if (!file.ok) return file;
      const inside = publicPartOf(file.key);
      if (inside !== null) return { ok: true, key: inside };
      const beside = readKey(`${path}.pub`);
      return { ok: true, key: beside.ok ? parsedOrNull(beside.key) : null };
    },
  };
}

function slot(path: string): string {
  return `passphrase ${path}`;
}

function readKey(path: string): KeyResult<Buffer> {
  try {
    return { ok: true, key: readFileSync(path) };
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
    return { ok: false, problem: missing ? 'missing' : 'unreadable', cause: String(error) };
  }
}

/** ssh2 declares one key but gives a list for some formats, and an Error instead of throwing. */
function firstKey(parsed: unknown): ParsedKey | Error {
  const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  return first instanceof Error ? first : (first as ParsedKey);
}

function parsePrivate(text: Buffer, passphrase: string | undefined): ParsedKey | Error {
  const key = firstKey(ssh2.utils.parseKey(text, passphrase));
  if (key instanceof Error || key.isPrivateKey()) return key;
  return new Error('this is a public key, not a private one');
}

function parsedOrNull(data: Buffer): ParsedKey | null {
  const key = firstKey(ssh2.utils.parseKey(data));
  return key instanceof Error ? null : key;
}

/** The public key that OpenSSH's own format (PROTOCOL.key) keeps in clear beside the encrypted private one. */
function publicPartOf(text: Buffer): ParsedKey | null {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/.exec(text.toString('latin1'))?.[1];
  if (body === undefined) return null;
  const data = Buffer.from(body, 'base64');
  const magic = 'openssh-key-v1\0';
  if (data.toString('latin1', 0, magic.length) !== magic) return null;
  let at = magic.length;
  const next = (): Buffer | null => {
    if (at + 4 > data.length) return null;
    const end = at + 4 + data.readUInt32BE(at);
    const value = data.subarray(at + 4, end);
    at = end;
    return end <= data.length ? value : null;
  };
  // Cipher, key derivation and its options; then the number of keys (always 1), then the public key.
  if (next() === null || next() === null || next() === null) return null;
  at += 4;
  const wire = next();
  return wire === null ? null : parsedOrNull(wire);
}
