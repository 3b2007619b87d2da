import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256Text, signatureHolds } from '../../../electron/engine/journal/digest.ts';
import { type VerifyResult, verifyRun } from '../../../electron/engine/journal/verify-run.ts';
import type { JournalRecord } from '../../../shared/contract/events.ts';
import { auditPeople, type PeopleAudit } from '../../../shared/journal/people-audit.ts';
import { handoverStatement, penStatement, statementHash } from '../../../shared/people/statements.ts';
import {
  type Line,
  linesOf,
  type PeopleRun,
  parse,
  rebuild,
  writeFollowedRun,
  writeHandedOverRun,
  writeLines,
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
let given: Made;
let taken: Made;

const made = async ({ run, folder }: { run: PeopleRun; folder: string }): Promise<Made> => {
  return { run, folder, lines: linesOf(await readFile(join(folder, 'journal.jsonl'))) };
};

beforeAll(async () => {
  base = await tempFolder();
  signed = await made(await writePeopleRun(join(base, 'signed')));
  followed = await made(await writeFollowedRun(join(base, 'followed')));
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
function forge(from: Made, type: string, change: ((record: Line) => void) | null, nth = 0): readonly string[] {
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
    faults.push(...folded.faults.filter(({ severity }) => severity === 'altered').map(({ code }) => code));
  }
  return faults;
}

test('runs of two people as the app writes them are intact, also when the pen changes hands', async () => {
  for (const { folder } of [signed, followed, given]) {
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
