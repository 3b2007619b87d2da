import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { failure } from '../../../shared/contract/failure.ts';
import type { KnownPerson } from '../../../shared/contract/ipc/people.ts';
import { type Card, cardHolds, readCard, writeCard } from '../../../shared/people/card.ts';
import { sha256Text, signatureHolds } from '../journal/digest.ts';
import type { Clock, Result } from '../ports.ts';
import { SerialQueue } from '../serial-queue.ts';
import { fingerprintOf } from './fingerprint.ts';
import { readPrivate, writePrivate } from './private-file.ts';

const fileSchema = z.strictObject({
  format: z.literal('countersign-people-1'),
  people: z.array(z.strictObject({ card: z.string(), pinnedAt: z.iso.datetime({ precision: 3 }) })),
});

/** People whose keys were exchanged beforehand, by their cards. */
export interface PinnedPeople {
  /** In the order of their names. */
  list(): readonly KnownPerson[];
  /** Keeps the person of a card; a newer card of the same key takes the older one's place. */
  pin(card: string): Promise<Result<KnownPerson>>;
  forget(publicKey: string): Promise<void>;
  /** True when this key (base64) was exchanged beforehand. */
  pinned(publicKey: string): boolean;
}

interface Pinned {
  readonly card: Card;
  readonly pinnedAt: string;
}

/** `people.json` of the data folder. Cards that do not hold any more are passed over: nobody is known by them. */
export function createPinnedPeople(parts: { readonly folder: string; readonly clock: Clock }): PinnedPeople {
  const path = join(parts.folder, 'people.json');
  const queue = new SerialQueue();
  let loaded: readonly Pinned[] | null = null;
  let damaged = false;

  const known = (): readonly Pinned[] => {
    if (loaded === null) {
      const found = load(path);
      damaged = found === null;
      loaded = found ?? [];
    }
    return loaded;
  };
  const keep = async (next: readonly Pinned[]): Promise<void> => {
    // What could not be read is put aside: a person may want to look at it.
    if (damaged) await rename(path, `${path}.broken`);
    damaged = false;
    const people = next.map(({ card, pinnedAt }) => ({ card: writeCard(card), pinnedAt }));
    await writePrivate(path, `${JSON.stringify({ format: 'countersign-people-1', people }, null, 2)}\n`);
    loaded = next;
  };
  const but = (publicKey: string): readonly Pinned[] =>
    known().filter(({ card }) => card.person.publicKey !== publicKey);

  const pin = async (text: string): Promise<Result<KnownPerson>> => {
    const card = holding(text);
    if (card === null) return { ok: false, failure: failure('identity-card-invalid') };
    const pinned: Pinned = { card, pinnedAt: parts.clock.now().toISOString() };
    try {
      await keep([...but(card.person.publicKey), pinned]);
      return { ok: true, value: personOf(pinned) };
    } catch (error) {
      return { ok: false, failure: failure('local-error', { path }, error) };
    }
  };

  return {
    list: () =>
      known()
        .map(personOf)
        .toSorted((a, b) => a.name.localeCompare(b.name)),
    pin: (card) => queue.run(() => pin(card)),
    forget: (publicKey) =>
      queue.run(async () => {
        if (known().length !== but(publicKey).length) await keep(but(publicKey));
      }),
    pinned: (publicKey) => known().some(({ card }) => card.person.publicKey === publicKey),
  };
}

/** The card in a text if it is whole and signed by its own key. */
function holding(text: string): Card | null {
  const card = readCard(text);
  return card !== null && cardHolds(card, { sha256: sha256Text, signatureHolds }) ? card : null;
}

function personOf({ card, pinnedAt }: Pinned): KnownPerson {
  return { ...card.person, fingerprint: fingerprintOf(card.person.publicKey), pinnedAt };
}

/** Null when the file is there and is no list of people. */
function load(path: string): readonly Pinned[] | null {
  try {
    const text = readPrivate(path);
    if (text === null) return [];
    return fileSchema.parse(JSON.parse(text)).people.flatMap(({ card, pinnedAt }) => {
      const read = holding(card);
      return read === null ? [] : [{ card: read, pinnedAt }];
    });
  } catch {
    return null;
  }
}
