import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { verify } from '../../../electron/cli/verify.ts';
import { signatureHolds } from '../../../electron/engine/journal/digest.ts';
import { checkBytes } from '../../../electron/engine/journal/read-run.ts';
import { type VerifyResult, verifyRun } from '../../../electron/engine/journal/verify-run.ts';
import { FIRST_LINK } from '../../../shared/journal/chain.ts';
import { findingSentence } from '../../../shared/journal/finding.ts';
import { auditRecord, FIRST_AUDIT } from '../../../shared/journal/verify.ts';
import { createTranslator } from '../../../shared/text/translate.ts';
import { removeFolder, tempFolder, writeSampleRun } from './sample-run.ts';

let base: string;
let good: string;
let folder: string;
let journal: Buffer;

beforeAll(async () => {
  base = await tempFolder();
  good = join(base, 'good');
  await writeSampleRun(good);
  journal = await readFile(join(good, 'journal.jsonl'));
});
afterAll(() => removeFolder(base));

beforeEach(async () => {
  folder = join(base, 'copy');
  await removeFolder(folder);
  await cp(good, folder, { recursive: true });
});

const lines = () => journal.toString('utf8').trimEnd().split('\n');

async function verifyWith(name: string, content: Buffer | string): Promise<VerifyResult> {
  await writeFile(join(folder, name), content);
  return verifyRun(folder);
}

const verifyLines = (list: readonly string[]) => verifyWith('journal.jsonl', `${list.join('\n')}\n`);

test('an untouched run is intact and complete', async () => {
  const result = await verifyRun(folder);
  expect(result).toMatchObject({ verdict: 'intact', runId: 'r1', records: 8, findings: [], firstBad: null });
  expect(result.head).toBe(JSON.parse(lines().at(-1) ?? '').hash);
});

test('every single changed byte of every line is found in that line', () => {
  let link = FIRST_LINK;
  let audit = FIRST_AUDIT;
  for (const line of lines()) {
    const bytes = Buffer.from(line);
    for (let at = 0; at < bytes.length; at += 1) {
      const altered = Buffer.from(bytes);
      // Flipping the lowest bit keeps letters letters and digits digits: the hardest change to see.
      altered[at] = (altered[at] ?? 0) ^ 1;
      const checked = checkBytes(link, altered);
      const found = !checked.ok || auditRecord(audit, checked.record, signatureHolds).faults.length > 0;
      expect([link.line, at, found]).toEqual([link.line, at, true]);
    }
    const good = checkBytes(link, bytes);
    if (!good.ok) throw new Error(good.fault.detail);
    link = good.next;
    ({ audit } = auditRecord(audit, good.record, signatureHolds));
  }
});

test('a changed byte anywhere in the file, newlines included, is found by the whole verifier, which names the line', async () => {
  let line = 1;
  for (let at = 0; at < journal.length - 1; at += 1) {
    if (at % 41 === 0 || journal[at] === 10) {
      const altered = Buffer.from(journal);
      altered[at] = (altered[at] ?? 0) ^ 1;
      const result = await verifyWith('journal.jsonl', altered);
      expect([at, result.verdict, result.firstBad?.line]).toEqual([at, 'altered', line]);
    }
    if (journal[at] === 10) line += 1;
  }
}, 60_000);

test('every single removed or inserted byte of the journal is found', async () => {
  const step = 61;
  for (let at = 0; at < journal.length; at += step) {
    const removed = Buffer.concat([journal.subarray(0, at), journal.subarray(at + 1)]);
    expect([at, (await verifyWith('journal.jsonl', removed)).verdict]).not.toEqual([at, 'intact']);
    for (const byte of [0x20, 0x0a, 0x30]) {
      const inserted = Buffer.concat([journal.subarray(0, at), Buffer.from([byte]), journal.subarray(at)]);
      expect([at, (await verifyWith('journal.jsonl', inserted)).verdict]).toEqual([at, 'altered']);
    }
  }
}, 60_000);

test('what is put behind the last newline, or in its place, is told from what a crash leaves', async () => {
  const without = journal.subarray(0, -1);
  expect(await verifyWith('journal.jsonl', without)).toMatchObject({ verdict: 'incomplete', records: 7 });
  for (const end of ['x', ' ', '}']) {
    const result = await verifyWith('journal.jsonl', Buffer.concat([without, Buffer.from(end)]));
    expect(result).toMatchObject({ verdict: 'altered', firstBad: { line: 8 } });
  }
  expect((await verifyWith('journal.jsonl', Buffer.concat([journal, Buffer.from('x')]))).verdict).toBe('altered');
  const torn = await verifyWith('journal.jsonl', Buffer.concat([journal, Buffer.from('{"actor":{"kind')]));
  expect(torn).toMatchObject({ verdict: 'incomplete', findings: [{ code: 'line-torn' }] });
});

test('every removed, repeated or swapped line is found where it happened', async () => {
  const all = lines();
  for (let at = 0; at < all.length; at += 1) {
    const removed = await verifyLines(all.filter((_, index) => index !== at));
    if (at === all.length - 1) expect(removed.verdict).toBe('incomplete');
    else expect(removed).toMatchObject({ verdict: 'altered', firstBad: { line: at + 1, seq: at + 1 } });
    const repeated = await verifyLines([...all.slice(0, at + 1), ...all.slice(at)]);
    expect(repeated).toMatchObject({ verdict: 'altered', firstBad: { line: at + 2, seq: at } });
    if (at === all.length - 1) continue;
    const swapped = [...all];
    [swapped[at], swapped[at + 1]] = [all[at + 1] ?? '', all[at] ?? ''];
    expect(await verifyLines(swapped)).toMatchObject({ verdict: 'altered', firstBad: { line: at + 1, seq: at + 1 } });
  }
});

test('every cut after a whole line leaves an incomplete run, never an intact one', async () => {
  const all = lines();
  for (let length = 1; length < all.length; length += 1) {
    const result = await verifyLines(all.slice(0, length));
    expect([length, result.records]).toEqual([length, length]);
    expect(result.verdict).not.toBe('intact');
  }
});

for (const name of ['checklist/sample.yaml', 'output/a1.cast', 'evidence/a1-proof.txt']) {
  test(`every changed, removed or added byte of ${name} is found, and the record that sealed it is named`, async () => {
    const bytes = await readFile(join(good, name));
    const sealedBy = name.startsWith('checklist') ? 'run-created' : 'attempt-ended';
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await verifyWith(name, changed)).toMatchObject({
        verdict: 'altered',
        firstBad: { type: sealedBy },
        findings: [{ code: 'file-changed', params: { path: name } }],
      });
    }
    expect(await verifyWith(name, bytes.subarray(1))).toMatchObject({ findings: [{ code: 'file-size' }] });
    expect((await verifyWith(name, Buffer.concat([bytes, Buffer.from('\n')]))).verdict).toBe('altered');
    await rm(join(folder, name));
    expect(await verifyRun(folder)).toMatchObject({ verdict: 'altered', findings: [{ code: 'file-missing' }] });
  });
}

test('a file put into checklist or output is found; a stray piece of evidence is only mentioned', async () => {
  expect(await verifyWith('output/a2.cast', 'x')).toMatchObject({
    verdict: 'altered',
    findings: [{ code: 'file-unexpected', params: { path: 'output/a2.cast' } }],
  });
  await rm(join(folder, 'output/a2.cast'));
  await mkdir(join(folder, 'checklist', 'sub'));
  expect((await verifyWith('checklist/sub/more.sql', 'x')).verdict).toBe('altered');
  await rm(join(folder, 'checklist', 'sub'), { recursive: true });
  expect(await verifyWith('evidence/a9-x.png', 'x')).toMatchObject({
    verdict: 'intact',
    findings: [{ severity: 'note' }],
  });
});

test('a sealed file replaced by a link is found even when the link leads to the same content', async () => {
  await rm(join(folder, 'output/a1.cast'));
  await symlink(join(good, 'output/a1.cast'), join(folder, 'output/a1.cast'));
  expect(await verifyRun(folder)).toMatchObject({ verdict: 'altered', findings: [{ code: 'path-outside' }] });
});

test('every finding has a plain sentence in both languages', async () => {
  const { findings } = await verifyLines([lines()[1] ?? '']);
  for (const language of ['en', 'zh'] as const) {
    const { t } = createTranslator(language);
    for (const finding of findings) {
      const sentence = findingSentence(finding, (key, params) => t(key, { ...params }));
      expect(sentence).not.toContain('verify:');
      expect(sentence).not.toContain('{{');
    }
  }
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

test('the command says 0 intact, 2 altered, 3 incomplete, and 2 with a clear word when there is nothing to verify', async () => {
  expect(await cli('good')).toMatchObject({ code: 0, out: expect.stringContaining('Intact and complete: 8 records') });
  const json = await cli('good', '--json');
  expect(JSON.parse(json.out)).toMatchObject({ verdict: 'intact', records: 8, findings: [] });
  await writeFile(join(folder, 'journal.jsonl'), journal.toString('utf8').replace('"Ada"', '"Eve"'));
  expect(await cli('copy')).toMatchObject({
    code: 2,
    out: expect.stringContaining('first bad record is number 1 (session-opened)'),
  });
  await writeFile(join(folder, 'journal.jsonl'), `${lines().slice(0, -1).join('\n')}\n`);
  expect(await cli('copy')).toMatchObject({ code: 3 });
  expect(await cli('none')).toMatchObject({ code: 2, err: expect.stringContaining('no run "none"') });
  await mkdir(join(base, 'empty'), { recursive: true });
  expect(await cli('empty')).toMatchObject({ code: 2, err: expect.stringContaining('holds no journal') });
  expect(await cli('good', '--receipts', 'r.jsonl')).toMatchObject({
    code: 2,
    err: expect.stringContaining('no file of receipts'),
  });
  expect(await cli()).toMatchObject({ code: 2, err: expect.stringContaining('Usage') });
  expect((await readdir(good)).sort()).toEqual(['checklist', 'evidence', 'journal.jsonl', 'output']);
});
