/**
 * 64 bits over a text as 16 hex digits (two 32-bit rounds with the finaliser of MurmurHash3). Names a group of log
 * lines; it protects nothing, so it needs no cryptography, which shared code does not have.
 */
export function textDigest(text: string): string {
  return half(text, 0x9747b28c) + half(text, 0x2f0b4c47);
}

function half(text: string, seed: number): string {
  let hash = seed ^ text.length;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0).toString(16).padStart(8, '0');
}
