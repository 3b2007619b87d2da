import { createPrivateKey } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createIdentityKeeper, type IdentityKeeper } from '../../../electron/engine/identity/keeper.ts';
import type { Vault } from '../../../electron/engine/identity/vault.ts';
import { sha256Text, signatureHolds } from '../../../electron/engine/journal/digest.ts';
import { systemClock } from '../../../electron/engine/system-clock.ts';
import type { IdentityView } from '../../../shared/contract/ipc/people.ts';
import { canonicalJson } from '../../../shared/journal/canonical.ts';
import { cardHolds, readCard } from '../../../shared/people/card.ts';

/** The bytes of every key that is made, as they leave the system's generator: what must be nowhere on disk. */
const seeds = vi.hoisted((): Buffer[] => []);
vi.mock('../../../electron/engine/identity/private-key.ts', async (original) => {
  const real = await original<typeof import('../../../electron/engine/identity/private-key.ts')>();
  return {
    ...real,
    createSeed: () => {
      const seed = real.createSeed();
      seeds.push(Buffer.from(seed));
      return seed;
    },
  };
});

/** NOT a keyring: turns every byte round and nothing else, so that tests can see what a keyring is asked for. */
function fakeVault(): Vault & { open: Vault['open'] } {
  const turned = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0xa5));
  return {
    seal: (bytes) => turned(bytes).toString('base64'),
    open: (sealed) => turned(Buffer.from(sealed, 'base64')),
  };
}

const passphrase = 'correct horse battery';
const hash = sha256Text('anything');
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-identity-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const keeperWith = (vault: Vault | null): IdentityKeeper => createIdentityKeeper({ folder, vault, clock: systemClock });
const file = (): string => join(folder, 'identity.json');
const liWei = { name: 'Li Wei', contact: '+86 4711', passphrase };

async function made(vault: Vault | null, wanted = liWei as Parameters<IdentityKeeper['create']>[0]) {
  const keeper = keeperWith(vault);
  const answer = await keeper.create(wanted);
  if (!answer.ok) throw new Error(answer.failure.code);
  return { keeper, view: answer.value };
}

/** Every way in which the private key could lie in a file. */
function spellings(seed: Buffer): readonly Buffer[] {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const pem = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' });
  const body = String(pem).split('\n')[1] ?? '';
  const texts = [
    ...['hex', 'base64', 'base64url'].map((form) => seed.toString(form as BufferEncoding).replace(/=+$/, '')),
    seed.toString('hex').toUpperCase(),
    der.toString('base64'),
    body,
    JSON.stringify([...seed]).slice(1, -1),
  ];
  return [seed, der, ...texts.map((text) => Buffer.from(text))];
}

async function everyFile(): Promise<readonly { readonly name: string; readonly bytes: Buffer }[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    found
      .filter((one) => one.isFile())
      .map(async (one) => ({ name: one.name, bytes: await readFile(join(one.parentPath, one.name)) })),
  );
}

describe('a key under a passphrase', () => {
  it('signs at once, is locked when the app begins anew, and signs again with the right passphrase', async () => {
    const { keeper, view } = await made(null);
    expect(view).toMatchObject({ name: 'Li Wei', contact: '+86 4711', protection: 'passphrase', locked: false });
    expect(view.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
    const first = keeper.identity()?.sign(hash) ?? '';
    expect(signatureHolds(view.publicKey, hash, first)).toBe(true);

    const later = keeperWith(null);
    expect(later.view()).toEqual({ ...view, locked: true });
    expect(later.identity()).toBeNull();
    expect(later.need()).toMatchObject({ ok: false, failure: { code: 'identity-locked' } });
    expect(await later.unlock('correct horse batterx')).toMatchObject({
      failure: { code: 'identity-passphrase-wrong' },
    });
    expect(later.identity()).toBeNull();
    expect(await later.unlock(passphrase)).toEqual({ ok: true, value: view });
    expect(later.identity()?.person).toEqual({ name: 'Li Wei', contact: '+86 4711', publicKey: view.publicKey });
    expect(later.identity()?.sign(hash)).toBe(first);
  });

  it('opens with the same words composed on another keyboard', async () => {
    await made(null, { ...liWei, passphrase: 'Zürich im Regen'.normalize('NFD') });
    expect((await keeperWith(null).unlock('Zürich im Regen'.normalize('NFC'))).ok).toBe(true);
  });

  it('is refused without a passphrase, or with one of eleven characters', async () => {
    for (const short of [null, '12345678901', '密码短语'.repeat(2)]) {
      const answer = await keeperWith(null).create({ ...liWei, passphrase: short });
      expect(answer).toMatchObject({ ok: false, failure: { code: 'identity-passphrase-short' } });
    }
    expect(await everyFile()).toEqual([]);
  });

  it('leaves the event loop free while the key is derived', async () => {
    await made(null);
    const keeper = keeperWith(null);
    keeper.view();
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 5);
    await keeper.unlock(passphrase);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
  });
});

describe('a key in the keyring', () => {
  it('unlocks by itself when the app begins anew', async () => {
    const { keeper, view } = await made(fakeVault(), { ...liWei, passphrase: null });
    expect(view).toMatchObject({ protection: 'keyring', locked: false });
    const later = keeperWith(fakeVault());
    expect(later.view()).toEqual(view);
    expect(later.identity()?.sign(hash)).toBe(keeper.identity()?.sign(hash));
  });

  it('stays locked with a clear failure while the keyring does not give it back, and can be tried again', async () => {
    const { view } = await made(fakeVault(), { ...liWei, passphrase: null });
    const open = vi.fn((_sealed: string): Buffer => {
      throw new Error('keyring is locked');
    });
    const later = keeperWith({ ...fakeVault(), open });
    expect(later.view()).toEqual({ ...view, locked: true });
    expect(later.trouble()).toMatchObject({ code: 'identity-keyring', cause: 'keyring is locked' });
    expect(await later.unlock('')).toMatchObject({ ok: false, failure: { code: 'identity-keyring' } });
    open.mockImplementation(fakeVault().open);
    expect(await later.unlock('')).toEqual({ ok: true, value: view });
    expect(later.trouble()).toBeNull();
  });

  it('is not taken from a keyring that gives another key, or none at all', async () => {
    await made(fakeVault(), { ...liWei, passphrase: null });
    for (const bytes of [Buffer.alloc(64, 1), Buffer.alloc(0), Buffer.alloc(32)]) {
      const later = keeperWith({ ...fakeVault(), open: () => bytes });
      expect(later.need()).toMatchObject({ ok: false, failure: { code: 'identity-keyring' } });
    }
    expect(keeperWith(null).need()).toMatchObject({ ok: false, failure: { code: 'identity-keyring' } });
  });

  it('is not given under another name, even when the file was altered by somebody who knows its sum', async () => {
    await made(fakeVault(), { ...liWei, passphrase: null });
    const other = await mkdtemp(join(tmpdir(), 'countersign-identity-'));
    const { protection } = JSON.parse(await readFile(file(), 'utf8'));
    await createIdentityKeeper({ folder: other, vault: fakeVault(), clock: systemClock }).create({
      ...liWei,
      name: 'Li Wen',
      passphrase: null,
    });
    const { sum: _, ...body } = JSON.parse(await readFile(join(other, 'identity.json'), 'utf8'));
    await rm(other, { recursive: true });
    const mixed = { ...body, protection };
    await writeFile(file(), `${canonicalJson({ ...mixed, sum: sha256Text(canonicalJson(mixed)) })}\n`);
    const later = keeperWith(fakeVault());
    expect(later.view()?.name).toBe('Li Wen');
    expect(later.need()).toMatchObject({ ok: false, failure: { code: 'identity-keyring' } });
  });
});

describe('the file', () => {
  it('is for this account only, and no other file is left beside it', async () => {
    await made(null);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['identity.json']);
  });

  it('holds the private key in no spelling, under either protection', async () => {
    for (const vault of [null, fakeVault()]) {
      seeds.length = 0;
      await made(vault, vault === null ? liWei : { ...liWei, passphrase: null });
      await keeperWith(vault).unlock(passphrase);
      const [seed] = seeds;
      if (seed === undefined) throw new Error('No key was seen being made.');
      const files = await everyFile();
      expect(files).toHaveLength(1);
      for (const { name, bytes } of files) {
        for (const spelling of spellings(seed))
          expect(bytes.includes(spelling), `${name} holds ${spelling}`).toBe(false);
        expect(bytes.includes(passphrase)).toBe(false);
      }
      await unlink(file());
    }
  });

  it('is known to be damaged whichever byte was altered, and is left as it is', async () => {
    await made(null);
    const whole = await readFile(file());
    for (let at = 0; at < whole.length; at += 1) {
      for (const flip of [1, 0x20, 0x80]) {
        const damaged = Buffer.from(whole);
        damaged.writeUInt8(whole.readUInt8(at) ^ flip, at);
        await writeFile(file(), damaged);
        const keeper = keeperWith(null);
        expect(keeper.view(), `byte ${at}`).toBeNull();
        expect(keeper.trouble()?.code, `byte ${at}`).toBe('identity-damaged');
      }
    }
    for (const length of [0, 1, whole.length - 1]) {
      await writeFile(file(), whole.subarray(0, length));
      const keeper = keeperWith(null);
      expect(await keeper.unlock(passphrase)).toMatchObject({ ok: false, failure: { code: 'identity-damaged' } });
      expect(await keeper.create(liWei)).toMatchObject({ ok: false, failure: { code: 'identity-damaged' } });
      expect(keeper.need()).toMatchObject({ failure: { code: 'identity-damaged' } });
      expect(await readFile(file())).toEqual(whole.subarray(0, length));
    }
    await writeFile(file(), whole);
    expect((await keeperWith(null).unlock(passphrase)).ok).toBe(true);
  });

  it('that was put back after the app had looked is never replaced by a new key', async () => {
    const { view } = await made(null);
    const text = await readFile(file());
    await unlink(file());
    const keeper = keeperWith(null);
    expect(keeper.view()).toBeNull();
    await writeFile(file(), text);
    expect(await keeper.create({ ...liWei, name: 'Chen Jie' })).toMatchObject({ failure: { code: 'identity-exists' } });
    expect(await readFile(file())).toEqual(text);
    expect(await keeper.unlock(passphrase)).toEqual({ ok: true, value: view });
  });

  it('that cannot be written leaves no key behind, and says why', async () => {
    const keeper = createIdentityKeeper({ folder: join(folder, 'not-there'), vault: null, clock: systemClock });
    expect(await keeper.create(liWei)).toMatchObject({ ok: false, failure: { code: 'local-error' } });
    expect(keeper.view()).toBeNull();
    expect(keeper.identity()).toBeNull();
  });

  it('that cannot be read counts as damaged, not as missing', async () => {
    await made(null);
    await unlink(file());
    await mkdir(file());
    const keeper = keeperWith(null);
    expect(keeper.trouble()?.code).toBe('identity-damaged');
    expect((await keeper.create(liWei)).ok).toBe(false);
  });
});

describe('the keeper', () => {
  it('makes one key when asked twice at once', async () => {
    const keeper = keeperWith(null);
    const [first, second] = await Promise.all([keeper.create(liWei), keeper.create({ ...liWei, name: 'Chen Jie' })]);
    expect(first).toMatchObject({ ok: true, value: { name: 'Li Wei' } });
    expect(second).toMatchObject({ ok: false, failure: { code: 'identity-exists', params: { name: 'Li Wei' } } });
    expect(keeperWith(null).view()?.name).toBe('Li Wei');
  });

  it('tells who listens when the view changes, and nobody else', async () => {
    const keeper = keeperWith(null);
    const heard: (IdentityView | null)[] = [];
    const stop = keeper.subscribe((view) => heard.push(view));
    const { value } = (await keeper.create(liWei)) as { value: IdentityView };
    await keeper.unlock('wrong wrong wrong');
    expect(heard).toEqual([value]);
    stop();
    await keeper.unlock(passphrase);
    expect(heard).toHaveLength(1);
  });

  it('shows a card that holds, also while the key is locked', async () => {
    const { view } = await made(null, { ...liWei, name: ' Li\u202e\nWei ' });
    const card = readCard(keeperWith(null).card() ?? '');
    expect(card?.person).toEqual({ name: 'Li Wei', contact: '+86 4711', publicKey: view.publicKey });
    expect(card !== null && cardHolds(card, { sha256: sha256Text, signatureHolds })).toBe(true);
    expect(keeperWith(null).keyring).toBe(false);
  });

  it('has no card, no view and no key before one was made', () => {
    const keeper = keeperWith(fakeVault());
    expect([keeper.card(), keeper.view(), keeper.identity(), keeper.trouble()]).toEqual([null, null, null, null]);
    expect(keeper.need()).toMatchObject({ ok: false, failure: { code: 'identity-missing' } });
    expect(keeper.keyring).toBe(true);
  });

  it('signs hashes and nothing else', async () => {
    const { keeper } = await made(fakeVault(), { ...liWei, passphrase: null });
    const mine = keeper.identity();
    for (const text of ['', 'pay 100', hash.toUpperCase(), `${hash}0`]) expect(() => mine?.sign(text)).toThrow();
  });
});
