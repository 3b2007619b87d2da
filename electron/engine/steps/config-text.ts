import { TextDecoder } from 'node:util';
import type { ConfigFormat } from '../../../shared/config/format.ts';
import type { configEncodings } from '../../../shared/steps/actions/config.ts';

export type ConfigEncoding = (typeof configEncodings)[number];

/** A file's text, or the first line whose bytes are not in its encoding. */
export type DecodedConfig =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly line: number };

/** Turns bytes into text without ever replacing what does not fit. */
export function decodeConfig(bytes: Buffer, format: ConfigFormat, encoding: ConfigEncoding): DecodedConfig {
  if (encoding === 'iso-8859-1') return { ok: true, text: bytes.toString('latin1') };
  const whole = decode(bytes, encoding);
  if (whole !== null) return { ok: true, text: whole };
  if (format === 'manifest') {
    // Its lines are cut after 72 bytes, even in the middle of a character.
    const joined = decode(Buffer.from(bytes.toString('latin1').replaceAll(/\r?\n /g, ''), 'latin1'), encoding);
    if (joined !== null) return { ok: true, text: joined };
  }
  return { ok: false, line: firstBadLine(bytes, encoding) };
}

function decode(bytes: Buffer, encoding: ConfigEncoding): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** 1-based; halves the file, for a prefix of whole lines is either sound or not. */
function firstBadLine(bytes: Buffer, encoding: ConfigEncoding): number {
  const ends: number[] = [];
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) ends.push(at + 1);
  let sound = 0;
  for (let bad = ends.length; sound < bad; ) {
    const middle = (sound + bad) >> 1;
    if (decode(bytes.subarray(0, ends[middle]), encoding) === null) bad = middle;
    else sound = middle + 1;
  }
  return sound + 1;
}
