import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyRun } from '../../electron/engine/journal/verify-run.ts';
import type { Plan, PlanStep } from '../../shared/checklist/plan.ts';
import type { Reading } from '../../shared/snapshot/reading.ts';
import type { CompareAction } from '../../shared/steps/actions/compare.ts';
import type { SnapshotAction } from '../../shared/steps/actions/snapshot.ts';
import { type CutProxy, startCutProxy } from '../helpers/cut-proxy.ts';
import { Engine } from '../helpers/engine-kit.ts';
import { command, planOf, step } from '../helpers/plans.ts';
import { type Home, makeHome, makeKey, type Sshd, startSshd, tempFolder } from '../helpers/sshd.ts';

/** One real sshd, reached as app1 and app2; what is there is what stands in files that the test changes. */
describe('snapshot and compare on a real server', () => {
  const folder = tempFolder('snapshot');
  const key = makeKey(join(folder, 'id_ed25519'));
  let sshd: Sshd;
  let home: Home;
  let engine: Engine | null = null;
  let proxy: CutProxy | null = null;
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
    await proxy?.close();
    proxy = null;
    home.close();
  });
  afterAll(async () => {
    await sshd.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const lines: Reading = { keep: 'keys', how: { by: 'lines' } };
  const pairs: Reading = { keep: 'numbers', how: { by: 'lines' } };
  const snapshot = (reading: Reading, given: Partial<SnapshotAction> = {}): SnapshotAction => ({
    kind: 'snapshot',
    look: command(`cat ${work}/services`),
    reading,
    mayBeEmpty: false,
    ...given,
  });
  const compare = (given: Partial<CompareAction> = {}): CompareAction => ({
    kind: 'compare',
    with: 'before',
    allowed: { added: [], missing: [], changed: [] },
    tolerance: null,
    ...given,
  });
  const recorded = (action: SnapshotAction, given: Partial<PlanStep> = {}): PlanStep =>
    step('before', { kind: 'snapshot', effect: 'read', action, ...given });
  const compared = (action: CompareAction, given: Partial<PlanStep> = {}): PlanStep =>
    step('after', { kind: 'compare', effect: 'read', action, ...given });
  const there = (text: string): void => writeFileSync(join(work, 'services'), text);

  async function start(steps: readonly PlanStep[], port = sshd.port): Promise<Engine> {
    const host = (name: string) => ({ name, address: sshd.address, port, user: sshd.user, jump: null, groups: [] });
    const hosts: Plan['hosts'] = ['app1', 'app2'].map((name) => ({ ...host(name), identity: null }));
    engine = await Engine.create({ plan: planOf(steps, { hosts }), data: join(work, 'data'), home: home.path });
    return engine;
  }

  it('catches the one key that is missing, names it, and lets only a judgement by name pass it', async () => {
    there('trade.orders\ntrade.query\ntrade.risk\n');
    const run = await start([
      recorded(snapshot(lines)),
      compared(compare({ allowed: { added: ['trade.new.*'], missing: [], changed: [] } })),
    ]);
    await run.runStep('before');
    expect(run.lastAttempt('before')).toMatchObject({
      verdict: 'passed',
      effectDone: 'none',
      result: { count: 3, kept: { in: 'journal', snapshot: { keys: ['trade.orders', 'trade.query', 'trade.risk'] } } },
    });

    there('trade.orders\ntrade.query\ntrade.new.hedge\n');
    await run.runStep('after');
    const { findings, result } = run.lastAttempt('after');
    expect(run.target('after').status).toBe('inconclusive');
    expect(findings).toEqual([{ id: 'missing:trade.risk', title: '− trade.risk', detail: '✓ → –', count: 1 }]);
    expect(result).toMatchObject({
      unexpected: { missing: 1, added: 0 },
      expected: { added: 1 },
      attempt: run.lastAttempt('before').attempt,
    });

    const judge = { type: 'judge', step: 'after', target: 'app1', finding: 'missing:trade.risk' } as const;
    await run.submit({ ...judge, judgement: 'known', reason: 'Retired with this version, asked Zhang' });
    expect(run.target('after').status).toBe('passed');
  });

  it('passes without a word where nothing differs', async () => {
    there('a\nb\n');
    const run = await start([recorded(snapshot(lines)), compared(compare())]);
    await run.runStep('before');
    there('b\na\n');
    await run.runStep('after');
    expect(run.lastAttempt('after')).toMatchObject({
      verdict: 'passed',
      findings: [],
      result: { before: 2, after: 2 },
    });
  });

  it('compares numbers before and after by their tolerance', async () => {
    there('orders 1000\nqueue 10\njobs 5\n');
    const changed = [
      { names: 'jobs', tolerance: { type: 'absolute', most: 3 } },
    ] as CompareAction['allowed']['changed'];
    const allowed = { added: [], missing: [], changed };
    const run = await start([
      recorded(snapshot(pairs)),
      compared(compare({ tolerance: { type: 'percent', most: 5 }, allowed })),
    ]);
    await run.runStep('before');
    there('orders 1049\nqueue 11\njobs 8\n');
    await run.runStep('after');
    expect(run.lastAttempt('after').findings.map(({ id, detail }) => `${id} ${detail}`)).toEqual([
      'changed:queue 10 → 11',
    ]);
  });

  it('gives every host its own snapshot and its own differences, also where they ran in batches', async () => {
    const look = (host: string): SnapshotAction => snapshot(lines, { look: command(`cat ${work}/${host}`) });
    const both = { targets: ['app1', 'app2'], perTarget: { app2: look('app2') } };
    writeFileSync(join(work, 'app1'), 'a\n');
    writeFileSync(join(work, 'app2'), 'a\nb\n');
    const run = await start([
      step('before', { kind: 'snapshot', effect: 'read', action: look('app1'), targets: ['app1'], base: 'before' }),
      step('before~2', { kind: 'snapshot', effect: 'read', action: look('app2'), targets: ['app2'], base: 'before' }),
      compared(compare(), { ...both, perTarget: {} }),
    ]);
    await run.runStep('before');
    await run.runStep('before~2', ['app2']);
    writeFileSync(join(work, 'app2'), 'a\n');
    await run.runStep('after', ['app1', 'app2']);
    expect(run.target('after', 'app1').status).toBe('passed');
    expect(run.lastAttempt('after', 'app2').findings.map(({ id }) => id)).toEqual(['missing:b']);
  });

  it('takes the newest snapshot that passed', async () => {
    there('a\n');
    const run = await start([
      recorded(snapshot(lines), { targets: ['app1', 'app2'] }),
      compared(compare(), { targets: ['app1', 'app2'] }),
    ]);
    await run.runStep('before', ['app1']);
    await run.submit({
      type: 'decide',
      step: 'before',
      target: 'app2',
      decision: 'deferred',
      reason: 'later',
      owner: 'Li',
      due: 'today',
    });
    await run.runStep('after', ['app1', 'app2']);
    expect(run.target('after', 'app1').status).toBe('passed');
    expect(run.lastAttempt('after', 'app2')).toMatchObject({
      verdict: 'failed',
      effectDone: 'none',
      failure: { code: 'snapshot-missing' },
    });
  });

  it('seals a snapshot that the journal is no place for, compares with it, and refuses it once it was changed', async () => {
    const many = Array.from({ length: 30_000 }, (_, index) => `service.${String(index).padStart(6, '0')}`);
    there(many.join('\n'));
    const run = await start([recorded(snapshot(lines)), compared(compare())]);
    await run.runStep('before');
    const { result } = run.lastAttempt('before');
    if (result?.kind !== 'snapshot' || result.kept.in !== 'file') throw new Error('not in a file');
    expect(result).toMatchObject({ count: 30_000, kept: { file: { path: 'evidence/a1-snapshot.json' } } });
    expect((await verifyRun(run.run.folder)).verdict).not.toBe('altered');

    there(many.slice(1).join('\n'));
    await run.runStep('after');
    expect(run.lastAttempt('after').findings.map(({ id }) => id)).toEqual(['missing:service.000000']);

    const file = join(run.run.folder, result.kept.file.path);
    writeFileSync(file, readFileSync(file, 'utf8').replace('service.000000', 'service.999999'));
    await run.runStep('after');
    expect(run.lastAttempt('after')).toMatchObject({ verdict: 'failed', failure: { code: 'snapshot-altered' } });
  });

  it('fails rather than ask for hundreds of judgements', async () => {
    there(Array.from({ length: 300 }, (_, index) => `s${index}`).join('\n'));
    const run = await start([recorded(snapshot(lines)), compared(compare())]);
    await run.runStep('before');
    there('');
    await run.runStep('after');
    expect(run.lastAttempt('after')).toMatchObject({
      verdict: 'failed',
      failure: { code: 'compare-too-many', params: { count: '300' } },
      result: { unexpected: { missing: 300 }, after: 0 },
      findings: [],
    });
  });

  it('keeps nothing of an output that is not as declared, empty or failed', async () => {
    there('orders 12\nqueue twelve\n');
    const run = await start([recorded(snapshot(pairs))]);
    await run.runStep('before');
    expect(run.lastAttempt('before')).toMatchObject({
      verdict: 'failed',
      failure: { code: 'snapshot-unreadable' },
      checks: [{ holds: true }, { subject: 'at 2', expected: 'a number', found: 'twelve', holds: false }],
      result: null,
    });
    there('');
    await run.runStep('before');
    expect(run.lastAttempt('before')).toMatchObject({ verdict: 'inconclusive', failure: { code: 'snapshot-empty' } });
    rmSync(join(work, 'services'));
    await run.runStep('before');
    expect(run.lastAttempt('before')).toMatchObject({ verdict: 'failed', checks: [{ subject: 'exit', holds: false }] });
  });

  it('takes an empty answer where the checklist allows it', async () => {
    there('\n');
    const run = await start([recorded(snapshot(lines, { mayBeEmpty: true }))]);
    await run.runStep('before');
    expect(run.lastAttempt('before')).toMatchObject({ verdict: 'passed', result: { count: 0 } });
  });

  it('says unknown when the link is cut in the middle of the look, and may simply look again', async () => {
    there('a\n');
    proxy = await startCutProxy({ address: sshd.address, port: sshd.port });
    writeFileSync(join(home.ssh, 'known_hosts'), sshd.knownHosts.replaceAll(`:${sshd.port} `, `:${proxy.port} `));
    const held = command(`cat ${work}/services; touch ${work}/reached; while [ ! -e ${work}/go ]; do sleep 0.05; done`);
    const run = await start([recorded(snapshot(lines, { look: held }))], proxy.port);
    await run.submit({ type: 'run-step', step: 'before', targets: ['app1'], reason: null });
    await expect.poll(() => run.run.controller.state.attempts).toBe(1);
    await expect.poll(() => readFileSync(`${work}/reached`, 'utf8').length).toBe(0);
    proxy.cut();
    await run.run.controller.idle();
    expect(run.lastAttempt('before')).toMatchObject({
      verdict: 'unknown',
      effectDone: 'none',
      failure: { code: 'link-lost' },
      result: null,
    });
    writeFileSync(`${work}/go`, '');
    await run.runStep('before');
    expect(run.target('before').status).toBe('passed');
  });

  it('still knows its snapshot after the app was closed and opened again', async () => {
    there('a\nb\n');
    const first = await start([recorded(snapshot(lines)), compared(compare())]);
    await first.runStep('before');
    const { runId } = first.state;
    const options = { plan: first.state.plan, data: join(work, 'data'), home: home.path };
    await first.run.close('left');
    engine = await Engine.reopen(runId, options);
    there('a\n');
    await engine.runStep('after');
    expect(engine.lastAttempt('after').findings.map(({ id }) => id)).toEqual(['missing:b']);
  });
});
