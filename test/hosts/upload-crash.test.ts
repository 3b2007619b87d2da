import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyRun } from '../../electron/engine/journal/verify-run.ts';
import { bundleForNode } from '../helpers/bundle.ts';
import { type Home, makeHome, makeKey, type Sshd, startSshd, tempFolder } from '../helpers/sshd.ts';

const war = randomBytes(3_000_000);
const sha256 = createHash('sha256').update(war).digest('hex');

/** The real command line, killed with each record that an upload writes, and resumed. */
describe('an upload whose process is killed', () => {
  const folder = tempFolder('upload-crash');
  let sshd: Sshd;
  let home: Home;
  let cli: string;

  beforeAll(async () => {
    const key = makeKey(join(folder, 'id_ed25519'));
    sshd = await startSshd({ authorized: [key.publicLine], config: ['Subsystem sftp internal-sftp'] });
    home = makeHome({ knownHosts: sshd.knownHosts, keys: { id_ed25519: key } });
    cli = await bundleForNode(resolve('test/helpers/crash-cli.ts'), resolve('out/crash-upload'));
  });
  afterAll(async () => {
    await sshd?.close();
    home?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function place(name: string): string {
    const at = join(folder, name);
    mkdirSync(join(at, 'host'), { recursive: true });
    writeFileSync(join(at, 'war'), war);
    writeFileSync(join(at, 'host/trade.war'), 'old');
    const host = `{ address: ${sshd.address}, port: ${sshd.port}, user: ${sshd.user} }`;
    writeFileSync(
      join(at, 'release.yaml'),
      `checklist: 1
title: Upload
environments: { pre: { hosts: { app1: ${host} } } }
phases:
  - hot: Release
    steps:
      - { id: artifact, title: Prove it, artifact: { file: war, sha256: "${sha256}" } }
      - { id: upload, title: Upload, on: app1, upload: { from: war, to: "${at}/host/trade.war", keep-old: true } }
`,
    );
    return at;
  }

  async function run(
    words: readonly string[],
    answers: string,
    crash = '',
  ): Promise<{ code: number | null; lines: string[] }> {
    const child = spawn(process.execPath, [cli, ...words, '--json', '--answers', answers], {
      env: { PATH: process.env['PATH'], HOME: home.path, CRASH: crash },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const out: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, lines: Buffer.concat(out).toString().split('\n').filter(Boolean) };
  }

  async function expectWhole(at: string): Promise<void> {
    expect(readFileSync(join(at, 'host/trade.war')).equals(war)).toBe(true);
    expect(readFileSync(join(at, 'host/trade.war.old'), 'utf8')).toBe('old');
    expect(readdirSync(join(at, 'host')).sort()).toEqual(['trade.war', 'trade.war.old']);
    const [runId = ''] = readdirSync(join(at, 'data/runs'));
    expect(await verifyRun(join(at, 'data/runs', runId))).toMatchObject({ verdict: 'intact' });
  }

  it('is taken up again and ends with the new file in place and the old one kept, wherever it died', async () => {
    const calm = place('calm');
    const answers = join(folder, 'answers.yaml');
    // Nobody decides anything: what became of a lost attempt, the hash at the target says.
    writeFileSync(answers, '{}\n');
    const whole = await run(
      ['rehearse', join(calm, 'release.yaml'), '--env', 'pre', '--data', join(calm, 'data')],
      answers,
    );
    expect(whole.code).toBe(0);
    await expectWhole(calm);
    const types = whole.lines.map((line) => JSON.parse(line) as { type: string; data: { step?: string } });
    const from = types.findIndex(({ type, data }) => type === 'attempt-started' && data.step === 'upload');
    const to = types.findLastIndex(({ type }) => type === 'attempt-ended');
    expect(types.slice(from, to + 1).map(({ type }) => type)).toEqual([
      'attempt-started',
      'attempt-noted',
      'attempt-noted',
      'attempt-ended',
    ]);
    for (let record = from; record <= to; record++) {
      for (const part of ['torn', 'after']) {
        const at = place(`${part}-${record}`);
        const data = join(at, 'data');
        const words = ['rehearse', join(at, 'release.yaml'), '--env', 'pre', '--data', data];
        expect((await run(words, answers, `${record}:${part}`)).code).toBeNull();
        const [runId = ''] = readdirSync(join(data, 'runs'));
        const resumed = await run(['resume', join(data, 'runs', runId), '--data', data], answers);
        expect([record, part, resumed.code]).toEqual([record, part, 0]);
        await expectWhole(at);
      }
    }
  }, 600_000);
});
