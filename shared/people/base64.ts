/**
 * Base64 (RFC 4648) for code that has neither Node nor a browser: short texts and keys, not files.
 */

const common = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const alphabets = { base64: `${common}+/`, base64url: `${common}-_` } as const;
export type Base64Alphabet = keyof typeof alphabets;

/** The bytes as base64 without padding. */
export function toBase64(bytes: Uint8Array, alphabet: Base64Alphabet): string {
  const letters = alphabets[alphabet];
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += letters[(held >> bits) & 63];
    }
  }
  return bits === 0 ? text : text + letters[(held << (6 - bits)) & 63];
}

/** The bytes of base64 without padding, or null unless it is the one right spelling of them. */
export function fromBase64(text: string, alphabet: Base64Alphabet): Uint8Array | null {
  const letters = alphabets[alphabet];
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const letter of text) {
    const value = letters.indexOf(letter);
    if (value === -1) return null;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at] = (held >> bits) & 255;
      at += 1;
    }
  }
  // What is left over must be less than a letter, and nothing.
  return bits < 6 && (held & ((1 << bits) - 1)) === 0 ? bytes : null;
}

/** A text's UTF-8 bytes. Throws for half a surrogate pair, which has none. */
export function utf8Bytes(text: string): Uint8Array {
  const escaped = encodeURIComponent(text);
  const bytes: number[] = [];
  for (let at = 0; at < escaped.length; at += 1) {
    if (escaped[at] === '%') {
      bytes.push(Number.parseInt(escaped.slice(at + 1, at + 3), 16));
      at += 2;
    } else {
      bytes.push(escaped.charCodeAt(at));
    }
  }
  return Uint8Array.from(bytes);
}

/** The text of UTF-8 bytes, or null where they are not UTF-8. */
export function utf8Text(bytes: Uint8Array): string | null {
  let escaped = '';
  for (const byte of bytes) escaped += `%${byte.toString(16).padStart(2, '0')}`;
  try {
    return decodeURIComponent(escaped);
  } catch {
    return null;
  }
}
