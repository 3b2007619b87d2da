import { isUtf8 } from 'node:buffer';

const loose = new TextDecoder('utf-8', { ignoreBOM: true });

/** How many bytes a UTF-8 sequence that begins with `lead` has; 0 when nothing may begin with it. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/** The second byte's range shuts out overlong forms, surrogates and what lies beyond U+10FFFF (RFC 3629). */
function secondFits(lead: number, second: number): boolean {
  if (lead === 0xe0) return second >= 0xa0 && second <= 0xbf;
  if (lead === 0xed) return second >= 0x80 && second <= 0x9f;
  if (lead === 0xf0) return second >= 0x90 && second <= 0xbf;
  if (lead === 0xf4) return second >= 0x80 && second <= 0x8f;
  return second >= 0x80 && second <= 0xbf;
}

interface Scan {
  /** Bytes that no character can be made of. */
  readonly bad: number;
  /** Where a character begins that the next chunk may finish; the length when there is none. */
  readonly end: number;
}

function scan(bytes: Buffer): Scan {
  let bad = 0;
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at] as number;
    const length = sequenceLength(lead);
    let good = length === 0 ? 0 : 1;
    while (good > 0 && good < length && at + good < bytes.length) {
      const next = bytes[at + good] as number;
      if (good === 1 ? !secondFits(lead, next) : next < 0x80 || next > 0xbf) break;
      good += 1;
    }
    if (good === length && length > 0) at += length;
    else if (at + good >= bytes.length && good > 0) return { bad, end: at };
    else {
      bad += Math.max(1, good);
      at += Math.max(1, good);
    }
  }
  return { bad, end: bytes.length };
}

/**
 * Bytes to UTF-8 text, which stays bytes: characters are never split between chunks; what is not UTF-8 becomes U+FFFD
 * and is counted.
 */
export class Decoder {
  private carry: Buffer = Buffer.alloc(0);
  /** Bytes that stand as U+FFFD so far. */
  undecodable = 0;

  write(chunk: Buffer): Buffer {
    const bytes = this.carry.length === 0 ? chunk : Buffer.concat([this.carry, chunk]);
    if (isUtf8(bytes)) {
      if (this.carry.length > 0) this.carry = Buffer.alloc(0);
      return bytes;
    }
    const { bad, end } = scan(bytes);
    this.undecodable += bad;
    this.carry = Buffer.from(bytes.subarray(end));
    return Buffer.from(loose.decode(bytes.subarray(0, end)));
  }

  /** The rest: a character that was never finished. */
  end(): Buffer {
    const rest = this.carry;
    this.carry = Buffer.alloc(0);
    this.undecodable += rest.length;
    return Buffer.from(loose.decode(rest));
  }
}
