import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { selfSigned } from '../../helpers/certificates.ts';
import { startCutProxy } from '../../helpers/cut-proxy.ts';
import { FollowedRun, Following, person, runId } from '../../helpers/guest-kit.ts';
import { journalLines, ScriptedHost } from '../../helpers/mirror-server.ts';

const base = mkdtempSync(join(tmpdir(), 'countersign-guest-files-'));
const certificate = selfSigned(base, 'operator');
const checker = person('Zhang San');

let folder: string;
let data: string;
let host: ScriptedHost;
let run: FollowedRun;
const open: Following[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(base, 'ops-'));
  data = mkdtempSync(join(base, 'data-'));
  host = await ScriptedHost.start(certificate);
  run = await FollowedRun.begin(join(folder, 'run'), checker);
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.guest?.close('quit');
  await host.close();
  await run.close();
});
process.on('exit', () => rmSync(base, { recursive: true, force: true }));

function follow(given: Partial<Following['options']> = {}): Following {
  const following = new Following({ data, invitation: host.invitation(runId), identity: checker, ...given });
  open.push(following);
  return following;
}

const cast = 'output/a1.cast';
const copyOf = (path: string) => join(data, 'mirrored', runId, path);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const ready = (following: Following) => () => following.signing?.complete === true;

/** The first step passed with this recording and waits for the signature. */
async function recorded(bytes: Buffer): Promise<void> {
  run.write(cast, bytes);
  await run.passes(await run.attempt(cast), cast, bytes);
}

describe('the files of a followed run', () => {
  test('a recording of several pieces arrives whole, and only then the step can be signed', async () => {
    const bytes = randomBytes(900_000);
    await recorded(bytes);
    const seen: boolean[] = [];
    const following = follow();
    await Promise.all([
      following.join(),
      host.serve(runId, {
        folder: run.folder,
        file: (_, honest) => {
          seen.push(following.open.signing()?.complete ?? false);
          return honest;
        },
      }),
    ]);
    await following.until(ready(following));
    expect(seen).not.toContain(true);
    expect(sha256(readFileSync(copyOf(cast)))).toBe(sha256(bytes));
    expect(following.signing).toMatchObject({ step: 'one', mode: 'after', complete: true });
    expect(following.open.link()).toMatchObject({ missingBytes: 0, failure: null });
  });

  test('a recording that still grows is fetched as it grows, and judged when it is sealed', async () => {
    const [one, two] = [randomBytes(1_000), randomBytes(500)];
    run.write(cast, one);
    const attempt = await run.attempt(cast);
    const following = follow();
    const [, link] = await Promise.all([following.join(), host.serve(runId, { folder: run.folder })]);
    await following.until(() => existsSync(copyOf(cast)) && readFileSync(copyOf(cast)).equals(one));
    const first = journalLines(run.folder).length;
    run.write(cast, Buffer.concat([one, two]));
    await run.passes(attempt, cast, Buffer.concat([one, two]));
    link.say({ type: 'records', first, lines: journalLines(run.folder).slice(first) });
    await following.until(ready(following));
    expect(sha256(readFileSync(copyOf(cast)))).toBe(sha256(Buffer.concat([one, two])));
    const offsets = link.frames.flatMap((frame) =>
      frame.type === 'fetch' && frame.path === cast ? [frame.offset] : [],
    );
    expect(offsets.at(-1)).toBe(1_000);
  });

  test('bytes that are not what the history seals are fetched once more, and then count', async () => {
    const bytes = randomBytes(300_000);
    await recorded(bytes);
    let lies = 1;
    const following = follow();
    await Promise.all([
      following.join(),
      host.serve(runId, {
        folder: run.folder,
        file: (asked, honest) => {
          if (asked.path !== cast || asked.offset > 0 || lies === 0) return honest;
          lies -= 1;
          return { ...honest, data: Buffer.from(honest.data, 'base64').fill(7, 10, 20).toString('base64') };
        },
      }),
    ]);
    await following.until(ready(following));
    expect(sha256(readFileSync(copyOf(cast)))).toBe(sha256(bytes));
    expect(following.open.link().failure).toBeNull();
  });

  test('a host that lies about a file twice is named; nothing of the lie is kept, and nothing can be signed', async () => {
    await recorded(randomBytes(1_000));
    const following = follow();
    const [, link] = await Promise.all([
      following.join(),
      host.serve(runId, {
        folder: run.folder,
        file: (asked, honest) =>
          asked.path === cast ? { ...honest, data: Buffer.alloc(1_000, asked.offset).toString('base64') } : honest,
      }),
    ]);
    await following.until(() => following.link?.failure !== null && following.link?.failure !== undefined);
    expect(following.link).toMatchObject({
      status: 'connected',
      failure: { code: 'mirror-file-differs', params: { path: cast } },
    });
    expect(existsSync(copyOf(cast))).toBe(false);
    const { step, mode, statement, complete } = following.open.signing() ?? {};
    expect(complete).toBe(false);
    if (step === undefined || mode === undefined || statement === undefined) throw new Error('nothing to sign');
    expect(await following.open.submit({ type: 'countersign', step, mode, statement })).toMatchObject({
      code: 'evidence-not-here',
    });
    expect(link.frames.some(({ type }) => type === 'intent')).toBe(false);
  });

  test('a host that says more than was sealed does not fill the disk', async () => {
    const bytes = randomBytes(1_000);
    await recorded(bytes);
    const following = follow();
    await Promise.all([
      following.join(),
      host.serve(runId, {
        folder: run.folder,
        file: (asked, honest) =>
          asked.path === cast
            ? { ...honest, data: Buffer.concat([bytes, Buffer.alloc(200_000)]).toString('base64'), size: 201_000 }
            : honest,
      }),
    ]);
    await following.until(ready(following));
    expect(sha256(readFileSync(copyOf(cast)))).toBe(sha256(bytes));
  });

  test('an answer to another question ends the connection', async () => {
    await recorded(randomBytes(1_000));
    const following = follow();
    const [, link] = await Promise.all([
      following.join(),
      host.serve(runId, { folder: run.folder, file: (_, honest) => ({ ...honest, offset: honest.offset + 1 }) }),
    ]);
    await link.closed;
    await following.until(() => following.link?.status === 'lost');
    expect(following.link?.failure?.code).toBe('mirror-not-countersign');
  });

  test.each(['checklist/../../../escaped', 'output/./a.cast', 'evidence/a//b', 'journal.jsonl'])(
    'a path that leads elsewhere is not written and not asked for: %s',
    async (path) => {
      await run.passes(await run.attempt(path), path, Buffer.from('gotcha'));
      const following = follow();
      const [, link] = await Promise.all([following.join(), host.serve(runId, { folder: run.folder })]);
      await following.until(() => following.link?.failure?.code === 'mirror-file-differs');
      expect(existsSync(join(data, 'escaped'))).toBe(false);
      expect(link.frames.some((frame) => frame.type === 'fetch' && frame.path === path)).toBe(false);
    },
  );

  test('an observer copies what the checklist brought along, and no output', async () => {
    await recorded(randomBytes(1_000));
    const following = follow();
    const [, link] = await Promise.all([following.join(), host.serve(runId, { folder: run.folder, role: 'observer' })]);
    await following.until(() => following.states.length > 0 && existsSync(copyOf('checklist/release.yaml')));
    await following.until(() => following.open.link().missingBytes === 0);
    expect(link.frames.flatMap((frame) => (frame.type === 'fetch' ? [frame.path] : []))).toEqual([
      'checklist/release.yaml',
    ]);
    expect(following.open.signing()).toBeNull();
    expect(link.frames.some(({ type }) => type === 'receipt')).toBe(false);
  });

  test('a link that is cut in the middle of a file goes on behind the last piece', async () => {
    const bytes = randomBytes(2_000_000);
    await recorded(bytes);
    const proxy = await startCutProxy({ address: '127.0.0.1', port: host.port });
    const following = follow({ address: `127.0.0.1:${proxy.port}` });
    const [, link] = await Promise.all([
      following.join(),
      host.serve(runId, {
        folder: run.folder,
        file: (asked, honest) => {
          if (asked.path === cast && asked.offset === 262_144 * 3) proxy.cutAfter(100_000);
          return honest;
        },
      }),
    ]);
    await link.closed;
    const again = await host.serve(runId, { folder: run.folder });
    await following.until(ready(following));
    expect(sha256(readFileSync(copyOf(cast)))).toBe(sha256(bytes));
    const [first] = again.frames.flatMap((frame) => (frame.type === 'fetch' && frame.path === cast ? [frame] : []));
    expect(first?.offset).toBe(262_144 * 3);
    await proxy.close();
  });

  test('what lies here from an earlier time is proved again, and what is wrong with it is fetched again', async () => {
    const bytes = randomBytes(5_000);
    await recorded(bytes);
    const first = follow();
    await Promise.all([first.join(), host.serve(runId, { folder: run.folder })]);
    await first.until(ready(first));
    await first.guest?.close('quit');
    writeFileSync(copyOf(cast), Buffer.alloc(5_000));
    const again = follow();
    const [, link] = await Promise.all([again.join(), host.serve(runId, { folder: run.folder })]);
    await again.until(ready(again));
    expect(sha256(readFileSync(copyOf(cast)))).toBe(sha256(bytes));
    expect(link.frames.flatMap((frame) => (frame.type === 'fetch' ? [frame.path] : []))).toEqual([cast]);
  });
});
