import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createIdentityKeeper, type IdentityKeeper } from '../../../electron/engine/identity/keeper.ts';
import { createPinnedPeople } from '../../../electron/engine/identity/people.ts';
import { systemClock } from '../../../electron/engine/system-clock.ts';
import { identityHandlers } from '../../../electron/ipc/handlers/identity.ts';
import { createRouter, type Handlers } from '../../../electron/ipc/router.ts';
import type { Answers, RequestName } from '../../../shared/contract/ipc.ts';

let folder: string;
let keeper: IdentityKeeper;
let logged: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-ipc-identity-'));
  keeper = createIdentityKeeper({ folder, vault: null, clock: systemClock });
  logged = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Asks as a screen does: through the router, which parses what was sent. */
async function ask<N extends RequestName>(name: N, payload: unknown): Promise<Answers[N]> {
  const people = createPinnedPeople({ folder, clock: systemClock });
  const log = { warn: (text: string) => logged.push(text), error: (text: string) => logged.push(text) };
  const handlers = identityHandlers(keeper, people) as unknown as Handlers;
  return (await createRouter({ trusted: () => true, handlers, log }).handle({}, name, payload)) as Answers[N];
}

const passphrase = 'correct horse battery';
const wanted = { name: ' Li Wei ', contact: '', passphrase };

it('gives a screen everything about a person but the key', async () => {
  const nothing = { identity: null, keyring: false, card: null, failure: null };
  expect(await ask('identity:get', {})).toEqual(nothing);
  const made = await ask('identity:create', wanted);
  expect(made).toMatchObject({ ok: true, value: { name: 'Li Wei', locked: false } });
  const told = await ask('identity:get', {});
  expect(Object.keys(told.identity ?? {}).sort()).toEqual(
    ['name', 'contact', 'publicKey', 'fingerprint', 'protection', 'locked'].sort(),
  );
  expect(told.card).toMatch(/^countersign-person:1:/);
  keeper = createIdentityKeeper({ folder, vault: null, clock: systemClock });
  expect(await ask('identity:unlock', { passphrase: 'wrong' })).toMatchObject({
    failure: { code: 'identity-passphrase-wrong' },
  });
  expect(await ask('identity:unlock', { passphrase })).toMatchObject({ ok: true, value: { locked: false } });
});

it('turns a short passphrase away before any key is made, and writes no passphrase into the log', async () => {
  await expect(ask('identity:create', { ...wanted, passphrase: 'elevenchars' })).rejects.toThrow();
  await expect(ask('identity:create', { ...wanted, name: '  ' })).rejects.toThrow();
  await expect(ask('identity:unlock', { passphrase: { elevenchars: 1 } })).rejects.toThrow();
  await expect(readFile(join(folder, 'identity.json'))).rejects.toThrow('ENOENT');
  expect(logged.length).toBeGreaterThan(0);
  expect(logged.join('\n')).not.toContain('elevenchars');
});

it('keeps, lists and forgets people by their cards', async () => {
  await keeper.create({ ...wanted, name: 'Li Wei' });
  const card = keeper.card() ?? '';
  expect(await ask('people:pin', { card: `${card}x` })).toMatchObject({ failure: { code: 'identity-card-invalid' } });
  expect(await ask('people:pin', { card })).toMatchObject({ ok: true, value: { name: 'Li Wei' } });
  const [known] = await ask('people:list', {});
  expect(known).toMatchObject({ name: 'Li Wei', fingerprint: keeper.view()?.fingerprint });
  expect(await ask('people:forget', { publicKey: known?.publicKey })).toBeNull();
  expect(await ask('people:list', {})).toEqual([]);
});
