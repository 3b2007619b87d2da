import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verify } from '../../../electron/cli/verify.ts';
import { fastFolder } from '../../helpers/fast-folder.ts';
import { manualStep, planOf } from '../../helpers/plans.ts';
import { type BuiltVerifier, bundledVerifier, independentVerify } from '../../helpers/verifier.ts';
import { wholeRun } from '../evidence/evidence-run.ts';
import { writeTamperedRun } from './tampered-run.ts';

/** Something that is no regular file lies where a verifier reads one: none of the three waits for it, and all say so. */

const base = fastFolder('no-file');
const folder = join(base, 'run');
let good: string;
let verifier: BuiltVerifier;
let servers: Server[] = [];

beforeAll(async () => {
  good = (await writeTamperedRun(base)).folder;
  verifier = await bundledVerifier();
}, 60_000);
afterAll(async () => {
  await verifier.remove();
  rmSync(base, { recursive: true, force: true });
});
beforeEach(() => {
  cpSync(good, folder, { recursive: true });
});
afterEach(async () => {
  for (const server of servers) await new Promise((done) => server.close(done));
  servers = [];
  rmSync(folder, { recursive: true });
});

const lay = {
  pipe: (path: string) => void execFileSync('mkfifo', [path]),
  folder: (path: string) => void mkdirSync(path),
  socket: async (path: string) => {
    const server = createServer();
    servers.push(server);
    await new Promise<void>((done) => server.listen(path, done));
  },
  device: (path: string) => symlinkSync('/dev/zero', path),
} as const;
type Kind = keyof typeof lay;

async function put(path: string, kind: Kind): Promise<void> {
  rmSync(join(folder, path), { recursive: true, force: true });
  await lay[kind](join(folder, path));
}

/** What `countersign verify` says, once the stand-alone verifier has said the very same. */
async function said(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const stdout = (text: string) => void out.push(text);
  const stderr = (text: string) => void err.push(text);
  const code = await verify([folder, ...args], { stdout, stderr, env: { LANG: 'C' }, cwd: base });
  const app = { code, out: out.join(''), err: err.join('') };
  expect(await verifier.run(folder, ...args)).toEqual(app);
  return app;
}

const sentence = (path: string) => `${path} is no regular file but a folder, a pipe, a socket or a device`;

describe.each(['pipe', 'folder', 'socket', 'device'] as const)('a %s', (kind) => {
  it('in the place of the journal leaves nothing to verify', async () => {
    await put('journal.jsonl', kind);
    const { code, out, err } = await said();
    expect([code, out, err]).toEqual([2, '', expect.stringContaining(sentence(join(folder, 'journal.jsonl')))]);
    expect(independentVerify(folder)).toMatchObject({ integrity: 'altered', why: expect.stringContaining('journal') });
  });

  it.each(['receipts.jsonl', 'export.json'])('in the place of %s is an alteration', async (path) => {
    await put(path, kind);
    const { code, out } = await said();
    expect([code, out]).toEqual([2, expect.stringContaining(sentence(path))]);
    expect(JSON.parse((await said('--json')).out)).toMatchObject({
      ...{ verdict: 'altered', integrity: 'altered', completeness: 'complete', firstBad: null },
      findings: expect.arrayContaining([
        { severity: 'altered', code: 'not-a-file', params: { path }, at: null, sentence: expect.any(String) },
      ]),
    });
    expect(independentVerify(folder)).toMatchObject({ integrity: 'altered', why: expect.stringContaining(path) });
  });

  it('in the place of receipts that were brought is said, whether it is named itself or with its folder', async () => {
    mkdirSync(join(folder, 'brought'));
    await put('brought/receipts.jsonl', kind);
    const path = join(folder, 'brought', 'receipts.jsonl');
    // A folder that is named is one with receipts in it, and this one has none.
    const named = kind === 'folder' ? `There is no file of receipts at ${path}` : sentence(path);
    expect(await said('--receipts', path)).toEqual({ code: 2, out: '', err: expect.stringContaining(named) });
    const inside = await said('--receipts', join(folder, 'brought'));
    expect(inside).toEqual({ code: 2, out: '', err: expect.stringContaining(sentence(path)) });
  });
});

describe.each(['pipe', 'folder', 'socket'] as const)('a %s', (kind) => {
  it.each(['checklist/release.yaml', 'output/a1.cast', 'evidence/a1-proof.png', 'report.html'])(
    'in the place of %s is an alteration, told with the record that sealed it',
    async (path) => {
      await put(path, kind);
      const { code, out } = await said();
      expect([code, out]).toEqual([2, expect.stringContaining(sentence(path))]);
      expect(out.includes('Line ')).toBe(path !== 'report.html');
      expect(independentVerify(folder)).toMatchObject({ integrity: 'altered', why: expect.stringContaining(path) });
    },
  );
});

it.each(['checklist', 'output', 'evidence'])(
  'what lies in the place of the folder %s is an alteration',
  async (path) => {
    await put(path, 'pipe');
    const { code, out } = await said();
    expect([code, out]).toEqual([2, expect.stringContaining(`${path} is no folder but something else`)]);
    expect(independentVerify(folder).integrity).toBe('altered');
  },
);

it('so is what lies in the place of a folder of which nothing was sealed', async () => {
  const run = await wholeRun(join(base, 'data'), planOf([manualStep('look')]));
  rmSync(folder, { recursive: true });
  cpSync(run.folder, folder, { recursive: true });
  expect(await said()).toMatchObject({ code: 0 });
  await put('output', 'socket');
  expect(await said()).toEqual({ code: 2, out: expect.stringContaining('output is no folder'), err: '' });
  expect(independentVerify(folder)).toMatchObject({ integrity: 'altered', why: 'output is no folder' });
});
