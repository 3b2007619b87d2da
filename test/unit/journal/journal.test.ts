import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSessionSigner, signatureHolds } from '../../../electron/engine/journal/digest.ts';
import { createJournal, openJournal } from '../../../electron/engine/journal/journal.ts';
import { readHead, readRecords } from '../../../electron/engine/journal/read-run.ts';
import type { JournalRecord } from '../../../shared/contract/events.ts';
import { held, lost, removeFolder, runCreated, sessionOpened, tempFolder, testClock } from './sample-run.ts';

let folder: string;
const signer = createSessionSigner();
const first = runCreated([{ path: 'checklist/x.yaml', sha256: '0'.repeat(64), bytes: 1 }]);

beforeEach(async () => {
  folder = await tempFolder();
});
afterEach(() => removeFolder(folder));

const options = () => ({ folder, clock: testClock(), signer });
const path = () => join(folder, 'journal.jsonl');

async function reopen(): Promise<{ records: JournalRecord[]; opened: Awaited<ReturnType<typeof openJournal>> }> {
  const records: JournalRecord[] = [];
  const opened = await openJournal({ ...options(), onRecord: (record) => records.push(record) });
  return { records, opened };
}

test('what was acknowledged is read back exactly, by the reader and by the next session', async () => {
  const journal = await createJournal(options());
  const acknowledged = [
    ...(await journal.append([first, sessionOpened(signer)])),
    ...(await journal.append([held('café ☕ \u2028 "quoted"'), lost('x\u0000y')])),
  ];
  await journal.close();
  const read: JournalRecord[] = [];
  for await (const record of readRecords(folder)) read.push(record);
  expect(read).toEqual(acknowledged);
  expect((await readHead(folder)).data.runId).toBe('r1');
  const { records, opened } = await reopen();
  expect(records).toEqual(acknowledged);
  expect(opened.repaired).toBeNull();
  const [next] = await opened.journal.append([held('again')]);
  expect(next).toMatchObject({ seq: 4, prev: acknowledged[3]?.hash });
  await opened.journal.close();
});

test('human acts and checkpoints carry a signature by the session key, and nothing else does', async () => {
  const journal = await createJournal(options());
  const records = await journal.append([
    first,
    held('why'),
    lost('gone'),
    { actor: { kind: 'app', name: 'c' }, type: 'checkpoint', data: { records: 3 } },
  ]);
  await journal.close();
  expect(records.map((record) => record.sig !== undefined)).toEqual([false, true, false, true]);
  for (const { sig, hash } of records)
    if (sig !== undefined) expect(signatureHolds(signer.publicKey, hash, sig)).toBe(true);
});

test('appends that arrive together keep their order and form one chain', async () => {
  const journal = await createJournal(options());
  await journal.append([first]);
  const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => journal.append([lost(String(n))])));
  await journal.close();
  expect(answers.flat().map((record) => record.seq)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
  const { records, opened } = await reopen();
  await opened.journal.close();
  expect(records.length).toBe(201);
});

test('a text that was cut inside a surrogate pair and a reason with spaces around it come back as they were acknowledged', async () => {
  const journal = await createJournal(options());
  const acknowledged = await journal.append([first, held(`  because ${'😀'.slice(0, 1)} `)]);
  await journal.close();
  const { records, opened } = await reopen();
  await opened.journal.close();
  expect(records).toEqual(acknowledged);
  expect(records[1]?.data).toEqual({ reason: 'because \uFFFD', cause: 'operator', minutes: null });
});

test('an event that does not fit the contract is refused before it reaches the disk', async () => {
  const journal = await createJournal(options());
  await journal.append([first]);
  const before = await readFile(path());
  await expect(journal.append([held('x'.repeat(20_001))])).rejects.toMatchObject({ code: 'invalid-record' });
  expect(await readFile(path())).toEqual(before);
  await expect(journal.append([held('fine')])).resolves.toHaveLength(1);
  await journal.close();
  await expect(journal.append([held('late')])).rejects.toMatchObject({ code: 'closed' });
});

test('a journal is created once and written by one process at a time', async () => {
  const journal = await createJournal(options());
  await journal.append([first]);
  await expect(reopen()).rejects.toMatchObject({ code: 'locked' });
  await expect(createJournal(options())).rejects.toMatchObject({ code: 'locked' });
  await journal.close();
  await expect(createJournal(options())).rejects.toMatchObject({ code: 'exists' });
  await expect(
    openJournal({ ...options(), folder: join(folder, 'none'), onRecord: () => undefined }),
  ).rejects.toMatchObject({
    code: 'missing',
  });
});

test('a journal with no whole record cannot be taken up', async () => {
  await writeFile(path(), '{"actor":');
  await expect(reopen()).rejects.toMatchObject({ code: 'empty' });
});

test('a last line torn at any byte is cut, kept beside the journal, and the run goes on', async () => {
  const journal = await createJournal(options());
  const [, whole] = await journal.append([first, lost('one')]);
  await journal.append([lost('two')]);
  await journal.close();
  const bytes = await readFile(path());
  const lastLine = bytes.lastIndexOf(10, bytes.length - 2) + 1;
  for (let length = lastLine; length < bytes.length; length += 1) {
    await removeFolder(join(folder, 'torn-1.bin'));
    await writeFile(path(), bytes.subarray(0, length));
    const { records, opened } = await reopen();
    const torn = bytes.subarray(lastLine, length);
    expect(records).toHaveLength(2);
    expect(opened.repaired?.bytes ?? 0).toBe(torn.length);
    if (torn.length > 0) expect(await readFile(join(folder, 'torn-1.bin'))).toEqual(torn);
    const [next] = await opened.journal.append([lost('three')]);
    expect(next).toMatchObject({ seq: 2, prev: whole?.hash });
    await opened.journal.close();
  }
});

test('a crash between the cut and its record loses neither the bytes nor the record', async () => {
  const journal = await createJournal(options());
  await journal.append([first]);
  await journal.close();
  await appendFile(path(), '{"torn');
  const one = await reopen();
  await one.opened.journal.close();
  await appendFile(path(), '{"agai');
  const two = await reopen();
  expect(two.opened.repaired).toMatchObject({ path: 'torn-1.bin', bytes: 12 });
  expect(await readFile(join(folder, 'torn-1.bin'), 'utf8')).toBe('{"torn{"agai');
  const cut = two.opened.repaired;
  if (cut === null) throw new Error('nothing was repaired');
  await two.opened.journal.append([{ actor: { kind: 'app', name: 'c' }, type: 'journal-repaired', data: { cut } }]);
  await two.opened.journal.close();
  await appendFile(path(), '{');
  const three = await reopen();
  await three.opened.journal.close();
  expect(three.opened.repaired).toMatchObject({ path: 'torn-2.bin', bytes: 1 });
});

test('a broken chain is never continued and is left as it is', async () => {
  const journal = await createJournal(options());
  await journal.append([first, lost('one'), lost('two')]);
  await journal.close();
  const altered = (await readFile(path(), 'utf8')).replace('one', 'uno');
  await writeFile(path(), `${altered}{"torn`);
  await expect(reopen()).rejects.toMatchObject({
    code: 'altered',
    fault: { code: 'wrong-hash', line: 2, seq: 1, type: 'host-lost' },
  });
  expect(await readFile(path(), 'utf8')).toBe(`${altered}{"torn`);
  await truncate(path(), 0);
});
