import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256Text, signatureHolds } from '../../../electron/engine/journal/digest.ts';
import { type VerifyResult, verifyRun } from '../../../electron/engine/journal/verify-run.ts';
import type { JournalRecord } from '../../../shared/contract/events.ts';
import type { FindingSeverity } from '../../../shared/journal/finding.ts';
import { auditPeople, type PeopleAudit } from '../../../shared/journal/people-audit.ts';
import { handoverStatement, penStatement, statementHash } from '../../../shared/people/statements.ts';
import { verify as en } from '../../../shared/text/en/verify.ts';
import { verify as zh } from '../../../shared/text/zh/verify.ts';
import {
  type Line,
  linesOf,
  type PeopleRun,
  parse,
  rebuild,
  writeFollowedRun,
  writeHandedOverRun,
  writeLines,
  writeLockedRun,
  writePeopleRun,
} from './people-run.ts';
import { removeFolder, tempFolder } from './sample-run.ts';

/** Whoever has the operator's machine and keys cannot make a checker's word out of nothing. */

interface Made {
  readonly run: PeopleRun;
  readonly folder: string;
  readonly lines: string[];
}

let base: string;
let signed: Made;
let followed: Made;
let locked: Made;
let given: Made;
let taken: Made;

const made = async ({ run, folder }: { run: PeopleRun; folder: string }): Promise<Made> => {
  return { run, folder, lines: linesOf(await readFile(join(folder, 'journal.jsonl'))) };
};

beforeAll(async () => {
  base = await tempFolder();
  signed = await made(await writePeopleRun(join(base, 'signed')));
  followed = await made(await writeFollowedRun(join(base, 'followed')));
  locked = await made(await writeLockedRun(join(base, 'locked')));
  given = await made(await writeHandedOverRun(join(base, 'given'), 'handover'));
  taken = await made(await writeHandedOverRun(join(base, 'taken'), 'takeover'));
});
afterAll(() => removeFolder(base));

const codes = ({ findings }: VerifyResult) =>
  findings.filter(({ severity }) => severity === 'altered').map(({ code }) => code);

async function verifyLines(from: Made, lines: readonly string[]): Promise<VerifyResult> {
  const folder = join(base, 'copy');
  await removeFolder(folder);
  await cp(from.folder, folder, { recursive: true });
  await writeLines(folder, 'journal.jsonl', lines);
  return verifyRun(folder);
}

/** Index of the n-th record of a type. */
function place({ lines }: Made, type: string, nth = 0): number {
  const places = [...lines.keys()].filter((index) => parse(lines[index] ?? '').type === type);
  return places[nth] ?? -1;
}

/** What the fold finds when one record is changed and nothing else; `null` leaves the record out. */
function forge(
  from: Made,
  type: string,
  change: ((record: Line) => void) | null,
  nth = 0,
  said: FindingSeverity = 'altered',
): readonly string[] {
  const at = place(from, type, nth);
  if (at < 0) throw new Error(`no ${type}`);
  let audit: PeopleAudit | null = null;
  const faults: string[] = [];
  for (const [index, line] of from.lines.entries()) {
    if (index === at && change === null) continue;
    const record = parse(line);
    if (index === at) change?.(record);
    const folded = auditPeople(audit, record as unknown as JournalRecord, { sha256: sha256Text, signatureHolds });
    audit = folded.audit;
    faults.push(...folded.faults.filter(({ severity }) => severity === said).map(({ code }) => code));
  }
  return faults;
}

test('runs of two people as the app writes them are intact, also when the pen changes hands', async () => {
  for (const { folder } of [signed, followed, locked, given]) {
    expect(codes(await verifyRun(folder))).toEqual([]);
    expect((await verifyRun(folder)).verdict).toBe('intact');
  }
  const broken = await verifyRun(taken.folder);
  expect(broken).toMatchObject({ verdict: 'intact', identity: 'unproved' });
  const told = broken.findings.find(({ code }) => code === 'pen-break');
  expect(told).toMatchObject({ severity: 'note', at: { type: 'pen-taken' }, params: { name: 'Bo' } });
  expect((await verifyRun(given.folder)).people).toMatchObject([
    { role: 'operator', name: 'Ada' },
    { role: 'operator', name: 'Bo' },
    { role: 'checker', name: 'Bo', publicKey: given.run.bo.person.publicKey },
  ]);
});

test('a history of countersignatures cannot be rewritten before them: they bind what was done', async () => {
  const at = place(signed, 'attempt-ended', 1);
  const fine = (record: Line): Line => ({ ...record, data: { ...record.data, note: 'all fine' } });
  const rewritten = await verifyLines(signed, rebuild(signed.lines, signed.run.ada, at, fine));
  expect(rewritten.firstBad).toMatchObject({ type: 'evidence-opened' });
  expect(codes(rewritten)).toContain('statement-other');
});

test('a signature is good for one statement, once, by one key', async () => {
  const other = forge(signed, 'countersigned', ({ data }) => {
    data['signature'] = signed.run.ada.sign(String(data['statement']));
  });
  expect(other).toEqual(['countersignature-forged']);
  const rejection = forge(signed, 'countersign-rejected', ({ data }) => {
    data['signature'] = signed.run.ada.sign(String(data['statement']));
  });
  expect(rejection).toEqual(['countersignature-forged']);
  const earlier = parse(signed.lines[place(signed, 'countersigned')] ?? '').data;
  const replayed = forge(
    signed,
    'countersigned',
    ({ data }) => Object.assign(data, { statement: earlier['statement'], signature: earlier['signature'] }),
    1,
  );
  expect(replayed).toEqual(['statement-other', 'evidence-unopened']);
  const turned = forge(signed, 'countersign-rejected', (record) => {
    const { reason: _, ...data } = record.data;
    Object.assign(record, { type: 'countersigned', data });
  });
  // The very same statement, signed by the very same key: but a no is another text than a yes.
  expect(turned).toContain('countersignature-forged');
});

test('what was not opened cannot be signed, and what needed a yes cannot begin without', async () => {
  expect(forge(signed, 'evidence-opened', null)).toContain('evidence-unopened');
  expect(forge(signed, 'countersigned', null)).toContain('attempt-unpermitted');
});

test('only somebody who asked and was admitted signs, in their own name', async () => {
  expect(forge(signed, 'participant-admitted', null)).toContain('signer-not-admitted');
  expect(forge(signed, 'participant-asked', null)).toContain('admitted-unasked');
  const observer = forge(signed, 'participant-admitted', ({ data }) => Object.assign(data, { role: 'observer' }));
  expect(observer).toContain('signer-not-admitted');
  for (const actor of [
    { kind: 'checker', name: 'Cy' },
    { kind: 'observer', name: 'Bo' },
    { kind: 'operator', name: 'Bo' },
  ]) {
    const posed = forge(signed, 'interruption-logged', (record) => Object.assign(record, { actor }));
    expect([actor, posed]).toEqual([actor, ['actor-wrong']]);
  }
});

test('in production nobody checks themselves: neither with the same key nor at the same machine', async () => {
  const { publicKey } = followed.run.ada.person;
  const alone = forge(followed, 'participant-asked', ({ data }) => Object.assign(data, { publicKey }));
  expect(alone).toEqual(['checker-own-key']);
  const there = forge(followed, 'participant-asked', ({ data }) => Object.assign(data, { sameMachine: true }));
  expect(there).toEqual(['checker-own-machine']);
  const later = forge(signed, 'session-identified', ({ data }) => {
    Object.assign(data, { publicKey: signed.run.bo.person.publicKey });
  });
  expect(later.filter((code) => code === 'checker-own-key').length).toBeGreaterThan(1);
  const at = place(followed, 'participant-asked');
  const forged = rebuild(followed.lines, followed.run.ada, at, ({ data, ...record }) => ({
    ...record,
    data: { ...data, sameMachine: true },
  }));
  const whole = await verifyLines(followed, forged);
  expect(whole).toMatchObject({ verdict: 'altered', integrity: 'intact', identity: 'mismatch' });
});

test('there is one checker at a time, and who worked on a step cannot say that it is so', async () => {
  const at = place(followed, 'participant-admitted');
  const { data } = parse(followed.lines[place(followed, 'participant-asked')] ?? '');
  const more = [...followed.lines];
  const asking = (participant: string) => ({ ...data, participant });
  const like = (type: string, told: object) => JSON.stringify({ ...parse(followed.lines[at] ?? ''), type, data: told });
  more.splice(
    at + 1,
    0,
    like('participant-asked', asking('p2')),
    like('participant-admitted', { participant: 'p2', role: 'checker' }),
  );
  expect(forge({ ...followed, lines: more }, 'run-ended', () => undefined)).toEqual(['second-checker']);
  // Before it ended, the session was Bo's: then Ada took over, and Bo signs what he did.
  const opened = parse(signed.lines[place(signed, 'session-opened')] ?? '');
  const mine = [...signed.lines];
  const name = signed.run.bo.person;
  const again = { ...opened, data: { ...opened.data, session: 'bo-s', person: name.name, resumed: true } };
  const back = { ...opened, data: { ...opened.data, session: 'ada-s', resumed: true } };
  const vouching = parse(signed.lines[place(signed, 'session-identified')] ?? '');
  const ada = { ...vouching, data: { ...vouching.data, session: 'ada-s' } };
  const attempt = place(signed, 'attempt-started', 2);
  mine.splice(attempt + 2, 0, JSON.stringify(back), JSON.stringify(ada));
  mine.splice(attempt, 0, JSON.stringify(again));
  expect(forge({ ...signed, lines: mine }, 'run-ended', () => undefined)).toContain('checker-own-work');
});

test('an operator’s key vouches for one session only', async () => {
  const forged = forge(followed, 'session-identified', ({ data }) => {
    data['signature'] = followed.run.bo.sign('0'.repeat(64));
  });
  expect(forged).toEqual(['identity-forged']);
  const elsewhere = forge(followed, 'session-identified', ({ data }) => Object.assign(data, { session: 'x' }));
  expect(elsewhere).toContain('identity-elsewhere');
  expect(forge(followed, 'session-identified', null)).toContain('operator-unidentified');
});

test('the pen is given by the one who has it, at the state they confirmed, and taken up by the one who got it', async () => {
  const { ada, bo } = given.run;
  const unsigned = forge(given, 'handed-over', ({ data }) => Object.assign(data, { signature: ada.sign('x') }));
  expect(unsigned).toEqual(['handover-forged']);
  const other = forge(given, 'handed-over', ({ data }) => {
    const head = { seq: 3, hash: 'a'.repeat(64) };
    const statement = handoverStatement(given.run.engine.run.runId, head, bo.person.publicKey);
    Object.assign(data, { head, signature: bo.sign(statementHash(statement, sha256Text)) });
  });
  expect(other).toContain('handover-other');
  expect(forge(given, 'handover-offered', null)).toContain('handover-unoffered');
  expect(forge(given, 'attempt-ended', null)).toContain('handover-unsafe');
  expect(forge(given, 'handed-over', null)).toContain('pen-not-theirs');
  expect(forge(given, 'pen-taken', null)).toContain('after-handover');
  const stolen = forge(given, 'pen-taken', ({ data }) => Object.assign(data, { signature: ada.sign('x') }));
  expect(stolen).toContain('pen-forged');
});

test('the pen is taken up from the record before the session, and only by an admitted checker', async () => {
  const session = String(parse(taken.lines[place(taken, 'session-opened', 1)] ?? '').data['session']);
  const elsewhere = forge(taken, 'pen-taken', (record) => {
    const from = { seq: 2, hash: parse(taken.lines[2] ?? '').hash };
    const { runId } = taken.run.engine.run;
    const statement = penStatement(runId, 'takeover', from, session, taken.run.bo.person.publicKey);
    Object.assign(record.data, { from, signature: taken.run.bo.sign(statementHash(statement, sha256Text)) });
  });
  expect(elsewhere).toEqual(['pen-elsewhere']);
  expect(forge(taken, 'participant-admitted', null)).toContain('pen-not-theirs');
});

test('a run whose pen was given away and not taken up here says where it goes on', async () => {
  const closed = place(given, 'session-closed');
  const result = await verifyLines(given, given.lines.slice(0, closed + 1));
  expect(result).toMatchObject({ verdict: 'incomplete', integrity: 'intact' });
  expect(result.findings).toContainEqual(expect.objectContaining({ code: 'pen-given', severity: 'incomplete' }));
});

/** The lines with one more record of this type before the n-th of another. */
function withRecord(from: Made, before: string, type: string, data: object, nth = 0): Made {
  const lines = [...from.lines];
  const at = place(from, before, nth);
  lines.splice(at, 0, JSON.stringify({ ...parse(lines[at] ?? ''), type, data, actor: { kind: 'app', name: 'x' } }));
  return { ...from, lines };
}

const unchanged = (): void => undefined;

test('the glass is opened by the checker’s own key, for what was asked, and for nothing else', async () => {
  const { ada, bo } = locked.run;
  const forged = forge(locked, 'glass-signed', ({ data }) => {
    data['signature'] = ada.sign(String(data['statement']));
  });
  expect(forged).toEqual(['glass-forged']);
  const other = forge(locked, 'glass-signed', ({ data }) => {
    Object.assign(data, { statement: 'a'.repeat(64), signature: bo.sign('a'.repeat(64)) });
  });
  expect(other).toEqual(['glass-statement']);
  // The words that were asked with are bound too.
  const reworded = forge(locked, 'glass-asked', ({ data }) => Object.assign(data, { reason: 'coffee' }), 2);
  expect(reworded).toEqual(['glass-statement', 'glass-other']);
  for (const type of ['glass-signed', 'glass-refused']) {
    const posed = forge(locked, type, (record) => Object.assign(record, { actor: { kind: 'operator', name: 'Bo' } }));
    expect([type, posed]).toEqual([type, ['actor-wrong']]);
  }
  const observer = forge(locked, 'participant-admitted', ({ data }) => Object.assign(data, { role: 'observer' }));
  expect(observer).toContain('actor-wrong');
});

test('a glass does not break without the signature of a checker who is there, or otherwise than it was signed', async () => {
  expect(forge(locked, 'glass-signed', null)).toEqual(['glass-other']);
  const alone = forge(locked, 'glass-broken', ({ data }) => Object.assign(data, { signedBy: null }));
  expect(alone).toEqual(['glass-other', 'glass-unsigned']);
  const reworded = forge(locked, 'glass-broken', ({ data }) => Object.assign(data, { reason: 'coffee' }));
  expect(reworded).toEqual(['glass-other']);
  const there = forge(locked, 'participant-presence', null);
  expect(there).toEqual(['glass-unsigned']);
  const inside = withRecord(locked, 'glass-broken', 'block-entered', { block: 0 });
  expect(forge(inside, 'run-ended', unchanged)).toContain('glass-misplaced');
});

test('nobody answers for a glass that was not asked for, and nobody asks where nothing is locked', async () => {
  expect(forge(locked, 'glass-asked', null)).toEqual(['glass-unasked']);
  expect(forge(locked, 'glass-asked', null, 1)).toEqual(['glass-unasked']);
  expect(forge(locked, 'glass-asked', null, 2)).toEqual(['glass-unasked', 'glass-unasked']);
  expect(forge(locked, 'lockdown-entered', null)).toContain('glass-misplaced');
});

test('in production nobody opens the lock for themselves', async () => {
  const { publicKey } = locked.run.bo.person;
  const same = forge(locked, 'session-identified', ({ data }) => Object.assign(data, { publicKey }));
  // At the admission, and again where the glass was signed.
  expect(same.filter((code) => code === 'checker-own-key')).toHaveLength(2);
  const nobody = forge(locked, 'session-identified', null);
  expect(nobody.filter((code) => code === 'operator-unidentified')).toHaveLength(2);
});

test('where lockdown was chosen, nothing of the hot phases begins outside the lock', async () => {
  expect(forge(locked, 'lockdown-entered', null, 2)).toEqual(['unlocked-hot-step']);
  const notChosen = forge(locked, 'lockdown-chosen', ({ data }) => Object.assign(data, { on: false }));
  expect(notChosen).toEqual([]);
  const left = withRecord(locked, 'attempt-started', 'lockdown-left', { cause: 'held' });
  expect(forge(left, 'run-ended', unchanged)).toContain('unlocked-hot-step');
});

test('a lock that is entered twice, or left without having been entered, is noted', async () => {
  expect(forge(locked, 'run-ended', unchanged, 0, 'note')).toEqual([]);
  expect(forge(locked, 'lockdown-left', null, 0, 'note')).toEqual(['lock-unpaired']);
  expect(forge(locked, 'lockdown-entered', null, 1, 'note')).toEqual(['lock-unpaired']);
});

test('a history in which a glass was signed cannot be rewritten before it', async () => {
  const at = place(locked, 'attempt-ended');
  const fine = (record: Line): Line => ({ ...record, data: { ...record.data, note: 'all fine' } });
  const rewritten = await verifyLines(locked, rebuild(locked.lines, locked.run.ada, at, fine));
  expect(rewritten.firstBad).toMatchObject({ type: 'glass-signed' });
  expect(codes(rewritten)).toContain('glass-statement');
});

test('everything that can be wrong with a lock is said in both languages', () => {
  const glass = ['misplaced', 'unasked', 'statement', 'forged', 'unsigned', 'other'].map((one) => `glass-${one}`);
  for (const code of [...glass, 'unlocked-hot-step', 'lock-unpaired'])
    for (const text of [en, zh]) expect([code, code in text]).toEqual([code, true]);
});
