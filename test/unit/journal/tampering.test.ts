import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type VerifyResult, verifyRun } from '../../../electron/engine/journal/verify-run.ts';
import { type BuiltVerifier, bundledVerifier, independentVerify } from '../../helpers/verifier.ts';
import { removeFolder, tempFolder } from './sample-run.ts';
import { writeTamperedRun } from './tampered-run.ts';
import { anyTampering, type Tampered, tamperings, type Untouched } from './tamperings.ts';

/**
 * Ten thousand tamperings of a real run: none escapes, and three verifiers agree on each: the app's, the stand-alone
 * bundle of it, and one that was written from docs/audit-format.md alone. fast-check prints the seed of a failure.
 */

let base: string;
let folder: string;
let own: string;
let run: Untouched;
let verifier: BuiltVerifier;

beforeAll(async () => {
  base = await tempFolder();
  const written = await writeTamperedRun(base);
  folder = join(base, 'tampered');
  await cp(written.folder, folder, { recursive: true });
  own = join(base, 'bo.jsonl');
  await writeFile(own, written.receipts.map((line) => `${line}\n`).join(''));
  const files = new Map<string, Buffer>();
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(path.slice(folder.length + 1), await readFile(path));
  }
  run = { files, operator: written.run.ada, runId: written.run.engine.run.runId };
  verifier = await bundledVerifier();
}, 60_000);
afterAll(async () => {
  await verifier.remove();
  await removeFolder(base);
});

async function put(files: ReadonlyMap<string, Buffer | null>): Promise<void> {
  for (const [path, bytes] of files) {
    const place = join(folder, path);
    if (bytes === null) await rm(place, { force: true });
    else {
      await mkdir(dirname(place), { recursive: true });
      await writeFile(place, bytes);
    }
  }
}

/** Does it, looks, and puts everything back. */
async function tampered<T>({ files }: Tampered, look: () => Promise<T>): Promise<T> {
  await put(files);
  try {
    return await look();
  } finally {
    await put(new Map([...files.keys()].map((path) => [path, run.files.get(path) ?? null])));
  }
}

const touches = ({ files }: Tampered) =>
  [...files].some(([path, bytes]) => {
    const before = run.files.get(path) ?? null;
    return bytes === null || before === null ? bytes !== before : !bytes.equals(before);
  });

interface Said {
  readonly app: VerifyResult | string;
  readonly alone: VerifyResult | string;
  readonly independent: { readonly integrity: string; readonly complete: boolean; readonly why: string | null };
}

const orWhy = (work: Promise<VerifyResult>) => work.catch((error: Error) => error.message);

async function verdicts(brought: boolean): Promise<Said> {
  const receipts = brought ? own : undefined;
  const app = await orWhy(verifyRun(folder, receipts === undefined ? {} : { receipts }));
  const alone = await orWhy(verifier.verify(folder, receipts));
  return { app, alone, independent: independentVerify(folder, receipts ?? null) };
}

/** The parts in which two verifiers have to say the same. */
const words = ({
  verdict,
  integrity,
  completeness,
  identity,
  records,
  head,
  findings,
  firstBad,
  receipts,
}: VerifyResult) => ({
  ...{ verdict, integrity, completeness, identity, records, head, firstBad, receipts },
  findings: findings.map(({ severity, code, params, at }) => ({ severity, code, params, at })),
});

function expectFound({ app, alone, independent }: Said, speaks: boolean): void {
  if (typeof app === 'string' || typeof alone === 'string') {
    // Without a journal there is nothing to verify, and all three say so.
    expect([app, alone, independent.integrity]).toEqual([
      expect.stringContaining('no journal'),
      expect.stringContaining('no journal'),
      'altered',
    ]);
    return;
  }
  expect(words(alone)).toEqual(words(app));
  expect({ ...independent, integrity: independent.integrity }).toMatchObject({ integrity: app.integrity });
  if (independent.integrity === 'intact') expect(independent.complete).toBe(app.completeness === 'complete');
  if (speaks) expect(app.verdict).not.toBe('intact');
  else expect(app.findings.filter(({ code }) => code !== 'export-signed')).not.toEqual([]);
}

test('the run that is tampered with is intact, complete and proved, and all three verifiers say so', async () => {
  for (const brought of [false, true]) {
    const said = await verdicts(brought);
    expect(said.app).toMatchObject({ verdict: 'intact', identity: 'proved', receipts: { toEnd: true } });
    expect(words(said.alone as VerifyResult)).toEqual(words(said.app as VerifyResult));
    expect(said.independent).toEqual({ integrity: 'intact', complete: true, why: null });
  }
});

test('of ten thousand random tamperings each one is found, by all three verifiers alike', async () => {
  const done = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(anyTampering, async ({ name, at, by }) => {
      const made = tamperings[name]?.(run, at, by);
      fc.pre(made !== undefined && touches(made));
      if (made === undefined) return;
      done.set(name, (done.get(name) ?? 0) + 1);
      expectFound(await tampered(made, () => verdicts(made.brought)), made.speaks);
    }),
    { numRuns: 10_000 },
  );
  // None of the ways to tamper was left out.
  expect([...done.keys()].sort()).toEqual(Object.keys(tamperings).sort());
}, 1_800_000);

const child = (...args: string[]) =>
  new Promise<{ code: number; out: string }>((done) => {
    execFile(process.execPath, [verifier.path, ...args], { env: {} }, (error, out) =>
      done({ code: Number(error?.code ?? 0), out }),
    );
  });

test('fifty of them in a process of its own: verify.mjs exits as the app’s verdict says', async () => {
  const exits = { intact: 0, altered: 2, incomplete: 3 };
  await fc.assert(
    fc.asyncProperty(anyTampering, async ({ name, at, by }) => {
      const made = tamperings[name]?.(run, at, by);
      fc.pre(made !== undefined && touches(made));
      if (made === undefined) return;
      const { app, alone } = await tampered(made, async () => ({
        app: await orWhy(verifyRun(folder, made.brought ? { receipts: own } : {})),
        alone: await child(folder, '--json', ...(made.brought ? ['--receipts', own] : [])),
      }));
      expect(alone.code).toBe(typeof app === 'string' ? 2 : exits[app.verdict]);
      if (typeof app !== 'string') expect(words(JSON.parse(alone.out))).toEqual(words(app));
    }),
    { numRuns: 50 },
  );
}, 120_000);
