import type { Person } from '../contract/events.ts';
import { canonicalJson } from '../journal/canonical.ts';
import { fromBase64, toBase64, utf8Bytes, utf8Text } from './base64.ts';
import type { Cryptography } from './proof.ts';
import { statementHash } from './statements.ts';

/**
 * A person's card: what they send beforehand, by any way, so that their key is known when they join. The text is
 * `countersign-person:1:` and base64url (no padding) of the canonical JSON of `{name, contact, publicKey, signature}`.
 * The signature, by that key, makes a mistyped or altered card fail; whose card it is, only the fingerprint tells,
 * compared over another way.
 */
export interface Card {
  readonly person: Person;
  /** Ed25519 (base64) over the hash of `cardStatement`. */
  readonly signature: string;
}

const heading = 'countersign-person:1:';

/** The longest name or contact. */
const longest = 255;

/** What the card's signature says. */
export function cardStatement({ name, contact, publicKey }: Person): object {
  return { format: 'countersign-person-1', name, contact, publicKey };
}

/** The card as text. */
export function writeCard({ person, signature }: Card): string {
  const { name, contact, publicKey } = person;
  return heading + toBase64(utf8Bytes(canonicalJson({ name, contact, publicKey, signature })), 'base64url');
}

/**
 * The card in a text, or null where it is none. White space is passed over: mails break long lines. The signature is
 * not looked at; see `cardHolds`.
 */
export function readCard(text: string): Card | null {
  const whole = text.replaceAll(/\s/gu, '');
  if (!whole.startsWith(heading)) return null;
  const bytes = fromBase64(whole.slice(heading.length), 'base64url');
  const json = bytes === null ? null : utf8Text(bytes);
  if (json === null) return null;
  try {
    const card = cardOf(JSON.parse(json));
    // One card, one spelling: nothing may be hidden beside what is read.
    return card !== null && writeCard(card) === whole ? card : null;
  } catch {
    return null;
  }
}

/** True when the card was signed by the key it names. */
export function cardHolds({ person, signature }: Card, { sha256, signatureHolds }: Cryptography): boolean {
  return signatureHolds(person.publicKey, statementHash(cardStatement(person), sha256), signature);
}

function cardOf(value: unknown): Card | null {
  if (typeof value !== 'object' || value === null) return null;
  const { name, contact, publicKey, signature } = value as Readonly<Record<string, unknown>>;
  if (!isPlain(name) || name === '' || !isPlain(contact)) return null;
  if (!isBase64(publicKey, 32) || !isBase64(signature, 64)) return null;
  return { person: { name, contact, publicKey }, signature };
}

function isPlain(value: unknown): value is string {
  return typeof value === 'string' && value.length <= longest && plainWords(value) === value;
}

function isBase64(value: unknown, bytes: number): value is string {
  if (typeof value !== 'string') return false;
  return value.length === Math.ceil(bytes / 3) * 4 && fromBase64(value.replace(/=+$/, ''), 'base64')?.length === bytes;
}

/** Control characters, line ends, halves of pairs, and what turns the direction of writing: none belongs in a name. */
const unplain = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/** A name as it may stand on a screen beside a fingerprint: one line, in the order it is read. */
export function plainWords(text: string): string {
  return text.replaceAll(unplain, ' ').trim();
}
