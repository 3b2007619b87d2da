import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { verify } from '../../../electron/cli/verify.ts';
import { createSessionSigner } from '../../../electron/engine/journal/digest.ts';
import { type VerifyResult, verifyRun } from '../../../electron/engine/journal/verify-run.ts';
import { findingSentence } from '../../../shared/journal/finding.ts';
import { createTranslator } from '../../../shared/text/translate.ts';
import {
  type Line,
  linesOf,
  type PeopleRun,
  parse,
  person,
  rebuild,
  receiptLine,
  writeFollowedRun,
  writeLines,
} from './people-run.ts';
import { removeFolder, tempFolder } from './sample-run.ts';

/** A history that was rewritten with every means of the operator's machine is exposed by the checker's receipts. */

const session = createSessionSigner();
let base: string;
let run: PeopleRun;
let good: string;
let folder: string;
let lines: string[];
/** The checker's receipts, one for every record. */
let receipts: string[];
/** Where the checker keeps them. */
let copy: string;

beforeAll(async () => {
  base = await tempFolder();
  ({ run, folder: good } = await writeFollowedRun(base));
  // Signed anew with a session key that the forger has as well: nothing is safe from who runs the operator's machine.
  lines = rebuild(linesOf(await readFile(join(good, 'journal.jsonl'))), run.ada, -1, later, session);
  await writeLines(good, 'journal.jsonl', lines);
  receipts = lines.map((line) => receiptLine(run.bo, run.engine.run.runId, parse(line)));
});
afterAll(() => removeFolder(base));

beforeEach(async () => {
  folder = join(base, 'copy');
  await removeFolder(folder);
  await cp(good, folder, { recursive: true });
  copy = join(base, 'bo.jsonl');
  await writeFile(copy, receipts.map((line) => `${line}\n`).join(''));
});

const codes = ({ findings }: VerifyResult) => findings.map(({ code }) => code);
const later = (record: Line): Line => ({ ...record, at: new Date(Date.parse(record.at) + 1).toISOString() });

async function own(list: readonly string[]): Promise<VerifyResult> {
  await writeLines(folder, 'receipts.jsonl', list);
  return verifyRun(folder);
}

test('receipts for every record, or for any one of them, raise no alarm on the run they were given for', async () => {
  const all = await own(receipts);
  expect(all).toMatchObject({ verdict: 'intact', identity: 'proved', findings: [] });
  expect(all.receipts).toMatchObject({ source: 'run', count: lines.length, lastSeq: lines.length - 1, toEnd: true });
  expect(all.receipts.signers).toMatchObject([{ name: 'Bo', admitted: true, publicKey: run.bo.person.publicKey }]);
  for (const [seq, line] of receipts.entries()) {
    const one = await own([line]);
    expect(one).toMatchObject({ verdict: 'intact', integrity: 'intact', completeness: 'complete', identity: 'proved' });
    expect(one.receipts).toMatchObject({ count: 1, lastSeq: seq, toEnd: seq === lines.length - 1 });
    expect(codes(one)).toEqual(seq === lines.length - 1 ? [] : ['receipts-behind']);
  }
});

test('a history rewritten from any record on holds by itself, and is exposed by the receipts, which name the record', async () => {
  for (const at of lines.keys()) {
    const forged = rebuild(lines, run.ada, at, later, session);
    expect(forged.slice(0, at)).toEqual(lines.slice(0, at));
    await writeLines(folder, 'journal.jsonl', forged);
    expect(await verifyRun(folder)).toMatchObject({ verdict: 'intact', integrity: 'intact', identity: 'unproved' });
    const exposed = await verifyRun(folder, { receipts: copy });
    expect(exposed).toMatchObject({ verdict: 'altered', integrity: 'altered' });
    const told = exposed.findings.filter(({ code }) => code === 'history-rewritten');
    expect(told).toMatchObject([{ params: { seq: String(at), after: String(at), name: 'Bo' } }]);
  }
});

test('one last receipt is enough: it stands for everything before it', async () => {
  await writeFile(copy, `${receipts.at(-1)}\n`);
  for (const at of lines.keys()) {
    await writeLines(folder, 'journal.jsonl', rebuild(lines, run.ada, at, later));
    expect((await verifyRun(folder, { receipts: copy })).integrity).toBe('altered');
  }
});

test('a record that was taken out with everything made to fit is exposed', async () => {
  const held = lines.findIndex((line) => parse(line).type === 'run-held');
  await writeLines(
    folder,
    'journal.jsonl',
    rebuild(lines, run.ada, held, () => null),
  );
  expect(await verifyRun(folder)).toMatchObject({ verdict: 'intact' });
  const exposed = await verifyRun(folder, { receipts: copy });
  expect(exposed).toMatchObject({ verdict: 'altered', completeness: 'incomplete' });
  expect(codes(exposed)).toEqual(['history-rewritten', 'history-cut', 'receipts-behind']);
});

test('a history cut off after any record is incomplete, and the receipts say how far it went', async () => {
  for (let length = 1; length < lines.length; length += 1) {
    await writeLines(folder, 'journal.jsonl', lines.slice(0, length));
    const result = await verifyRun(folder, { receipts: copy });
    expect([length, result.integrity, result.completeness]).toEqual([length, 'intact', 'incomplete']);
    const told = result.findings.find(({ code }) => code === 'history-cut');
    expect(told).toMatchObject({
      severity: 'incomplete',
      params: { seq: String(lines.length - 1), records: String(length), name: expect.any(String) },
    });
  }
});

test('every single changed byte of every receipt is found, and the line is named', async () => {
  const bytes = Buffer.from(`${receipts.slice(-2).join('\n')}\n`);
  for (let at = 0; at < bytes.length - 1; at += bytes[at + 1] === 10 ? 1 : 3) {
    const altered = Buffer.from(bytes);
    altered[at] = (altered[at] ?? 0) ^ 1;
    await writeFile(join(folder, 'receipts.jsonl'), altered);
    const result = await verifyRun(folder);
    const line = bytes.subarray(0, at).includes(10) ? '2' : '1';
    expect([
      at,
      result.verdict,
      result.findings.find(({ severity }) => severity === 'altered')?.params['line'],
    ]).toEqual([at, 'altered', line]);
  }
}, 60_000);

test('a receipt in other bytes than it is written in was touched, though its signature holds', async () => {
  const [first = ''] = receipts;
  for (const touched of [first.replace('{', '{ '), first.replace('"at"', '"\\u0061t"'), `${first} `, `${first}\r`]) {
    const result = await own([touched]);
    expect(result).toMatchObject({ verdict: 'altered', receipts: { count: 0 } });
    expect(codes(result)).toContain('receipt-unreadable');
  }
});

test('receipts that stand twice or in another order still hold, and it is mentioned', async () => {
  const swapped = await own([receipts[4] ?? '', receipts[2] ?? '', receipts[5] ?? '', receipts[5] ?? '']);
  expect(swapped).toMatchObject({ verdict: 'intact', receipts: { lastSeq: 5 } });
  expect(codes(swapped)).toEqual(['receipts-order', 'receipts-order', 'receipts-behind']);
});

test('a torn last receipt is mentioned; a whole one without its newline counts', async () => {
  await writeFile(join(folder, 'receipts.jsonl'), `${receipts[3]}\n${receipts[4]?.slice(0, 60)}`);
  const torn = await verifyRun(folder);
  expect(torn).toMatchObject({ verdict: 'intact', receipts: { lastSeq: 3 } });
  expect(codes(torn)).toContain('receipts-torn');
  await writeFile(join(folder, 'receipts.jsonl'), receipts.join('\n'));
  expect(await verifyRun(folder)).toMatchObject({ receipts: { toEnd: true }, findings: [] });
});

test('receipts by a key that was not admitted prove nothing: mentioned in the folder, refused from outside', async () => {
  const eve = person('Bo');
  const forged = lines.map((line) => receiptLine(eve, run.engine.run.runId, parse(line)));
  const inside = await own(forged);
  expect(inside).toMatchObject({ verdict: 'intact', identity: 'unproved', receipts: { count: 0, toEnd: false } });
  expect(inside.receipts.signers).toMatchObject([{ admitted: false, publicKey: eve.person.publicKey }]);
  expect(codes(inside)).toEqual(['receipt-stranger', 'receipts-missing']);
  await writeLines(base, 'bo.jsonl', forged);
  const brought = await verifyRun(folder, { receipts: copy });
  expect(brought).toMatchObject({ verdict: 'altered', integrity: 'intact', identity: 'mismatch' });
  // A stranger's word for another history is a contradiction all the same: somebody replaced the checker's key.
  const other = rebuild(lines, run.ada, 5, later).map((line) => receiptLine(eve, run.engine.run.runId, parse(line)));
  expect(codes(await own(other))).toContain('history-rewritten');
});

test('receipts of another run, an empty file, and rubbish of any length are told apart and bounded', async () => {
  const foreign = await own([receiptLine(run.bo, 'another', parse(lines[0] ?? ''))]);
  expect(foreign).toMatchObject({ verdict: 'altered', findings: [{ code: 'receipt-other-run' }, expect.anything()] });
  await removeFolder(join(folder, 'receipts.jsonl'));
  await writeFile(copy, '');
  expect(codes(await verifyRun(folder, { receipts: copy }))).toContain('receipts-empty');
  await writeFile(copy, 'rubbish\n'.repeat(50_000));
  const rubbish = await verifyRun(folder, { receipts: copy });
  expect(rubbish).toMatchObject({ verdict: 'altered' });
  expect(rubbish.findings.length).toBeLessThan(15);
  await writeFile(copy, 'x'.repeat(3_000_000));
  expect(await verifyRun(folder, { receipts: copy })).toMatchObject({ verdict: 'altered' });
});

async function cli(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const stdout = (text: string) => {
    out += text;
  };
  const stderr = (text: string) => {
    err += text;
  };
  return { code: await verify(args, { stdout, stderr, env: { LANG: 'C' }, cwd: base }), out, err };
}

test('what the receipts say is told however much else there is to tell', async () => {
  for (let stray = 0; stray < 210; stray += 1) await writeFile(join(folder, 'checklist', `stray-${stray}`), 'x');
  await writeLines(folder, 'journal.jsonl', rebuild(lines, run.ada, 4, later, session));
  const { findings } = await verifyRun(folder, { receipts: copy });
  expect(findings.length).toBeLessThan(210);
  expect(findings.map(({ code }) => code)).toContain('history-rewritten');
});

test('the command takes a file or a folder of receipts; exits 0, 2 or 3; and prints names and keys to compare', async () => {
  const fine = await cli('copy', '--receipts', 'bo.jsonl');
  expect(fine).toMatchObject({ code: 0, out: expect.stringContaining(`signed by Bo`) });
  const { fingerprint = '' } = (await verifyRun(folder, { receipts: copy })).receipts.signers[0] ?? {};
  expect(fine.out.split(fingerprint).length).toBeGreaterThan(2);
  await writeLines(folder, 'receipts.jsonl', receipts);
  const json = JSON.parse((await cli('copy', '--receipts', 'copy', '--json')).out);
  expect(json).toMatchObject({
    ...{ verdict: 'intact', integrity: 'intact', completeness: 'complete', identity: 'proved' },
    receipts: { count: lines.length, lastSeq: lines.length - 1, signers: [{ name: 'Bo' }] },
    people: [
      { role: 'operator', name: 'Ada' },
      { role: 'checker', name: 'Bo' },
    ],
  });
  await writeLines(folder, 'journal.jsonl', lines.slice(0, 8));
  expect(await cli('copy', '--receipts', 'bo.jsonl')).toMatchObject({ code: 3 });
  await writeLines(folder, 'journal.jsonl', rebuild(lines, run.ada, 4, later));
  expect(await cli('copy', '--receipts', 'bo.jsonl')).toMatchObject({
    code: 2,
    out: expect.stringContaining('THE HISTORY WAS REWRITTEN'),
  });
  const absent = await cli('copy', '--receipts', 'nowhere.jsonl');
  expect(absent).toMatchObject({ code: 2, out: '', err: expect.stringContaining('no file of receipts') });
});

test('a checker’s copy that lacks a file yet is incomplete, not altered', async () => {
  const mirrored = join(base, 'mirrored', 'r1');
  await cp(good, mirrored, { recursive: true });
  await removeFolder(join(mirrored, 'checklist', 'release.yaml'));
  const result = await verifyRun(mirrored);
  expect(result).toMatchObject({ verdict: 'incomplete', integrity: 'intact' });
  expect(codes(result)).toContain('file-not-copied');
  await removeFolder(join(folder, 'checklist', 'release.yaml'));
  expect((await verifyRun(folder)).verdict).toBe('altered');
});

test('every finding about people and receipts has its sentence in both languages', async () => {
  await writeLines(folder, 'journal.jsonl', rebuild(lines, run.ada, 4, later).slice(0, 9));
  await writeFile(join(folder, 'receipts.jsonl'), `${receipts[3]}\nx\n{`);
  const { findings } = await verifyRun(folder, { receipts: copy });
  expect(findings.length).toBeGreaterThan(3);
  for (const language of ['en', 'zh'] as const) {
    const { t } = createTranslator(language);
    for (const finding of findings) {
      expect(findingSentence(finding, (key, params) => t(key, { ...params }))).not.toMatch(/verify:|\{\{/);
    }
  }
});
