import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { acquireLock } from '../../../electron/engine/journal/lock.ts';
import { promoteCopy } from '../../../electron/mirror/take-over.ts';
import { FollowedRun, person, runId } from '../../helpers/guest-kit.ts';
import { journalLines } from '../../helpers/mirror-server.ts';

const base = mkdtempSync(join(tmpdir(), 'countersign-take-over-'));
const checker = person('Zhang San');
process.on('exit', () => rmSync(base, { recursive: true, force: true }));

let data: string;
let copy: string;
let own: string;
let run: FollowedRun;

beforeEach(async () => {
  data = mkdtempSync(join(base, 'data-'));
  copy = join(data, 'mirrored', runId);
  own = join(data, 'runs', runId);
  run = await FollowedRun.begin(copy, checker);
  run.write('output/a1.cast', 'hello');
});
afterEach(async () => {
  await run.close();
});

const journal = (folder: string) => readFileSync(join(folder, 'journal.jsonl'), 'utf8');

/** An own folder of the same run with the first lines of it. */
function ownFrom(lines: readonly string[], tail = ''): void {
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'journal.jsonl'), lines.map((line) => `${line}\n`).join('') + tail);
}

describe('taking a followed run for our own', () => {
  test('moves the copy, with all its files, to where our runs lie', async () => {
    await run.close();
    const before = journal(copy);
    expect(await promoteCopy(data, runId)).toEqual({ ok: true, value: { folder: own } });
    expect(existsSync(copy)).toBe(false);
    expect(journal(own)).toBe(before);
    expect(readFileSync(join(own, 'output/a1.cast'), 'utf8')).toBe('hello');
    expect(existsSync(join(own, 'journal.lock'))).toBe(false);
  });

  test('puts our own earlier part aside, named after its last record, also when a crash tore its end', async () => {
    await run.close();
    const lines = journalLines(copy);
    ownFrom(lines.slice(0, 4), '{"actor":{"kind":"app","name":"Other');
    writeFileSync(join(own, 'receipts.jsonl'), 'kept');
    expect((await promoteCopy(data, runId)).ok).toBe(true);
    expect(journalLines(own)).toEqual(lines);
    expect(readFileSync(join(data, 'superseded', `${runId}-3`, 'receipts.jsonl'), 'utf8')).toBe('kept');
  });

  test('an own part that is not the beginning of the copy stops it: nothing moves', async () => {
    await run.close();
    const other = await FollowedRun.begin(join(data, 'other'), checker);
    await other.close();
    const lines = journalLines(copy);
    ownFrom([...lines.slice(0, 1), ...journalLines(join(data, 'other')).slice(1, 3)]);
    const before = [journal(copy), journal(own)];
    const tried = await promoteCopy(data, runId);
    expect(tried).toMatchObject({ ok: false, failure: { code: 'history-altered', params: { line: '2' } } });
    expect([journal(copy), journal(own)]).toEqual(before);
    expect(existsSync(join(data, 'superseded'))).toBe(false);
  });

  test('an own part that goes further than the copy stops it', async () => {
    await run.close();
    cpSync(copy, own, { recursive: true });
    const lines = journalLines(copy);
    writeFileSync(join(copy, 'journal.jsonl'), `${lines.slice(0, -1).join('\n')}\n`);
    expect(await promoteCopy(data, runId)).toMatchObject({ ok: false, failure: { code: 'history-altered' } });
    expect(existsSync(copy)).toBe(true);
  });

  test('a line that came in part is cut, so that it is not taken for one that was torn there', async () => {
    await run.close();
    const before = journal(copy);
    appendFileSync(join(copy, 'journal.jsonl'), '{"actor":');
    expect((await promoteCopy(data, runId)).ok).toBe(true);
    expect(journal(own)).toBe(before);
    expect(readdirSync(own).some((name) => name.startsWith('torn-'))).toBe(false);
  });

  test('a copy that was altered is not taken', async () => {
    await run.close();
    writeFileSync(join(copy, 'journal.jsonl'), journal(copy).replace('Zhang San', 'Zhang Sen'));
    expect(await promoteCopy(data, runId)).toMatchObject({ ok: false, failure: { code: 'history-altered' } });
    expect(existsSync(own)).toBe(false);
  });

  test('a run that ended is not taken, and neither is one that is not here', async () => {
    await run.human({ type: 'run-ended', data: { result: 'abandoned', reason: 'x' } });
    await run.close();
    expect(await promoteCopy(data, runId)).toMatchObject({ ok: false, failure: { code: 'local-error' } });
    expect(existsSync(own)).toBe(false);
    expect(await promoteCopy(data, 'other')).toMatchObject({ ok: false, failure: { code: 'local-error' } });
  });

  test('a copy, or an own part, that somebody still writes is not touched', async () => {
    expect(await promoteCopy(data, runId)).toMatchObject({ ok: false, failure: { code: 'mirror-copy-in-use' } });
    await run.close();
    ownFrom(journalLines(copy).slice(0, 4));
    const lock = await acquireLock(join(own, 'journal.lock'));
    expect(await promoteCopy(data, runId)).toMatchObject({ ok: false, failure: { code: 'mirror-copy-in-use' } });
    await lock.release();
    expect(existsSync(copy)).toBe(true);
    expect((await promoteCopy(data, runId)).ok).toBe(true);
  });
});

describe('a crash in the middle', () => {
  test('after our own part was put aside: the copy is taken the next time', async () => {
    await run.close();
    const lines = journalLines(copy);
    ownFrom(lines.slice(0, 4));
    mkdirSync(join(data, 'superseded'));
    renameSync(own, join(data, 'superseded', `${runId}-3`));
    expect((await promoteCopy(data, runId)).ok).toBe(true);
    expect(journalLines(own)).toEqual(lines);
    expect(readdirSync(join(data, 'superseded'))).toEqual([`${runId}-3`]);
  });

  test('after the copy was moved: it is found where it belongs', async () => {
    await run.close();
    mkdirSync(join(data, 'runs'));
    renameSync(copy, own);
    expect(await promoteCopy(data, runId)).toEqual({ ok: true, value: { folder: own } });
  });
});
