import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSessionSigner } from '../../../electron/engine/journal/digest.ts';
import { createJournal, openJournal } from '../../../electron/engine/journal/journal.ts';
import { createOutputStore } from '../../../electron/engine/output/output-store.ts';
import { lost, removeFolder, runCreated, sessionOpened, tempFolder, testClock } from './sample-run.ts';

const canMount = process.platform === 'linux' && process.getuid?.() === 0;

describe.skipIf(!canMount)('on a disk of 256 KiB (needs root on Linux to mount a small tmpfs)', () => {
  let base: string;
  let disk: string;
  const signer = createSessionSigner();

  beforeEach(async () => {
    base = await tempFolder();
    disk = join(base, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]);
  });
  afterEach(async () => {
    execFileSync('umount', [disk]);
    await removeFolder(base);
  });

  test('a record that does not fit is refused and leaves no trace; when there is room again the journal goes on', async () => {
    const folder = join(disk, 'run');
    const journal = await createJournal({ folder, clock: testClock(), signer });
    const files = [{ path: 'checklist/x.yaml', sha256: '0'.repeat(64), bytes: 1 }];
    await journal.append([runCreated(files), sessionOpened(signer)]);
    const balast = join(disk, 'balast');
    await writeFile(balast, Buffer.alloc(200 * 1024));
    let acknowledged = 2;
    let refused: unknown = null;
    while (refused === null) {
      await journal.append([lost('x'.repeat(3_900))]).then(
        () => {
          acknowledged += 1;
        },
        (error: unknown) => {
          refused = error;
        },
      );
    }
    expect(refused).toMatchObject({ name: 'JournalError', code: 'unwritable', cause: { code: 'ENOSPC' } });
    const full = await readFile(join(folder, 'journal.jsonl'), 'utf8');
    expect(full.endsWith('\n')).toBe(true);
    expect(full.trimEnd().split('\n')).toHaveLength(acknowledged);
    // Several at once: all are told, none is half there.
    const many = await Promise.allSettled([1, 2, 3].map(() => journal.append([lost('y'.repeat(3_900))])));
    expect(many.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await rm(balast);
    const [next] = await journal.append([lost('room again')]);
    expect(next?.seq).toBe(acknowledged);
    await journal.close();
    const seqs: number[] = [];
    const opened = await openJournal({ folder, clock: testClock(), signer, onRecord: ({ seq }) => seqs.push(seq) });
    await opened.journal.close();
    expect(seqs).toEqual(Array.from({ length: acknowledged + 1 }, (_, n) => n));
  });

  test('a recording that does not fit says ENOSPC at a write and at the seal, and what was written can be sealed', async () => {
    const store = createOutputStore({
      folder: disk,
      clock: testClock(),
      secrets: { values: () => [] },
      tap: () => undefined,
    });
    const sink = await store.open('a1', 'flood');
    const chunk = Buffer.from(`${'z'.repeat(99)}\n`.repeat(400));
    let refused: unknown = null;
    for (let n = 0; n < 400 && refused === null; n += 1) {
      try {
        await sink.write('stdout', chunk);
        await new Promise((resolve) => setImmediate(resolve));
      } catch (error) {
        refused = error;
      }
    }
    expect(refused).toMatchObject({ code: 'ENOSPC' });
    await expect(sink.seal(0)).rejects.toMatchObject({ code: 'ENOSPC' });
    const sealed = await store.sealLeftover('a1');
    expect(sealed?.bytes).toBeGreaterThan(32 * 1024);
    expect(sealed?.lines).toBeGreaterThan(300);
    for (const line of (await readFile(join(disk, 'output/a1.cast'), 'utf8')).trimEnd().split('\n')) JSON.parse(line);
  });

  test('no run can be begun where there is no room for its lock, and the reason is given', async () => {
    execFileSync('sh', ['-c', `dd if=/dev/zero of=${join(disk, 'balast')} bs=1k count=300 2>/dev/null || true`]);
    await expect(createJournal({ folder: join(disk, 'run'), clock: testClock(), signer })).rejects.toMatchObject({
      code: 'unwritable',
    });
  });
});
