/** base64url (RFC 4648, section 5, without padding) of ASCII text: neither Node's nor the browser's globals are here. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Encodes text whose every character is below U+0080; throws for any other. */
export function encodeAscii(text: string): string {
  let encoded = '';
  for (let at = 0; at < text.length; at += 3) {
    const codes = [0, 1, 2].map((next) => text.charCodeAt(at + next));
    if (codes.some((code) => code > 0x7f)) throw new RangeError('Only ASCII can be encoded here.');
    const [first = 0, second = 0, third = 0] = codes.map((code) => (Number.isNaN(code) ? 0 : code));
    const bits = (first << 16) | (second << 8) | third;
    const letters = [18, 12, 6, 0].map((shift) => alphabet.charAt((bits >> shift) & 63)).join('');
    encoded += letters.slice(0, Math.min(4, text.length - at + 1));
  }
  return encoded;
}

/** Decodes the one right spelling of ASCII text; null for anything else. */
export function decodeAscii(encoded: string): string | null {
  let text = '';
  for (let at = 0; at < encoded.length; at += 4) {
    const values = Array.from(encoded.slice(at, at + 4), (letter) => alphabet.indexOf(letter));
    if (values.includes(-1)) return null;
    const [first = 0, second = 0, third = 0, fourth = 0] = values;
    const bits = (first << 18) | (second << 12) | (third << 6) | fourth;
    const codes = [16, 8, 0].map((shift) => (bits >> shift) & 0xff).slice(0, values.length - 1);
    text += String.fromCharCode(...codes);
  }
  if (/[^\0-\x7f]/.test(text)) return null;
  return encodeAscii(text) === encoded ? text : null;
}
