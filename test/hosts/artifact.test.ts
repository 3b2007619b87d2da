import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Engine, type EngineOptions } from '../helpers/engine-kit.ts';
import { type Home, makeHome, tempFolder } from '../helpers/sshd.ts';
import { writtenPlan } from '../helpers/written-plan.ts';

/** Artifacts made by the real zip; nothing leaves this computer. */
describe('proving an artifact', () => {
  const folder = tempFolder('artifact');
  let home: Home;
  let engine: Engine | null = null;
  let work = '';
  let number = 0;

  beforeEach(() => {
    work = join(folder, `case-${number++}`);
    mkdirSync(join(work, 'META-INF'), { recursive: true });
    home = makeHome();
  });
  afterEach(async () => {
    await engine?.run.close('left');
    engine = null;
    home.close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** A war whose manifest says what it was built for. */
  function build(profile: string, version = '3.4.0'): string {
    const manifest = `Manifest-Version: 1.0\r\nImplementation-Version: ${version}\r\nBuild-Profile: ${profile}\r\n\r\n`;
    writeFileSync(join(work, 'META-INF/MANIFEST.MF'), manifest);
    writeFileSync(join(work, 'app.properties'), `profile=${profile}\n`);
    rmSync(join(work, 'trade.war'), { force: true });
    execFileSync('zip', ['-q', 'trade.war', 'META-INF/MANIFEST.MF', 'app.properties'], { cwd: work });
    return createHash('sha256')
      .update(readFileSync(join(work, 'trade.war')))
      .digest('hex');
  }

  async function prove(artifact: string, given: Partial<EngineOptions> = {}): Promise<Engine> {
    const steps = `
      - id: artifact
        title: The war is the right one
        artifact: { file: trade.war, ${artifact} }`;
    const plan = writtenPlan(steps, { address: '127.0.0.1', port: 1, user: 'nobody' });
    const source = join(work, 'release.yaml');
    engine = await Engine.create({ plan, data: join(work, 'data'), home: home.path, source, ...given });
    await engine.runStep('artifact', ['desk']);
    return engine;
  }

  const inside = 'inside: { META-INF/MANIFEST.MF: { Implementation-Version: 3.4.0, Build-Profile: prod } }';

  it('passes when hash, size and what it says inside are right', async () => {
    const hash = build('prod');
    const { length } = readFileSync(join(work, 'trade.war'));
    const running = await prove(`sha256: ${hash.toUpperCase()}, size: ${length}, ${inside}`);
    expect(running.lastAttempt('artifact', 'desk')).toMatchObject({
      verdict: 'passed',
      effectDone: 'none',
      result: { kind: 'artifact', file: 'trade.war', sha256: hash, size: length },
    });
    expect(running.lastAttempt('artifact', 'desk').checks.map(({ holds }) => holds)).toEqual([true, true, true, true]);
  });

  it('catches by name the war that was built for the test profile', async () => {
    const hash = build('test');
    const running = await prove(`sha256: ${hash}, ${inside}`);
    const attempt = running.lastAttempt('artifact', 'desk');
    expect(attempt).toMatchObject({ verdict: 'failed', failure: null });
    expect(attempt.checks.filter(({ holds }) => !holds)).toEqual([
      { subject: 'META-INF/MANIFEST.MF', expected: 'Build-Profile = prod', found: 'test', holds: false },
    ]);
  });

  it('catches another build, another size, and a file or key that is not in it', async () => {
    build('prod', '3.3.9');
    const running = await prove(
      `sha256: ${'0'.repeat(64)}, size: 1, inside: { META-INF/MANIFEST.MF: { Implementation-Version: 3.4.0, No-Such: x }, none.properties: { a: b } }`,
    );
    const { checks } = running.lastAttempt('artifact', 'desk');
    expect(checks.map(({ subject, found }) => [subject, found]).slice(2)).toEqual([
      ['META-INF/MANIFEST.MF', '3.3.9'],
      ['META-INF/MANIFEST.MF', 'no No-Such'],
      ['none.properties', 'not there'],
    ]);
    expect(checks.every(({ holds }) => holds === false)).toBe(true);
  });

  it('says what is no archive, what is missing, and what is a folder', async () => {
    writeFileSync(join(work, 'trade.war'), 'no archive at all, but long enough to look at');
    const running = await prove(inside);
    expect(running.lastAttempt('artifact', 'desk').failure?.code).toBe('archive-unreadable');
    rmSync(join(work, 'trade.war'));
    await running.runStep('artifact', ['desk']);
    expect(running.lastAttempt('artifact', 'desk').failure?.code).toBe('local-file-unreadable');
    mkdirSync(join(work, 'trade.war'));
    await running.runStep('artifact', ['desk']);
    expect(running.lastAttempt('artifact', 'desk').failure?.code).toBe('local-file-unreadable');
  });

  it.each([
    ['is written to', () => appendFileSync(join(work, 'trade.war'), 'x')],
    [
      'is replaced',
      () => {
        writeFileSync(join(work, 'other'), 'other');
        renameSync(join(work, 'other'), join(work, 'trade.war'));
      },
    ],
  ])('is inconclusive when the file %s while it is read', async (_, meddle) => {
    writeFileSync(join(work, 'trade.war'), Buffer.alloc(30_000_000));
    let done = false;
    const progress = () => {
      if (!done) meddle();
      done = true;
    };
    const running = await prove('size: 30000000', { progress });
    expect(running.lastAttempt('artifact', 'desk')).toMatchObject({
      verdict: 'inconclusive',
      failure: { code: 'local-file-changed' },
      result: null,
    });
  });
});
