import { createPublicKey, generateKeyPairSync, hash, type KeyObject, sign, verify } from 'node:crypto';
import type { Sha256 } from '../../../shared/journal/chain.ts';

/** SHA-256 of a text's UTF-8 bytes in hex, as the chain uses it. */
export const sha256Text: Sha256 = (text) => hash('sha256', text, 'hex');

/** Signs a session's human acts and checkpoints. The private key never leaves memory and dies with the process. */
export interface SessionSigner {
  /** Raw Ed25519 public key (32 bytes), base64, for `session-opened`. */
  readonly publicKey: string;
  /** Ed25519 signature (64 bytes), base64. */
  sign(data: Buffer): string;
}

/** A fresh key for one session. */
export function createSessionSigner(): SessionSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'jwk' }).x ?? '';
  return {
    publicKey: Buffer.from(raw, 'base64url').toString('base64'),
    sign: (data) => sign(null, data, privateKey).toString('base64'),
  };
}

/** Decodes base64 only if it is the one right spelling of exactly `length` bytes, so that no byte of it is free. */
function exactBase64(text: string, length: number): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === length && bytes.toString('base64') === text ? bytes : null;
}

/**
 * Points of small order, without the sign bit (RFC 8032, the list of libsodium's `ge25519_has_small_order`): under
 * such a "key" one signature holds for every text, so it proves nothing.
 */
const smallOrder: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);

function isWeak(raw: Buffer): boolean {
  const point = Buffer.from(raw);
  point[31] = (point[31] ?? 0) & 0x7f;
  return smallOrder.has(point.toString('hex'));
}

/** Keys as Node knows them: making one costs as much as a signature, and a run has few of them. */
const keys = new Map<string, KeyObject>();
const KEYS = 100;

function publicKeyOf(base64: string): KeyObject | null {
  const known = keys.get(base64);
  if (known !== undefined) return known;
  const raw = exactBase64(base64, 32);
  if (raw === null || isWeak(raw)) return null;
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' });
  if (keys.size >= KEYS) keys.clear();
  keys.set(base64, key);
  return key;
}

/**
 * Signatures that hold, as they were asked for. The same ones are met again and again: a receipt in the run's folder and
 * in the checker's own file, a run whose badge is found anew after a note was added; each costs a tenth of a millisecond.
 */
const held = new Set<string>();
/** About a megabyte. */
const HELD = 4_000;

/** True when `sig` (base64) is the signature of `data` (ASCII) by the raw Ed25519 `publicKey` (base64). */
export function signatureHolds(publicKey: string, data: string, sig: string): boolean {
  // Key and signature have one length each where they hold at all, so no other three texts are written like these.
  const asked = `${publicKey}${sig}${data}`;
  if (publicKey.length === 44 && sig.length === 88 && held.has(asked)) return true;
  const signature = exactBase64(sig, 64);
  const key = publicKeyOf(publicKey);
  const holds = signature !== null && key !== null && verify(null, Buffer.from(data, 'ascii'), key, signature);
  if (!holds) return false;
  if (held.size >= HELD) held.clear();
  held.add(asked);
  return true;
}
