import { afterAll, beforeAll, expect, test } from 'vitest';
import type { VerifyResult } from '../../../electron/engine/journal/verify-run.ts';
import { linesOf } from './people-run.ts';
import { TamperingKit, words } from './tampering-kit.ts';
import { editings } from './tamperings.ts';

/**
 * Half of the ten thousand tamperings of a real run, those with an editor: bytes, lines, order, copies, cuts. None
 * escapes, and three verifiers agree on each: the app's, the stand-alone bundle of it, and one that was written from
 * docs/audit-format.md alone. The other half: tampering-forged.test.ts.
 */

let kit: TamperingKit;

beforeAll(async () => {
  kit = await TamperingKit.make();
}, 60_000);
afterAll(() => kit.remove());

test('the run that is tampered with is intact, complete and proved, and all three verifiers say so', async () => {
  for (const brought of [false, true]) {
    const said = await kit.verdicts(brought);
    expect(said.app).toMatchObject({ verdict: 'intact', identity: 'proved', receipts: { toEnd: true } });
    expect(words(said.alone as VerifyResult)).toEqual(words(said.app as VerifyResult));
    expect(said.independent).toEqual({ integrity: 'intact', complete: true, why: null });
  }
});

test('a journal that is cut after any of its records is found', async () => {
  const { length } = linesOf(kit.run.files.get('journal.jsonl') ?? Buffer.alloc(0));
  const cut = editings['the journal is cut after a record'];
  expect(length).toBeGreaterThan(20);
  for (let at = 0; at < length; at += 1) if (cut !== undefined) await kit.expectFound(cut(kit.run, at, 0));
}, 60_000);

test('any changed bit of the list that an export carries is found, the name of who signed it included', async () => {
  const list = kit.run.files.get('export.json') ?? Buffer.alloc(0);
  for (let at = 0; at < list.length; at += 1) {
    const changed = Buffer.from(list);
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 7));
    await kit.expectFound({ files: new Map([['export.json', changed]]), brought: false, speaks: true });
  }
}, 120_000);

test('of five thousand random tamperings with an editor each one is found, by all three verifiers alike', async () => {
  await kit.expectAllFound(editings, 5_000);
}, 600_000);
