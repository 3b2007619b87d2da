import type { Difference } from './compare.ts';

/** Characters of a finding's id. */
const longestId = 100;

/**
 * Names a difference, the same in every attempt: what it is and the key. A key too long for an id is cut and made
 * its own again by a hash of all of it.
 */
export function differenceId({ what, key }: Difference): string {
  const whole = `${what}:${key}`;
  if (whole.length <= longestId && !/\p{Surrogate}/u.test(whole)) return whole;
  const hash = hashOf(key);
  const cut = whole.slice(0, longestId - hash.length - 1).replaceAll(/\p{Surrogate}/gu, '');
  return `${cut}#${hash}`;
}

/** A sign for what became of a key, the same in every language. */
export const differenceSigns = { missing: '−', added: '+', changed: '≠' } as const;

/** What was and what is, in one line: `100 → 106`. */
export function differenceWords({ what, before, after }: Difference): string {
  if (what === 'missing') return `${before ?? '✓'} → –`;
  if (what === 'added') return `– → ${after ?? '✓'}`;
  return `${before} → ${after}`;
}

/** FNV-1a over the code units, twice with different seeds: 64 bits to tell keys apart, not to protect anything. */
function hashOf(text: string): string {
  let low = 0x81_1c_9d_c5;
  let high = 0x01_00_01_93;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01_00_01_93);
    high = Math.imul(high ^ unit, 0x85_eb_ca_6b);
  }
  return [low, high].map((part) => (part >>> 0).toString(16).padStart(8, '0')).join('');
}
