import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';

/**
 * A secret under a passphrase: scrypt (RFC 7914; about half a second and 128 MiB a guess) gives the key for
 * AES-256-GCM, which also binds what stands beside the secret in the clear.
 */
export interface PassphraseSeal {
  /** 16 bytes, base64. */
  readonly salt: string;
  /** 12 bytes, base64; used once, for the key is made anew with every salt. */
  readonly nonce: string;
  /** Ciphertext and the 16 bytes of the tag, base64. */
  readonly sealed: string;
}

const cost = { N: 2 ** 17, r: 8, p: 1 } as const;
const cipher = 'aes-256-gcm';
const tagBytes = 16;
/** scrypt wants 128·N·r bytes and a little; Node's own ceiling is 32 MiB. */
const maxmem = 160 * 1024 * 1024;

/** The same words must give the same key whichever keyboard composed them. Runs beside the event loop. */
function derive(passphrase: string, salt: Buffer): Promise<Buffer> {
  const words = Buffer.from(passphrase.normalize('NFC'), 'utf8');
  return new Promise((resolve, reject) => {
    scrypt(words, salt, 32, { ...cost, maxmem }, (error, key) => {
      words.fill(0);
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

/** Seals `secret`; `beside` is bound to it and needed again to open it. */
export async function sealWith(passphrase: string, secret: Buffer, beside: string): Promise<PassphraseSeal> {
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const key = await derive(passphrase, salt);
  const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes });
  sealing.setAAD(Buffer.from(beside, 'utf8'));
  const sealed = Buffer.concat([sealing.update(secret), sealing.final(), sealing.getAuthTag()]);
  key.fill(0);
  return { salt: salt.toString('base64'), nonce: nonce.toString('base64'), sealed: sealed.toString('base64') };
}

/** The secret, or null where passphrase, seal or `beside` is not what it was sealed with. */
export async function openWith(passphrase: string, seal: PassphraseSeal, beside: string): Promise<Buffer | null> {
  const sealed = Buffer.from(seal.sealed, 'base64');
  const key = await derive(passphrase, Buffer.from(seal.salt, 'base64'));
  try {
    const opening = createDecipheriv(cipher, key, Buffer.from(seal.nonce, 'base64'), { authTagLength: tagBytes });
    opening.setAAD(Buffer.from(beside, 'utf8'));
    opening.setAuthTag(sealed.subarray(-tagBytes));
    return Buffer.concat([opening.update(sealed.subarray(0, -tagBytes)), opening.final()]);
  } catch {
    return null;
  } finally {
    key.fill(0);
  }
}
