import { toBase64 } from './base64.ts';

/**
 * How people compare a key by telephone, written as `ssh-keygen -l` does: `SHA256:` and base64 without padding.
 * `digest` is the SHA-256 (32 bytes) of the raw public key; pure code is given it.
 */
export function fingerprintText(digest: Uint8Array): string {
  return `SHA256:${toBase64(digest, 'base64')}`;
}
