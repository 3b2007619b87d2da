import { execFile } from 'node:child_process';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyRun } from '../../../electron/engine/journal/verify-run.ts';
import { orWhy, TamperingKit, words } from './tampering-kit.ts';
import { editings, forgeries } from './tamperings.ts';

/**
 * The other half of the ten thousand tamperings (see tampering-edited.test.ts): chains that were rebuilt with the
 * operator's whole machine, exchanged recordings, edited receipts, another report.
 */

let kit: TamperingKit;

beforeAll(async () => {
  kit = await TamperingKit.make();
}, 60_000);
afterAll(() => kit.remove());

test('of five thousand random forgeries each one is found, by all three verifiers alike', async () => {
  await kit.expectAllFound(forgeries, 5_000);
}, 600_000);

const child = (...args: string[]) =>
  new Promise<{ code: number; out: string }>((done) => {
    execFile(process.execPath, [kit.verifier.path, ...args], { env: {} }, (error, out) =>
      done({ code: Number(error?.code ?? 0), out }),
    );
  });

test('one of each kind in a process of its own: verify.mjs exits as the app’s verdict says', async () => {
  const exits = { intact: 0, altered: 2, incomplete: 3 };
  const [{ at, by }] = fc.sample(fc.record({ at: fc.nat(1_000_000), by: fc.nat(1_000) }), 1) as [
    { at: number; by: number },
  ];
  for (const [name, does] of Object.entries({ ...editings, ...forgeries })) {
    const made = does(kit.run, at, by);
    const { app, alone } = await kit.tampered(made, async () => ({
      app: await orWhy(verifyRun(kit.folder, made.brought ? { receipts: kit.own } : {})),
      alone: await child(kit.folder, '--json', ...(made.brought ? ['--receipts', kit.own] : [])),
    }));
    const expected = typeof app === 'string' ? 2 : exits[app.verdict];
    expect({ name, at, by, code: alone.code }).toEqual({ name, at, by, code: expected });
    if (typeof app !== 'string') expect(words(JSON.parse(alone.out))).toEqual(words(app));
  }
}, 120_000);
