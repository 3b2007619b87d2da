import { z } from 'zod';
import { personSchema } from '../../../shared/contract/events.ts';
import { canonicalJson } from '../../../shared/journal/canonical.ts';
import { cardHolds } from '../../../shared/people/card.ts';
import { sha256Text, signatureHolds } from '../journal/digest.ts';

const base64 = z.string().min(1).max(4_000);

/** How the private key lies in the file: under the system's keyring, or under a passphrase (see passphrase-seal.ts). */
const protectionSchema = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('keyring'), sealed: base64 }),
  z.strictObject({ by: z.literal('passphrase'), salt: base64, nonce: base64, sealed: base64 }),
]);
export type Protection = z.infer<typeof protectionSchema>;

const publicPartSchema = z.strictObject({
  format: z.literal('countersign-identity-1'),
  ...personSchema.shape,
  createdAt: z.iso.datetime({ precision: 3 }),
  /** The signature on the person's card, so that the card can be shown while the key is locked. */
  card: z.string().length(88),
});
/** What of an identity is no secret. The seal on the private key binds it. */
export type PublicPart = z.infer<typeof publicPartSchema>;

const fileSchema = z.strictObject({
  ...publicPartSchema.shape,
  protection: protectionSchema,
  /** SHA-256 of the canonical JSON of all the rest: tells a damaged file from a wrong passphrase. */
  sum: z.string().length(64),
});

export interface IdentityFile {
  readonly publicPart: PublicPart;
  readonly protection: Protection;
}

/** The file's text: canonical JSON, so that no byte of it is free. */
export function writeIdentityFile({ publicPart, protection }: IdentityFile): string {
  const body = { ...publicPart, protection };
  return `${canonicalJson({ ...body, sum: sha256Text(canonicalJson(body)) })}\n`;
}

/** Reads the file; null when a single byte of it is not as it was written. */
export function readIdentityFile(text: string): IdentityFile | null {
  const file = fileSchema.safeParse(parsed(text));
  if (!file.success) return null;
  const { sum: _, protection, ...publicPart } = file.data;
  const whole: IdentityFile = { publicPart, protection };
  if (writeIdentityFile(whole) !== text) return null;
  const card = { person: personOf(publicPart), signature: publicPart.card };
  return cardHolds(card, { sha256: sha256Text, signatureHolds }) ? whole : null;
}

/** The person of a public part. */
export function personOf({ name, contact, publicKey }: PublicPart) {
  return { name, contact, publicKey };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
