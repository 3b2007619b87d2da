import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { IdentityView } from '../../../shared/contract/ipc/people.ts';
import { canonicalJson } from '../../../shared/journal/canonical.ts';
import { cardStatement, plainWords } from '../../../shared/people/card.ts';
import { statementHash } from '../../../shared/people/statements.ts';
import { sha256Text } from '../journal/digest.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type IdentityFile, type Protection, type PublicPart, personOf, readIdentityFile } from './identity-file.ts';
import { openWith, type PassphraseSeal, sealWith } from './passphrase-seal.ts';
import { readPrivate } from './private-file.ts';
import { createSeed, keyFromSeed, type PrivateKey, seedBytes } from './private-key.ts';
import type { Vault } from './vault.ts';

/** What is known of the person's key: its file, the key itself once it is unlocked, and what is wrong with either. */
export interface Held {
  readonly file: IdentityFile | null;
  readonly key: PrivateKey | null;
  readonly trouble: Failure | null;
}

/** What lies on disk; what the keyring keeps is unlocked at once. */
export function load(path: string, vault: Vault | null): Held {
  const nothing: Held = { file: null, key: null, trouble: null };
  let text: string | null;
  try {
    text = readPrivate(path);
  } catch (error) {
    return { ...nothing, trouble: failure('identity-damaged', { path }, error) };
  }
  if (text === null) return nothing;
  const file = readIdentityFile(text);
  if (file === null) return { ...nothing, trouble: failure('identity-damaged', { path }) };
  const { protection, publicPart } = file;
  if (protection.by === 'passphrase') return { ...nothing, file };
  try {
    if (vault === null) throw new Error('The system offers no keyring now.');
    const key = keyOf(vault.open(protection.sealed), publicPart);
    if (key === null) throw new Error('The keyring gave something else than this key.');
    return { ...nothing, file, key };
  } catch (error) {
    return { ...nothing, file, trouble: failure('identity-keyring', {}, error) };
  }
}

/** What screens may know of it. */
export function viewOf({ file, key }: Held): IdentityView | null {
  if (file === null) return null;
  const person = personOf(file.publicPart);
  const fingerprint = fingerprintOf(person.publicKey);
  return { ...person, fingerprint, protection: file.protection.by, locked: key === null };
}

export interface NewIdentity {
  readonly name: string;
  readonly contact: string;
  /** Null leaves the key to the keyring. */
  readonly passphrase: string | null;
}

/**
 * A fresh key with the file that will hold it. Throws where the name has nothing to show, or the keyring does not seal.
 */
export async function makeKey(
  { name, contact, passphrase }: NewIdentity,
  createdAt: string,
  vault: Vault | null,
): Promise<{ readonly file: IdentityFile; readonly key: PrivateKey }> {
  const seed = createSeed();
  try {
    const key = keyFromSeed(seed);
    const person = { name: plainWords(name), contact: plainWords(contact), publicKey: key.publicKey };
    if (person.name === '') throw new Error('The name has no letter that could be shown.');
    const card = key.sign(statementHash(cardStatement(person), sha256Text));
    const publicPart: PublicPart = { format: 'countersign-identity-1', ...person, createdAt, card };
    return { file: { publicPart, protection: await protect(seed, publicPart, passphrase, vault) }, key };
  } finally {
    seed.fill(0);
  }
}

async function protect(
  seed: Buffer,
  publicPart: PublicPart,
  passphrase: string | null,
  vault: Vault | null,
): Promise<Protection> {
  if (passphrase !== null) {
    return { by: 'passphrase', ...(await sealWith(passphrase, seed, canonicalJson(publicPart))) };
  }
  if (vault === null) throw new Error('Neither a keyring nor a passphrase.');
  // It binds nothing beside the key; name and contact are held by the signature on the card.
  return { by: 'keyring', sealed: vault.seal(seed) };
}

/** The key under its passphrase; null when that is another one. */
export async function openKey(
  publicPart: PublicPart,
  seal: PassphraseSeal,
  passphrase: string,
): Promise<PrivateKey | null> {
  const seed = await openWith(passphrase, seal, canonicalJson(publicPart));
  return seed === null ? null : keyOf(seed, publicPart);
}

/** The key of these bytes, which are wiped; null when it is not the one the public part names. */
function keyOf(seed: Buffer, { publicKey }: PublicPart): PrivateKey | null {
  try {
    const key = seed.length === seedBytes ? keyFromSeed(seed) : null;
    return key?.publicKey === publicKey ? key : null;
  } finally {
    seed.fill(0);
  }
}
