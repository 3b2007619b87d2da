import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { appendToRun } from '../../electron/engine/append-to-run.ts';
import { verifyRun } from '../../electron/engine/journal/verify-run.ts';
import { redlineText } from '../../electron/engine/redlines.ts';
import { systemClock } from '../../electron/engine/system-clock.ts';
import { viewRun } from '../../electron/engine/view-run.ts';
import type { Plan, PlanHost, PlanStep } from '../../shared/checklist/plan.ts';
import { Engine, type EngineOptions } from '../helpers/engine-kit.ts';
import { command, planOf, step } from '../helpers/plans.ts';
import { type Home, makeHome, makeKey, type Sshd, startSshd, tempFolder } from '../helpers/sshd.ts';

/** One real sshd, reached as app1 and as app2. */
describe('the flow of a release on a real server', () => {
  const folder = tempFolder('flow');
  const key = makeKey(join(folder, 'id_ed25519'));
  let sshd: Sshd;
  let home: Home;
  let engine: Engine | null = null;
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
  afterEach(async () => {
    await engine?.run.close('left');
    engine = null;
    home.close();
  });
  afterAll(async () => {
    await sshd.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const host = (name: string, given: Partial<PlanHost> = {}): PlanHost => ({
    name,
    address: sshd.address,
    port: sshd.port,
    user: sshd.user,
    jump: null,
    groups: [],
    identity: null,
    ...given,
  });

  const planFor = (steps: readonly PlanStep[], given: Partial<Plan> = {}): Plan =>
    planOf(steps, { hosts: [host('app1'), host('app2')], ...given });

  async function start(plan: Plan, given: Partial<EngineOptions> = {}): Promise<Engine> {
    await engine?.run.close('left');
    engine = await Engine.create({ plan, data: join(work, 'data'), home: home.path, ...given });
    return engine;
  }

  const write = (id: string, given: Partial<PlanStep> = {}): PlanStep =>
    step(id, { action: command(`echo ${id} >> ${work}/log`), ...given });
  const log = (): string[] => readFileSync(`${work}/log`, 'utf8').trim().split('\n');

  it('proves a host once before the first write, and records its name and key', async () => {
    writeFileSync(`${work}/role`, 'trade-app production\n');
    const identity = { hostname: hostname(), file: { path: `${work}/role`, contains: 'trade-app' } };
    const run = await start(planFor([write('one'), write('two')], { hosts: [host('app1', { identity })] }));
    await run.runStep('one');
    await run.runStep('two');
    const [app1] = run.state.hosts;
    expect(app1?.identity).toMatchObject({ holds: true, hostname: hostname(), fingerprint: app1?.frozenKey });
    expect(app1?.identity?.checks.map((check) => check.subject)).toEqual(['host-key', 'hostname', 'role-file']);
    expect(run.journal().match(/"type":"host-identified"/g)).toHaveLength(1);
  });

  it('sends no write to a host that is not the one it should be, and reads go on', async () => {
    const identity = { hostname: null, file: { path: `${work}/role`, contains: 'trade-app' } };
    const read = step('look', { effect: 'read', action: command('uptime') });
    const run = await start(planFor([read, write('one')], { hosts: [host('app1', { identity })] }));
    await run.runStep('look');
    expect(await run.refusal({ type: 'run-step', step: 'one', targets: ['app1'], reason: null })).toBe('wrong-host');
    expect(existsSync(`${work}/log`)).toBe(false);
    expect(run.state.hosts[0]?.identity?.holds).toBe(false);
    // The role file is put right: it is asked again, not remembered.
    writeFileSync(`${work}/role`, 'trade-app\n');
    await run.runStep('one');
    expect(log()).toEqual(['one']);
  });

  it('restores a block on the host in reverse, and does it again on the second try', async () => {
    const undo = (id: string) => ({
      action: command(`echo undo-${id} >> ${work}/log`),
      perTarget: {},
      plannedMs: null,
    });
    const blocked = [
      write('stop', { block: 0, rollback: undo('stop') }),
      write('upload', { block: 0, rollback: undo('upload') }),
      step('start', { block: 0, action: command(`test -e ${work}/fixed && echo start >> ${work}/log`) }),
    ];
    const run = await start(planFor(blocked));
    await run.submit({ type: 'enter-block', block: 0 });
    await run.runStep('stop');
    await run.runStep('upload');
    await run.runStep('start');
    expect(run.target('start').status).toBe('failed');
    await run.submit({ type: 'begin-rollback', scope: 'block', reason: 'does not start', include: [] });
    await run.runStep('undo-upload');
    await run.runStep('undo-stop');
    expect(run.state.block).toBeNull();
    expect(run.target('stop')).toMatchObject({ status: 'todo', undone: { by: 'undo-stop' } });
    writeFileSync(`${work}/fixed`, '');
    await run.submit({ type: 'enter-block', block: 0 });
    await run.runStep('stop');
    await run.runStep('upload');
    await run.runStep('start', ['app1'], 'the cause was removed');
    expect(log()).toEqual(['stop', 'upload', 'undo-upload', 'undo-stop', 'stop', 'upload', 'start']);
    await run.submit({ type: 'finish' });
    expect(run.state.result).toBe('completed');
  });

  it('goes on with a rollback after the process died in the middle of it', async () => {
    const undo = { action: command(`echo undo >> ${work}/log`), perTarget: {}, plannedMs: null };
    const plan = planFor([write('stop', { targets: ['app1', 'app2'], rollback: undo }), write('start')]);
    const run = await start(plan);
    await run.runStep('stop', ['app1', 'app2']);
    await run.submit({ type: 'begin-rollback', scope: 'run', reason: 'alarms', include: [] });
    await run.runStep('undo-stop', ['app2']);
    const { runId } = run.run;
    await run.run.close('left');
    engine = await Engine.reopen(runId, { plan, data: join(work, 'data'), home: home.path });
    expect(engine.state.rollbacks).toHaveLength(1);
    expect(engine.target('undo-stop', 'app2').status).toBe('passed');
    await engine.runStep('undo-stop', ['app1']);
    await engine.submit({ type: 'finish' });
    expect(engine.state.result).toBe('rolled-back');
    expect(log().filter((line) => line === 'undo')).toHaveLength(2);
  });

  it('refuses a production run that was not rehearsed with the same content, and knows how long the rehearsal took', async () => {
    const files = (text: string) => [{ path: 'release.yaml', bytes: Buffer.from(text) }];
    const data = join(work, 'data');
    const prod = planFor([write('one')], { production: true, environment: 'prod', rehearsal: 'refuse' });
    await expect(start(prod, { files: files('a') })).rejects.toThrow('rehearsal-missing');
    const pre = await start(planFor([write('one')]), { files: files('b') });
    await pre.runStep('one');
    await pre.submit({ type: 'finish' });
    await expect(start(prod, { files: files('a') })).rejects.toThrow('rehearsal-missing');
    const real = await start(prod, { files: files('b') });
    expect(real.state.rehearsal).toMatchObject({ environment: 'pre', sameContent: true, changed: [] });
    expect(real.state.rehearsal?.durations['one']).toBeGreaterThan(0);
    const warned = await start({ ...prod, rehearsal: 'warn' }, { files: files('a') });
    expect(warned.state.rehearsal).toMatchObject({ sameContent: false, changed: ['checklist/release.yaml'] });
    expect(existsSync(data)).toBe(true);
  });

  it('refuses the next production run after a rollback until the analysis was filed, and keeps the chain intact', async () => {
    const undo = { action: command(`echo undo >> ${work}/log`), perTarget: {}, plannedMs: null };
    const prod = planFor([write('one', { rollback: undo }), write('two')], { production: true, environment: 'prod' });
    const failed = await start(prod);
    await failed.runStep('one');
    await failed.submit({ type: 'begin-rollback', scope: 'run', reason: 'alarms', include: [] });
    await failed.runStep('undo-one');
    await failed.submit({ type: 'finish' });
    const { runId, folder: runFolder } = failed.run;
    await expect(start(prod)).rejects.toThrow('analysis-missing');
    engine = null;
    const analysis = {
      what: 'Orders failed',
      cause: 'Wrong profile',
      fix: 'Proof in the artifact step',
      confirmedBy: 'Ada',
    };
    const intent = { type: 'file-analysis' as const, ...analysis };
    const filing = { data: join(work, 'data'), runId, person: 'Li Wei', identity: null, clock: systemClock, intent };
    expect(await appendToRun(filing)).toMatchObject({ ok: true });
    expect((await viewRun(runFolder)).analysis).toMatchObject({ ...analysis, by: 'Li Wei' });
    expect(await verifyRun(runFolder)).toMatchObject({ verdict: 'intact' });
    const next = await start(prod);
    expect(next.state.status).toBe('running');
    expect(await appendToRun({ ...filing, runId: next.run.runId })).toMatchObject({
      ok: false,
      failure: { code: 'run-not-over' },
    });
  });

  it('shows a file that changed on disk as a redline once, and keeps to the frozen one', async () => {
    const source = join(work, 'release.yaml');
    writeFileSync(source, 'checklist: 1\n');
    const files = [{ path: 'checklist.yaml', bytes: Buffer.from('checklist: 1\n') }];
    const run = await start(planFor([write('one')]), { source, files });
    const seen = run.next('redline-seen');
    writeFileSync(source, 'checklist: 1\ntitle: slipped in\n');
    expect((await seen).data).toMatchObject({ path: 'checklist/checklist.yaml' });
    expect(await redlineText(run.run.folder, run.state, 'checklist/checklist.yaml')).toEqual({
      frozen: 'checklist: 1\n',
      now: 'checklist: 1\ntitle: slipped in\n',
    });
    const gone = run.next('redline-seen');
    rmSync(source);
    expect((await gone).data.now).toBeNull();
    expect(Object.keys(run.state.redlines)).toHaveLength(1);
  });
});
