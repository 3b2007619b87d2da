import { createHash } from 'node:crypto';
import { fingerprintText } from '../../../shared/people/fingerprint.ts';

/** The fingerprint (`SHA256:…`) of a raw Ed25519 public key in base64. */
export function fingerprintOf(publicKey: string): string {
  return fingerprintText(createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest());
}
