import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPinnedPeople } from '../../../electron/engine/identity/people.ts';
import { createSeed, keyFromSeed } from '../../../electron/engine/identity/private-key.ts';
import { sha256Text } from '../../../electron/engine/journal/digest.ts';
import { systemClock } from '../../../electron/engine/system-clock.ts';
import { cardStatement, writeCard } from '../../../shared/people/card.ts';
import { statementHash } from '../../../shared/people/statements.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-people-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = (): string => join(folder, 'people.json');
const people = () => createPinnedPeople({ folder, clock: systemClock });

function somebody(name: string, key = keyFromSeed(createSeed())) {
  const person = { name, contact: '', publicKey: key.publicKey };
  const signature = key.sign(statementHash(cardStatement(person), sha256Text));
  return { key, person, card: writeCard({ person, signature }) };
}

describe('pinned people', () => {
  it('are known from their card until they are forgotten, also when the app begins anew', async () => {
    const wei = somebody('Li Wei');
    const jie = somebody('Chen Jie');
    const book = people();
    expect(book.pinned(wei.person.publicKey)).toBe(false);
    expect(await book.pin(`  ${wei.card}\n`)).toMatchObject({ ok: true, value: wei.person });
    await book.pin(jie.card);
    const later = people();
    expect(later.list().map(({ name }) => name)).toEqual(['Chen Jie', 'Li Wei']);
    expect(later.list()[1]).toMatchObject({ ...wei.person, fingerprint: expect.stringMatching(/^SHA256:.{43}$/) });
    expect(later.pinned(wei.person.publicKey)).toBe(true);
    await later.forget(wei.person.publicKey);
    expect(later.pinned(wei.person.publicKey)).toBe(false);
    expect(
      people()
        .list()
        .map(({ name }) => name),
    ).toEqual(['Chen Jie']);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it('are not known from a card that was altered, and nothing is written', async () => {
    const { person, card } = somebody('Li Wei');
    const forged = somebody('Li Wei');
    const mixed = writeCard({ person, signature: forged.key.sign(statementHash(cardStatement(person), sha256Text)) });
    for (const text of ['', 'hello', card.slice(0, -1), mixed]) {
      expect(await people().pin(text)).toMatchObject({ ok: false, failure: { code: 'identity-card-invalid' } });
    }
    await expect(stat(file())).rejects.toThrow('ENOENT');
  });

  it('stand once: a newer card of the same key takes the place of the older', async () => {
    const wei = somebody('Li Wei');
    const book = people();
    await Promise.all([book.pin(wei.card), book.pin(somebody('Li Wei (new phone)', wei.key).card)]);
    expect(
      people()
        .list()
        .map(({ name }) => name),
    ).toEqual(['Li Wei (new phone)']);
  });

  it('lose none when several are pinned at once', async () => {
    const book = people();
    await Promise.all(Array.from({ length: 12 }, (_, index) => book.pin(somebody(`Person ${index}`).card)));
    expect(people().list()).toHaveLength(12);
  });

  it('are not known from a list that was altered by hand, but the others in it are', async () => {
    const wei = somebody('Li Wei');
    const jie = somebody('Chen Jie');
    const book = people();
    await book.pin(wei.card);
    await book.pin(jie.card);
    const text = await readFile(file(), 'utf8');
    await writeFile(file(), text.replace(wei.card, wei.card.slice(0, -1)));
    expect(
      people()
        .list()
        .map(({ name }) => name),
    ).toEqual(['Chen Jie']);
    expect(people().pinned(wei.person.publicKey)).toBe(false);
  });

  it('begin anew beside a list that cannot be read, which is put aside', async () => {
    await writeFile(file(), 'no list');
    const book = people();
    expect(book.list()).toEqual([]);
    expect(await book.pin(somebody('Li Wei').card)).toMatchObject({ ok: true });
    expect(await readFile(`${file()}.broken`, 'utf8')).toBe('no list');
    expect(people().list()).toHaveLength(1);
  });

  it('say why they could not be kept', async () => {
    const book = createPinnedPeople({ folder: join(folder, 'not-there'), clock: systemClock });
    const wei = somebody('Li Wei');
    expect(await book.pin(wei.card)).toMatchObject({ ok: false, failure: { code: 'local-error' } });
    expect(book.pinned(wei.person.publicKey)).toBe(false);
  });
});
