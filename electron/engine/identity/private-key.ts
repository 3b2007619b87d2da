import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';

/** How PKCS #8 (RFC 8410) wraps the 32 bytes of an Ed25519 private key. */
const wrapping = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The 32 bytes that a key is made of. Whoever has them is the person: wipe them when done. */
export const seedBytes = 32;

/** A person's key, ready to sign. The bytes stay inside. */
export interface PrivateKey {
  /** Raw Ed25519 public key (32 bytes), base64. */
  readonly publicKey: string;
  /** Ed25519 signature (base64) over the ASCII characters of a SHA-256 in hex; anything else is not signed. */
  sign(hash: string): string;
}

/** Fresh bytes for a key, from the system's generator. */
export function createSeed(): Buffer {
  return randomBytes(seedBytes);
}

/** The key of these 32 bytes; the buffer may be wiped afterwards. */
export function keyFromSeed(seed: Buffer): PrivateKey {
  const wrapped = Buffer.concat([wrapping, seed]);
  const key: KeyObject = createPrivateKey({ key: wrapped, format: 'der', type: 'pkcs8' });
  wrapped.fill(0);
  const raw = createPublicKey(key).export({ format: 'jwk' }).x ?? '';
  return {
    publicKey: Buffer.from(raw, 'base64url').toString('base64'),
    sign: (hash) => {
      if (!/^[0-9a-f]{64}$/.test(hash)) throw new Error('A person signs hashes and nothing else.');
      return sign(null, Buffer.from(hash, 'ascii'), key).toString('base64');
    },
  };
}
