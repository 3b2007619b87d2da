import { join } from 'node:path';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { IdentityView } from '../../../shared/contract/ipc.ts';
import { canonicalJson } from '../../../shared/journal/canonical.ts';
import { cardStatement, plainWords, writeCard } from '../../../shared/people/card.ts';
import { statementHash } from '../../../shared/people/statements.ts';
import { sha256Text } from '../journal/digest.ts';
import type { Clock, Identity, Result } from '../ports.ts';
import { SerialQueue } from '../serial-queue.ts';
import { fingerprintOf } from './fingerprint.ts';
import {
  type IdentityFile,
  type Protection,
  type PublicPart,
  personOf,
  readIdentityFile,
  writeIdentityFile,
} from './identity-file.ts';
import { openWith, sealWith } from './passphrase-seal.ts';
import { readPrivate, writePrivate } from './private-file.ts';
import { createSeed, keyFromSeed, type PrivateKey, seedBytes } from './private-key.ts';
import type { Vault } from './vault.ts';

/** The fewest characters of a passphrase; its strength is its length. */
export const passphraseAtLeast = 12;

export interface IdentityKeeperParts {
  /** The data folder; the key lies in `identity.json`. */
  readonly folder: string;
  /** Null where the system has no keyring worth the name: then a passphrase protects the key. */
  readonly vault: Vault | null;
  readonly clock: Clock;
}

export interface NewIdentity {
  readonly name: string;
  readonly contact: string;
  /** Null leaves the key to the keyring. */
  readonly passphrase: string | null;
}

/** Keeps the key of this installation's person. The private key never leaves it, and lies on disk only sealed. */
export interface IdentityKeeper {
  /** True where the system's keyring can keep a key. */
  readonly keyring: boolean;
  view(): IdentityView | null;
  /** Why the file on disk, or the keyring, does not give the key; null when nothing is wrong. */
  trouble(): Failure | null;
  /** The person's card as text; null where there is no key. It can be shown while the key is locked. */
  card(): string | null;
  /** Makes the key; it is on disk and unlocked when this resolves. Never replaces one. */
  create(wanted: NewIdentity): Promise<Result<IdentityView>>;
  /** Unlocks it; what the keyring keeps is asked for again, whatever `passphrase` says. */
  unlock(passphrase: string): Promise<Result<IdentityView>>;
  /** The key to sign with, or null while there is none or it is locked. */
  identity(): Identity | null;
  /** The same, or why there is none. */
  need(): Result<Identity>;
  /** Told when the view changed. Returns the way to stop. */
  subscribe(listener: (view: IdentityView | null) => void): () => void;
}

interface Held {
  readonly file: IdentityFile | null;
  readonly key: PrivateKey | null;
  readonly trouble: Failure | null;
}

/** Reads nothing yet: the file, and the keyring, are first asked when somebody asks for the person. */
export function createIdentityKeeper(parts: IdentityKeeperParts): IdentityKeeper {
  const { vault, clock } = parts;
  const path = join(parts.folder, 'identity.json');
  const queue = new SerialQueue();
  const listeners = new Set<(view: IdentityView | null) => void>();
  let loaded: Held | null = null;

  const held = (): Held => {
    loaded ??= load(path, vault);
    return loaded;
  };
  const hold = (next: Held): void => {
    loaded = next;
    for (const listener of listeners) listener(viewOf(next));
  };
  const answer = (): Result<IdentityView> => {
    const view = viewOf(held());
    return view === null ? { ok: false, failure: failure('identity-missing') } : { ok: true, value: view };
  };

  const create = async ({ name, contact, passphrase }: NewIdentity): Promise<Result<IdentityView>> => {
    const { file, trouble } = held();
    if (file !== null) return { ok: false, failure: failure('identity-exists', { name: file.publicPart.name }) };
    if (trouble !== null) return { ok: false, failure: trouble };
    if (passphrase === null ? vault === null : [...passphrase].length < passphraseAtLeast) {
      return { ok: false, failure: failure('identity-passphrase-short', { count: String(passphraseAtLeast) }) };
    }
    const seed = createSeed();
    try {
      const key = keyFromSeed(seed);
      const person = { name: plainWords(name), contact: plainWords(contact), publicKey: key.publicKey };
      if (person.name === '') throw new Error('The name has no letter that could be shown.');
      const publicPart: PublicPart = {
        format: 'countersign-identity-1',
        ...person,
        createdAt: clock.now().toISOString(),
        card: key.sign(statementHash(cardStatement(person), sha256Text)),
      };
      const made = { publicPart, protection: await protect(seed, publicPart, passphrase, vault) };
      await writePrivate(path, writeIdentityFile(made));
      hold({ file: made, key, trouble: null });
      return answer();
    } catch (error) {
      return { ok: false, failure: failure('local-error', { path }, error) };
    } finally {
      seed.fill(0);
    }
  };

  const unlock = async (passphrase: string): Promise<Result<IdentityView>> => {
    // A keyring that was closed may be open by now, and a file may have been put back.
    if (held().key === null) loaded = load(path, vault);
    const { file, key, trouble } = held();
    if (file !== null && file.protection.by === 'passphrase') {
      const seed = await openWith(passphrase, file.protection, besideSeal(file.publicPart));
      if (seed === null) return { ok: false, failure: failure('identity-passphrase-wrong') };
      const opened = keyOf(seed, file.publicPart);
      if (opened === null) return { ok: false, failure: failure('identity-damaged', { path }) };
      hold({ file, key: opened, trouble: null });
    } else if (key !== null) {
      hold({ file, key, trouble: null });
    }
    return trouble === null ? answer() : { ok: false, failure: trouble };
  };

  const identity = (): Identity | null => {
    const { file, key } = held();
    return file === null || key === null ? null : { person: personOf(file.publicPart), sign: key.sign };
  };

  return {
    keyring: vault !== null,
    view: () => viewOf(held()),
    trouble: () => held().trouble,
    card: () => {
      const { file } = held();
      return file && writeCard({ person: personOf(file.publicPart), signature: file.publicPart.card });
    },
    // One after the other: two at once would make two keys, or take twice the memory for one.
    create: (wanted) => queue.run(() => create(wanted)),
    unlock: (passphrase) => queue.run(() => unlock(passphrase)),
    identity,
    need: () => {
      const mine = identity();
      if (mine !== null) return { ok: true, value: mine };
      const { file, trouble } = held();
      return { ok: false, failure: trouble ?? failure(file === null ? 'identity-missing' : 'identity-locked') };
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** What lies on disk; what the keyring keeps is unlocked at once. */
function load(path: string, vault: Vault | null): Held {
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

function viewOf({ file, key }: Held): IdentityView | null {
  if (file === null) return null;
  const person = personOf(file.publicPart);
  const fingerprint = fingerprintOf(person.publicKey);
  return { ...person, fingerprint, protection: file.protection.by, locked: key === null };
}

const besideSeal = (publicPart: PublicPart): string => canonicalJson(publicPart);

async function protect(
  seed: Buffer,
  publicPart: PublicPart,
  passphrase: string | null,
  vault: Vault | null,
): Promise<Protection> {
  if (passphrase !== null) {
    return { by: 'passphrase', ...(await sealWith(passphrase, seed, besideSeal(publicPart))) };
  }
  if (vault === null) throw new Error('Neither a keyring nor a passphrase.');
  // It binds nothing beside the key; name and contact are held by the signature on the card.
  return { by: 'keyring', sealed: vault.seal(seed) };
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
