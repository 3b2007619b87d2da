import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256Text } from '../../../electron/engine/journal/digest.ts';
import { sealBytes } from '../../../electron/engine/journal/seal.ts';
import { type VerifyResult, verifyRun } from '../../../electron/engine/journal/verify-run.ts';
import { type JournalRecord, mustBeSigned } from '../../../shared/contract/events.ts';
import { canonicalJson } from '../../../shared/journal/canonical.ts';
import { contentHashOf } from '../../../shared/journal/chain.ts';
import { Duo, type Somebody } from '../../helpers/duo.ts';
import { fastFolder } from '../../helpers/fast-folder.ts';
import { type BuiltVerifier, bundledVerifier, independentVerify } from '../../helpers/verifier.ts';
import { anyLockMove, cooperateLocked, type LockMove, lockedPlan, takeLocked } from '../run/lockdown-walk.ts';
import { ada, anyMove, bo, cooperate, cy, type Move, take, walkPlan } from '../run/people-walk.ts';
import { receiptLine } from './people-run.ts';
import { removeFolder } from './sample-run.ts';

/** A thousand runs as two people, the world and the lock make them: no verifier says a wrong word about any of them. */

let base: string;
let verifier: BuiltVerifier;

beforeAll(async () => {
  base = fastFolder('untouched');
  verifier = await bundledVerifier();
}, 60_000);
afterAll(async () => {
  await verifier.remove();
  await removeFolder(base);
});

const frozen = Buffer.from('checklist: 1\n');
const files = [sealBytes('checklist/release.yaml', frozen)];
const given = { files, contentHash: contentHashOf(files, sha256Text) };

interface Walked {
  readonly duo: Duo;
  readonly lines: readonly string[];
  readonly receipts: readonly string[];
}

/** Keeps the lines as the journal would write them, and what an honest checker signs of them. */
class Book {
  readonly records: { record: JournalRecord; session: Somebody }[] = [];
  readonly receipts: string[] = [];

  see(record: JournalRecord, duo: Duo, every: number): void {
    this.records.push({ record, session: duo.session });
    const checker = duo.state.participants.findLast((one) => one.standing === 'admitted' && one.role === 'checker');
    const who = checker === undefined ? undefined : duo.people.get(checker.participant);
    if (checker === undefined || who === undefined || record.seq % every !== 0) return;
    const identity = { person: { name: checker.name, contact: '', publicKey: who.publicKey }, sign: who.sign };
    this.receipts.push(receiptLine(identity, duo.state.runId, record));
  }

  /** Signed with the session that was open, or, before the first, with the one that came. */
  lines(): string[] {
    return this.records.map(({ record, session }) =>
      canonicalJson(mustBeSigned(record.type, record.actor) ? { ...record, sig: session.sign(record.hash) } : record),
    );
  }
}

/** A walk, then both do what leads to the end. */
function walked(moves: readonly (Move | LockMove)[], locked: boolean, every: number): Walked {
  const book = new Book();
  const holder: { duo?: Duo } = {};
  const duo = new Duo(
    locked ? lockedPlan : walkPlan,
    ada,
    (_before, record) => {
      if (holder.duo === undefined) early.push(record);
      else book.see(record, holder.duo, every);
    },
    given,
  );
  holder.duo = duo;
  book.records.push(...[duo.created, ...early.splice(0)].map((record) => ({ record, session: duo.session })));
  duo.joins('p1', bo);
  duo.joins('p2', cy, 'observer');
  duo.asks({ type: 'start-run', ...(locked ? { lockdown: { on: true, reason: null } } : {}) });
  for (const move of moves) {
    if (locked) takeLocked(duo, move as LockMove);
    else take(duo, move as Move);
  }
  for (let left = 200; left > 0 && duo.state.status !== 'ended'; left -= 1) {
    if (!(locked ? cooperateLocked(duo) : cooperate(duo))) break;
  }
  duo.tells({ type: 'session-closed', data: { reason: 'ended' } });
  return { duo, lines: book.lines(), receipts: book.receipts };
}

/** What is recorded while the run is only being made. */
const early: JournalRecord[] = [];

function write(folder: string, { lines, receipts }: Walked): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'checklist'), { recursive: true });
  writeFileSync(join(folder, 'checklist', 'release.yaml'), frozen);
  writeFileSync(join(folder, 'journal.jsonl'), lines.map((line) => `${line}\n`).join(''));
  if (receipts.length > 0) writeFileSync(join(folder, 'receipts.jsonl'), receipts.map((line) => `${line}\n`).join(''));
}

const words = ({ verdict, integrity, completeness, identity, records, head, findings }: VerifyResult) => ({
  ...{ verdict, integrity, completeness, identity, records, head },
  findings: findings.map(({ severity, code, params }) => ({ severity, code, params })),
});

const walk = fc.oneof(
  fc.record({
    locked: fc.constant(false),
    moves: fc.array(anyMove, { maxLength: 40 }),
    every: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({
    locked: fc.constant(true),
    moves: fc.array(anyLockMove, { maxLength: 40 }),
    every: fc.integer({ min: 1, max: 9 }),
  }),
);

test('a thousand untouched runs: nothing false is said of any, by none of the three verifiers', async () => {
  const folder = join(base, 'run');
  const seen = { ended: 0, proved: 0 };
  await fc.assert(
    fc.asyncProperty(walk, async ({ locked, moves, every }) => {
      const run = walked(moves, locked, every);
      write(folder, run);
      const app = await verifyRun(folder);
      const ended = run.duo.state.status === 'ended';
      const wrong = app.findings.filter(({ severity }) => severity === 'altered');
      expect({ wrong, integrity: app.integrity, records: app.records }).toEqual({
        ...{ wrong: [], integrity: 'intact', records: run.lines.length },
      });
      expect(app.identity).toBe(run.receipts.length > 0 ? 'proved' : 'unproved');
      if (ended) expect(app).toMatchObject({ verdict: 'intact', completeness: 'complete' });
      else expect(app.verdict).toBe('incomplete');
      expect(words(await verifier.verify(folder))).toEqual(words(app));
      expect(independentVerify(folder)).toMatchObject({ integrity: 'intact', complete: ended });
      seen.ended += ended ? 1 : 0;
      seen.proved += run.receipts.length > 0 ? 1 : 0;
    }),
    { numRuns: 1_000 },
  );
  // Most of them came to their end, and most were receipted.
  expect(seen.ended).toBeGreaterThan(800);
  expect(seen.proved).toBeGreaterThan(900);
}, 600_000);
