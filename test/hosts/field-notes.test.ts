import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { driveRun, type HeadlessEnd } from '../../electron/cli/drive-run.ts';
import { loadChecklist } from '../../electron/engine/load-checklist.ts';
import { systemClock } from '../../electron/engine/system-clock.ts';
import { resolvePlan } from '../../shared/checklist/resolve.ts';
import type { HeadlessAnswers } from '../../shared/run/autopilot.ts';
import { Engine } from '../helpers/engine-kit.ts';
import { buildWar, openTradeRelease, type TradeRelease } from '../helpers/trade-release.ts';

const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/**
 * The failed release of the field notes (A), replayed on two real tomcats, MariaDB and PostgreSQL: each of its
 * mistakes is made again, and each is caught at its step, before it can do harm.
 */
describe('the failed release, replayed', () => {
  let trade: TradeRelease;
  let engine: Engine | null = null;
  let number = 0;

  beforeAll(async () => {
    trade = await openTradeRelease();
  }, 180_000);
  afterEach(async () => {
    await engine?.run.close('left');
    engine = null;
    for (const tomcat of trade.tomcats) writeFileSync(join(tomcat.base, 'conf/app.properties'), properties());
  });
  afterAll(async () => {
    await trade?.close();
  });

  const properties = (changes = ''): string =>
    `db.url=jdbc:mysql://db.trade/trade\nsql.debug=false\nh5.enabled=true\n${changes}`;
  const change = (host: 0 | 1, text: string): void =>
    writeFileSync(join(trade.tomcats[host].base, 'conf/app.properties'), text);
  const passwords: Readonly<Record<string, () => string>> = {
    'trade-password': () => trade.mariadb.password,
    'reports-password': () => trade.postgres.password,
  };

  /** Opens a run of a checklist in a data folder of its own. */
  async function open(checklist = trade.checklist): Promise<Engine> {
    const loaded = await loadChecklist(checklist, 'pre');
    if (loaded.checklist === null) throw new Error(JSON.stringify(loaded.problems));
    engine = await Engine.create({
      plan: resolvePlan(loaded.checklist, 'pre'),
      data: join(trade.home, `data-${number++}`),
      home: trade.home,
      source: checklist,
      files: loaded.files,
      prompter: { ask: async ({ params }) => [passwords[params['name'] ?? '']?.() ?? ''] },
    });
    return engine;
  }

  const work = async (run: Engine, answers: HeadlessAnswers = {}): Promise<HeadlessEnd> =>
    await driveRun(run.run, answers, systemClock, () => {});

  /** Turns round inside the block and undoes everything. */
  async function restore(run: Engine): Promise<void> {
    await run.submit({ type: 'begin-rollback', scope: 'block', reason: 'caught', include: [] });
    while (run.state.rollbacks.at(-1)?.finishedAt === null) {
      const step = run.state.plan.steps[run.state.current];
      if (step === undefined) throw new Error('the rollback has no end');
      await run.runStep(step.id, step.targets);
      expect(run.state.steps.find((one) => one.id === step.id)?.targets.map((one) => one.status)).not.toContain(
        'failed',
      );
    }
  }

  it('a build for the test profile is caught at "artifact", although its name is right', async () => {
    const good = readFileSync(join(trade.home, 'artifacts/trade-3.4.0.war'));
    buildWar(trade.home, 'trade-3.4.0.war', '3.4.0', 'test');
    const run = await open(trade.variant('any-hash.yaml', { [`          sha256: ${sha(good)}\n`]: '' }));
    expect(await work(run)).toMatchObject({ type: 'stopped', step: 'artifact' });
    const broken = run.lastAttempt('artifact', 'desk').checks.filter((check) => check.holds === false);
    expect(broken.map((check) => [check.expected, check.found])).toEqual([
      [expect.stringContaining('production'), 'test'],
    ]);
    writeFileSync(join(trade.home, 'artifacts/trade-3.4.0.war'), good);
  });

  it('a build of the wrong version is caught at "artifact"', async () => {
    const good = readFileSync(join(trade.home, 'artifacts/trade-3.4.0.war'));
    buildWar(trade.home, 'trade-3.4.0.war', '3.3.9', 'production');
    const run = await open();
    expect(await work(run)).toMatchObject({ type: 'stopped', step: 'artifact' });
    const broken = run.lastAttempt('artifact', 'desk').checks.filter((check) => check.holds === false);
    expect(broken.map((check) => check.found)).toContain('3.3.9');
    writeFileSync(join(trade.home, 'artifacts/trade-3.4.0.war'), good);
  });

  it('a parameter that the deploy script did not know is caught at "params", on the host that has it', async () => {
    change(1, properties('flex.timeout=30\n'));
    const run = await open();
    expect(await work(run)).toMatchObject({ type: 'stopped', step: 'params', target: 'app2' });
    expect(run.target('params', 'app1').status).toBe('passed');
    expect(JSON.stringify(run.lastAttempt('params', 'app2').checks)).toContain('flex.timeout');
  });

  it('debug SQL that was left on is caught at "params"', async () => {
    change(0, properties().replace('sql.debug=false', 'sql.debug=true'));
    const run = await open();
    expect(await work(run)).toMatchObject({ type: 'stopped', step: 'params', target: 'app1' });
  });

  it('a script that somebody forgot to list is caught at "orders", before the run can begin', async () => {
    trade.write('sql/3.4.0/02-index.sql', 'CREATE INDEX by_channel ON orders (channel);\n');
    const { checklist, problems } = await loadChecklist(trade.checklist, 'pre');
    rmSync(join(trade.home, 'sql/3.4.0/02-index.sql'));
    expect(checklist).toBeNull();
    const errors = problems.filter((problem) => problem.severity === 'error');
    const lines = readFileSync(trade.checklist, 'utf8').split('\n');
    expect(errors.map(({ line }) => lines[line - 1]?.trim())).toEqual(['- id: orders']);
    expect(JSON.stringify(errors)).toContain('02-index.sql');
  });

  it('a tomcat that is not really dead is caught at "stop", and nothing is killed unasked', async () => {
    const lying = trade.variant('lying-stop.yaml', {
      [`catalina.sh stop 20", process`]: `catalina.sh version", process`,
      'within: 40s': 'within: 2s',
    });
    const run = await open(lying);
    expect(await work(run)).toMatchObject({ type: 'stopped', step: 'stop', target: 'app1' });
    expect(run.lastAttempt('stop').offers).toEqual(expect.arrayContaining(['kill', 'kill-9']));
    expect(trade.version(0)).toBe('3.3.9');
    await run.submit({
      type: 'decide',
      step: 'stop',
      target: 'app1',
      decision: 'overridden',
      reason: 'left',
      owner: null,
    });
  });

  it('an old tomcat that came back is caught at "start": nothing is started beside it', async () => {
    const run = await open();
    for (const id of ['artifact', 'params', 'before']) await run.runStep(id, targetsOf(run, id));
    await run.submit({ type: 'enter-block', block: 0 });
    for (const id of ['stop', 'upload', 'orders', 'daily']) await run.runStep(id, targetsOf(run, id));
    await trade.start(0);
    await run.runStep('start');
    expect(run.target('start')).toMatchObject({ status: 'failed' });
    expect(run.lastAttempt('start').effectDone).toBe('none');
    // Somebody's tomcat is stopped as what it is, then all is put back; the data too.
    await run.submit({ type: 'begin-rollback', scope: 'block', reason: 'someone else works here', include: [] });
    expect(run.state.plan.steps[run.state.current]?.id).toBe('undo-daily');
    for (const id of ['undo-daily', 'undo-orders', 'undo-upload']) await run.runStep(id, targetsOf(run, id));
    expect(trade.mariadb.sql("SHOW COLUMNS FROM trade.orders LIKE 'channel'")).toBe('');
    expect(trade.postgres.sql("SELECT to_regclass('daily') IS NULL").trim()).toBe('t');
    await run.runStep('undo-stop');
    // It runs already: the start is refused, and a person says that this is what was wanted.
    expect(run.target('undo-stop').status).toBe('failed');
    const wanted = { step: 'undo-stop', target: 'app1', reason: 'it runs already', owner: null } as const;
    await run.submit({ type: 'decide', ...wanted, decision: 'overridden' });
    expect(run.state.block).toBeNull();
  }, 180_000);

  it('one new exception among three usual ones is caught at "watch", and the usual ones alarm nobody', async () => {
    trade.mend(1);
    const run = await open();
    expect(await work(run)).toMatchObject({ type: 'stopped', step: 'watch', target: 'app1' });
    const { findings, result } = run.lastAttempt('watch');
    expect(findings).toHaveLength(1);
    expect(findings[0]?.title).toMatch(/UncheckedIOException ← FileNotFoundException/);
    const known = result?.kind === 'log' ? result.groups.filter((group) => group.known !== null) : [];
    expect(known.map((group) => group.known).sort()).toEqual(['Flex', 'The quote cache', 'The report data source']);
    const id = findings[0]?.id ?? '';
    const place = { step: 'watch', target: 'app1', finding: id, reason: 'never seen before' } as const;
    await run.submit({ type: 'judge', ...place, judgement: 'stop' });
    expect(run.target('watch').status).toBe('failed');
    await restore(run);
    expect(trade.mariadb.sql("SHOW COLUMNS FROM trade.orders LIKE 'channel'")).toBe('');
    expect(readdirSync(join(trade.tomcats[0].base, 'webapps'))).toContain('trade.war');
  }, 240_000);

  it('a front end that somebody switched off by hand is caught at "h5", before any traffic comes', async () => {
    trade.mend(0);
    const run = await open();
    for (const id of ['artifact', 'params', 'before']) await run.runStep(id, targetsOf(run, id));
    change(0, properties().replace('h5.enabled=true', 'h5.enabled=false'));
    expect(await work(run)).toMatchObject({ type: 'stopped', step: 'h5', target: 'app1' });
    // app1 is broken: it is taken out by name, and the block on it is restored.
    await restore(run);
    const out = { step: 'stop', target: 'app1', reason: 'H5 is off, traffic goes to app2', owner: null } as const;
    await run.submit({ type: 'decide', ...out, decision: 'excluded' });
    expect(run.target('start', 'app1').status).toBe('excluded');
    expect(run.target('stop~2', 'app2').status).toBe('todo');
  }, 240_000);

  const targetsOf = (run: Engine, id: string): readonly string[] =>
    run.state.plan.steps.find((step) => step.id === id)?.targets ?? [];
});
