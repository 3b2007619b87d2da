import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSessionSigner, signatureHolds } from '../../../electron/engine/journal/digest.ts';

describe('a signature', () => {
  it('that held before holds again, and says nothing of another text, key or signature', () => {
    const [one, other] = [createSessionSigner(), createSessionSigner()];
    const sig = one.sign(Buffer.from('yes'));
    for (const _time of [1, 2]) {
      expect(signatureHolds(one.publicKey, 'yes', sig)).toBe(true);
      expect(signatureHolds(one.publicKey, 'yes.', sig)).toBe(false);
      expect(signatureHolds(other.publicKey, 'yes', sig)).toBe(false);
      expect(signatureHolds(one.publicKey, 'yes', other.sign(Buffer.from('yes')))).toBe(false);
      expect(signatureHolds(one.publicKey + sig.slice(0, 4), 'yes', sig.slice(4))).toBe(false);
      expect(signatureHolds(one.publicKey, '', `${sig}yes`)).toBe(false);
    }
  });

  const neutral = Buffer.alloc(32);
  neutral[0] = 1;
  const anything = Buffer.concat([neutral, Buffer.alloc(32)]);

  it('proves nothing under a key of small order, for which one signature holds for every text', () => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: neutral.toString('base64url') };
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    // What OpenSSL itself says: this is why the key has to be refused.
    expect(['one', 'another'].map((text) => verify(null, Buffer.from(text), key, anything))).toEqual([true, true]);
    expect(signatureHolds(neutral.toString('base64'), 'one', anything.toString('base64'))).toBe(false);
    neutral[31] = 0x80;
    expect(signatureHolds(neutral.toString('base64'), 'one', anything.toString('base64'))).toBe(false);
  });
});
