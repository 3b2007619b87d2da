import { join } from 'node:path';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { IdentityView } from '../../../shared/contract/ipc/people.ts';
import { writeCard } from '../../../shared/people/card.ts';
import type { Clock, Identity, Result } from '../ports.ts';
import { SerialQueue } from '../serial-queue.ts';
import { type Held, load, makeKey, type NewIdentity, openKey, viewOf } from './held-key.ts';
import { personOf, writeIdentityFile } from './identity-file.ts';
import { writePrivate } from './private-file.ts';
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
  /** As long as there is no key, the disk is asked anew: a file may have been put back, a keyring opened. */
  const fresh = (): Held => {
    if (held().key === null) loaded = load(path, vault);
    return held();
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
    const { file, trouble } = fresh();
    if (file !== null) return { ok: false, failure: failure('identity-exists', { name: file.publicPart.name }) };
    if (trouble !== null) return { ok: false, failure: trouble };
    if (passphrase === null ? vault === null : [...passphrase].length < passphraseAtLeast) {
      return { ok: false, failure: failure('identity-passphrase-short', { count: String(passphraseAtLeast) }) };
    }
    try {
      const made = await makeKey({ name, contact, passphrase }, clock.now().toISOString(), vault);
      await writePrivate(path, writeIdentityFile(made.file));
      hold({ ...made, trouble: null });
      return answer();
    } catch (error) {
      return { ok: false, failure: failure('local-error', { path }, error) };
    }
  };

  const unlock = async (passphrase: string): Promise<Result<IdentityView>> => {
    const { file, key, trouble } = fresh();
    if (file !== null && file.protection.by === 'passphrase') {
      const opened = await openKey(file.publicPart, file.protection, passphrase);
      if (opened === null) return { ok: false, failure: failure('identity-passphrase-wrong') };
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
