import { isAscii } from 'node:buffer';

/** True for a byte that goes on a character (10xxxxxx). */
const goesOn = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** At most `bytes` from the beginning of valid UTF-8, never ending in the middle of a character. */
export function wholeCharacters(text: Buffer, bytes: number): Buffer {
  let end = Math.min(bytes, text.length);
  while (end > 0 && goesOn(text[end])) end -= 1;
  return text.subarray(0, end);
}

/** About the last `bytes` of valid UTF-8, never beginning in the middle of a character. */
export function lastCharacters(text: Buffer, bytes: number): Buffer {
  let from = Math.max(0, text.length - bytes);
  while (goesOn(text[from])) from += 1;
  return text.subarray(from);
}

/** How many UTF-16 units the text has, as strings count. */
export function units(text: Buffer): number {
  return isAscii(text) ? text.length : text.toString('utf8').length;
}
