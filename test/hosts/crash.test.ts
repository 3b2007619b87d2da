import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyRun } from '../../electron/engine/journal/verify-run.ts';
import { bundleForNode } from '../helpers/bundle.ts';
import { type Home, makeHome, makeKey, type Sshd, startSshd, tempFolder } from '../helpers/sshd.ts';

const writes = ['stop', 'save', 'upload', 'schema', 'start'];

/** Two hosts that count every execution in a file of their own. */
function checklist(sshd: Sshd, folder: string): string {
  const hosts = ['app1', 'app2'].map(
    (name) =>
      `      ${name}: { address: ${sshd.address}, port: ${sshd.port}, user: ${sshd.user}, groups: [app], vars: { counter: ${folder}/${name} } }`,
  );
  const steps = writes.map(
    (id) => `          - id: ${id}
            title: Count ${id}
            on: app
            run: "echo ${id} >> \${counter}"
            verify: "grep -qx ${id} \${counter}"`,
  );
  return `checklist: 1
title: Crash anywhere
kind: bugfix
environments:
  pre:
    hosts:
${hosts.join('\n')}
phases:
  - cold: Before
    steps:
      - id: told
        title: Users were told
        manual: {}
  - hot: Release
    steps:
      - atomic: Count everything
        worst-case: 1m
        steps:
${steps.join('\n')}
  - wrap-up: After
    steps:
      - id: look
        title: Look at the counter
        on: app
        effect: read
        run: { command: "cat \${counter}", expect: { stdout: { lines: ${writes.length} } } }
`;
}

describe('a run whose process is killed', () => {
  const folder = tempFolder('crash');
  let sshd: Sshd;
  let home: Home;
  let cli: string;
  let records = 0;

  beforeAll(async () => {
    const key = makeKey(join(folder, 'id_ed25519'));
    sshd = await startSshd({ authorized: [key.publicLine] });
    home = makeHome({ knownHosts: sshd.knownHosts, keys: { id_ed25519: key } });
    cli = await bundleForNode(resolve('test/helpers/crash-cli.ts'), resolve('out/crash-cli'));
    writeFileSync(join(folder, 'answers.yaml'), 'told: { done: true }\n');
  });

  afterAll(async () => {
    await sshd?.close();
    home?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A fresh place: its own counters, checklist and data folder. */
  function place(name: string): { readonly at: string; readonly file: string; readonly data: string } {
    const at = join(folder, name);
    mkdirSync(at);
    const file = join(at, 'release.yaml');
    writeFileSync(file, checklist(sshd, at));
    return { at, file, data: join(at, 'data') };
  }

  async function run(
    words: readonly string[],
    crash = '',
  ): Promise<{ code: number | null; lines: string[]; stderr: string }> {
    const child = spawn(process.execPath, [cli, ...words, '--json', '--answers', join(folder, 'answers.yaml')], {
      env: { PATH: process.env['PATH'], HOME: home.path, CRASH: crash },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    const [code] = (await once(child, 'close')) as [number | null];
    const lines = Buffer.concat(out).toString().split('\n').filter(Boolean);
    return { code, lines, stderr: Buffer.concat(err).toString() };
  }

  function counts(at: string): readonly string[][] {
    return ['app1', 'app2'].map((name) => {
      try {
        return readFileSync(join(at, name), 'utf8').trim().split('\n');
      } catch {
        return [];
      }
    });
  }

  async function expectWhole(at: string, data: string, acknowledged: readonly string[]): Promise<void> {
    for (const count of counts(at)) expect(count).toEqual(writes);
    const [runId = ''] = readdirSync(join(data, 'runs'));
    const runFolder = join(data, 'runs', runId);
    const journal = readFileSync(join(runFolder, 'journal.jsonl'), 'utf8').split('\n');
    expect(journal.slice(0, acknowledged.length)).toEqual(acknowledged);
    expect(await verifyRun(runFolder)).toMatchObject({ verdict: 'intact' });
  }

  it('reaches its end undisturbed, with at least 40 records', async () => {
    const { at, file, data } = place('undisturbed');
    const { code, lines, stderr } = await run(['rehearse', file, '--env', 'pre', '--data', data]);
    expect(stderr).not.toContain('Stopped');
    expect(code).toBe(0);
    await expectWhole(at, data, lines);
    records = lines.length;
    expect(records).toBeGreaterThanOrEqual(40);
  });

  // `torn` also stands for a death before the record: the effect is done, and all the disk has is half a line.
  for (const part of ['torn', 'after'] as const) {
    it(`goes on truthfully when it died with each of its records ${part}: no write twice, nothing acknowledged lost`, async () => {
      let next = 0;
      const worker = async (): Promise<void> => {
        for (let record = next++; record < records; record = next++) await dieAndGoOn(record, part);
      };
      const ends = await Promise.allSettled([worker(), worker(), worker()]);
      expect(ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))).toEqual([]);
    }, 900_000);
  }

  async function dieAndGoOn(record: number, part: 'torn' | 'after'): Promise<void> {
    const { at, file, data } = place(`${part}-${record}`);
    const killed = await run(['rehearse', file, '--env', 'pre', '--data', data], `${record}:${part}`);
    expect(killed.code, `record ${record}: ${killed.stderr}`).toBeNull();
    const [runId = ''] = readdirSync(join(data, 'runs'));
    const resumed = await run(['resume', join(data, 'runs', runId), '--data', data]);
    if (record === 0 && part === 'torn') {
      // Nothing was promised yet: there is no run to take up, and nothing was done.
      expect([resumed.code, counts(at)]).toEqual([2, [[], []]]);
      return;
    }
    expect(resumed.code, `record ${record}: ${resumed.stderr}`).toBe(0);
    await expectWhole(at, data, killed.lines);
    rmSync(at, { recursive: true });
  }
});
