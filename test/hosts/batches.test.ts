import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rehearse } from '../../electron/cli/rehearse.ts';
import { type Home, makeHome, makeKey, type Sshd, startSshd, tempFolder } from '../helpers/sshd.ts';

/** One real sshd, reached as four hosts in two data centres, and a checklist as people write it. */
describe('a release in batches on real servers', () => {
  const folder = tempFolder('batches');
  const key = makeKey(join(folder, 'id_ed25519'));
  let sshd: Sshd;
  let home: Home;
  let work = '';
  let number = 0;

  beforeAll(async () => {
    sshd = await startSshd({ authorized: [key.publicLine] });
  });
  beforeEach(() => {
    work = join(folder, `case-${number++}`);
    mkdirSync(work);
    home = makeHome({ knownHosts: sshd.knownHosts, keys: { id_ed25519: key } });
  });
  afterEach(() => home.close());
  afterAll(async () => {
    await sshd.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const host = (name: string, group: string) =>
    `      ${name}: { address: ${sshd.address}, port: ${sshd.port}, user: ${sshd.user}, groups: [app, ${group}] }`;
  const checklist = (kind: string) => `checklist: 1
title: Batches
kind: ${kind}
environments:
  test:
    hosts:
${[host('y1', 'yf'), host('t1', 'tc'), host('y2', 'yf'), host('t2', 'tc')].join('\n')}
phases:
  - hot: Release
    steps:
      - id: warm
        title: Warm up
        on: app
        run: echo warm \${host.name} >> ${work}/log
        when: { kind: { not: emergency } }
      - atomic: Replace
        worst-case: 1m
        batch: { canary: 1, order: [tc, yf], between: { bake: 100ms, gate: confirm } }
        steps:
          - id: stop
            title: Stop
            on: app
            run: echo stop \${host.name} >> ${work}/log
            rollback: { run: true, needs: [{ title: The old build, run: test -e ${work}/old }] }
          - { id: note, title: Note, on: t1, run: echo note >> ${work}/log, rollback: { run: true } }
          - { id: start, title: Start, on: app, run: "echo start \${host.name} >> ${work}/log", rollback: { run: true } }
`;

  async function run(kind: string, answers: string): Promise<number> {
    writeFileSync(join(work, 'release.yaml'), checklist(kind));
    writeFileSync(join(work, 'answers.yaml'), answers);
    const args = ['release.yaml', '--env', 'test', '--data', join(work, 'data'), '--answers', 'answers.yaml'];
    const said: string[] = [];
    const io = {
      stdout: () => undefined,
      stderr: (text: string) => void said.push(text),
      env: { HOME: home.path },
      cwd: work,
    };
    const code = await rehearse(args, io);
    if (code === 2) throw new Error(said.join(''));
    return code;
  }
  const log = () => readFileSync(join(work, 'log'), 'utf8').trim().split('\n');

  it('takes the canary through the whole block before it touches the others, one data centre after the other', async () => {
    writeFileSync(join(work, 'old'), '');
    expect(await run('emergency', 'stop-gate: { done: true, note: Looks well }\n')).toBe(0);
    const done = log();
    expect(done.slice(0, 5)).toEqual(['stop t1', 'note', 'start t1', 'stop t2', 'start t2']);
    // Hosts of one batch are worked on at the same time.
    expect(done.slice(5, 7).sort()).toEqual(['stop y1', 'stop y2']);
    expect(done.slice(7).sort()).toEqual(['start y1', 'start y2']);
  });

  it('stops at the gate until a person answers it', async () => {
    writeFileSync(join(work, 'old'), '');
    expect(await run('emergency', 'stop-gate~2: { done: true }\n')).toBe(4);
    expect(log().at(-1)).toBe('start t2');
  });

  it('writes nothing where what rolling back needs is missing on a host', async () => {
    expect(await run('requirement', '{}')).toBe(1);
    expect(existsSync(join(work, 'log'))).toBe(false);
  });

  it('leaves out what belongs to another kind of release', async () => {
    writeFileSync(join(work, 'old'), '');
    await run('requirement', '{}');
    expect(log().slice(0, 4).sort()).toEqual(['warm t1', 'warm t2', 'warm y1', 'warm y2']);
  });
});
