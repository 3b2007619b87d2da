import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyRun } from '../../electron/engine/journal/verify-run.ts';
import { bundleForNode } from '../helpers/bundle.ts';
import { type Home, makeHome, makeKey, type Sshd, startSshd, tempFolder } from '../helpers/sshd.ts';
import { startWeb, type WebServer } from '../helpers/web-server.ts';

/** The real command line is killed at every record of a run of every kind that looks, and of one that announces. */
describe('the kinds that look, and announce, when the app is killed', () => {
  const folder = tempFolder('looking-crash');
  let sshd: Sshd;
  let home: Home;
  let web: WebServer;
  let cli: string;
  let records = 0;
  let pulse: NodeJS.Timeout | undefined;

  beforeAll(async () => {
    const key = makeKey(join(folder, 'id_ed25519'));
    sshd = await startSshd({ authorized: [key.publicLine] });
    home = makeHome({ knownHosts: sshd.knownHosts, keys: { id_ed25519: key } });
    web = await startWeb((_, response) => response.end('ok'));
    cli = await bundleForNode(resolve('test/helpers/crash-cli.ts'), resolve('out/looking-crash-cli'));
    // What a person would find in the group, where a message may have gone out.
    writeFileSync(join(folder, 'answers.yaml'), 'tell: { done: true, note: It is in the group }\n');
    writeFileSync(join(folder, 'app.properties'), 'sql.debug=false\n');
    // A service that is alive writes to its log.
    pulse = setInterval(() => appendFileSync(join(folder, 'app.log'), 'order taken\n'), 50);
  });
  afterAll(async () => {
    clearInterval(pulse);
    await sshd?.close();
    home?.close();
    await web?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const checklist = (): string => `checklist: 1
title: Look, ask and tell
environments:
  pre:
    hosts: { app1: { address: ${sshd.address}, port: ${sshd.port}, user: ${sshd.user} } }
    secrets: [duty-url]
    channels: { duty: { type: slack, url: duty-url } }
phases:
  - cold: All of it
    steps:
      - id: before
        title: What is there
        snapshot: { on: app1, command: "printf 'a\\\\nb\\\\n'", keys: lines }
      - id: build
        title: The build is the right one
        artifact: { file: ${join(folder, 'app.properties')}, size: 16 }
      - id: params
        title: Parameters are right
        on: app1
        config: { file: ${join(folder, 'app.properties')}, expect: { sql.debug: "false" }, no-others: true }
      - id: alone
        title: No such process
        on: app1
        process: { pattern: nothing-is-called-like-this, is: absent }
      - id: watch
        title: The log goes on
        on: app1
        log: { files: ${join(folder, 'app.log')}, for: 1500ms, expect: order taken }
      - id: h5
        title: H5 answers
        on: app1
        http: { get: "http://127.0.0.1:${web.port}/ping", contains: ok }
      - id: tell
        title: Tell the duty group
        announce: { to: duty, text: "\${run.result}" }
      - id: after
        title: Nothing is missing
        compare: { with: before }
`;

  async function run(
    words: readonly string[],
    name: string,
    crash = '',
  ): Promise<{ code: number | null; lines: string[]; stderr: string }> {
    const child = spawn(process.execPath, [cli, ...words, '--json', '--answers', join(folder, 'answers.yaml')], {
      env: {
        PATH: process.env['PATH'],
        HOME: home.path,
        CRASH: crash,
        COUNTERSIGN_SECRET_DUTY_URL: `http://127.0.0.1:${web.port}/hook/${name}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    const [code] = (await once(child, 'close')) as [number | null];
    return {
      code,
      lines: Buffer.concat(out).toString().split('\n').filter(Boolean),
      stderr: Buffer.concat(err).toString(),
    };
  }

  const announced = (name: string): number => web.seen.filter(({ url }) => url === `/hook/${name}`).length;

  function place(name: string): { readonly at: string; readonly file: string; readonly data: string } {
    const at = join(folder, name);
    mkdirSync(at);
    const file = join(at, 'release.yaml');
    writeFileSync(file, checklist());
    return { at, file, data: join(at, 'data') };
  }

  it('reaches its end undisturbed and announces once', async () => {
    const { file, data } = place('undisturbed');
    const { code, lines, stderr } = await run(['rehearse', file, '--env', 'pre', '--data', data], 'undisturbed');
    expect(code, stderr).toBe(0);
    expect(announced('undisturbed')).toBe(1);
    records = lines.length;
    expect(records).toBeGreaterThan(27);
  });

  for (const part of ['torn', 'after'] as const) {
    it(`goes on truthfully when it died with each of its records ${part}, and never says anything twice`, async () => {
      let next = 1;
      const worker = async (): Promise<void> => {
        for (let record = next++; record < records; record = next++) await dieAndGoOn(record, part);
      };
      const ends = await Promise.allSettled([worker(), worker()]);
      expect(ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))).toEqual([]);
    }, 600_000);
  }

  async function dieAndGoOn(record: number, part: 'torn' | 'after'): Promise<void> {
    const name = `${part}-${record}`;
    const { at, file, data } = place(name);
    const killed = await run(['rehearse', file, '--env', 'pre', '--data', data], name, `${record}:${part}`);
    expect(killed.code, `${name}: ${killed.stderr}`).toBeNull();
    const [runId = ''] = readdirSync(join(data, 'runs'));
    const runFolder = join(data, 'runs', runId);
    const resumed = await run(['resume', runFolder, '--data', data], name);
    expect(resumed.code, `${name}: ${resumed.stderr}`).toBe(0);
    expect(await verifyRun(runFolder)).toMatchObject({ verdict: 'intact' });
    expect(announced(name), name).toBeLessThanOrEqual(1);
    const journal = readFileSync(join(runFolder, 'journal.jsonl'), 'utf8');
    // Whoever reads only the journal never believes in a message that was not sent.
    if (announced(name) === 0) expect(journal, name).toContain('"decision":"was-done"');
    rmSync(at, { recursive: true });
  }
});
