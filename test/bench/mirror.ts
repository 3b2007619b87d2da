import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { Engine } from '../helpers/engine-kit.ts';
import { manualStep, planOf } from '../helpers/plans.ts';
import { type Home, makeHome, makeKey, type Sshd, startSshd, tempFolder } from '../helpers/sshd.ts';
import { writtenPlan } from '../helpers/written-plan.ts';
import { type Bench, type Figure, median } from './bench.ts';
import { idleDelay } from './idle-delay.ts';
import { beginMirrored, type MirroredBenchRun } from './mirror-run.ts';
import { now, Viewers } from './mirror-talk.ts';

const VIEWERS = 50;
const MEGABYTES_A_SECOND = 10;
/** Records whose way is measured, each with 1 and with 50 viewers. */
const RECORDS = 500;
const lagGoal = 50;
const PAIRS = 400;
const rounds = 21;
const rateGoal = 0.9;

/** A host that prints ten megabytes a second, in a hundred pieces, for as long as `stop` is not there. */
function flood(stop: string): string {
  const line = '2026-11-20 22:04:05,123 INFO  [http-nio-8080-exec-7] trade.OrderService - order 4711 accepted in 31 ms';
  const piece = Math.floor((MEGABYTES_A_SECOND * 10_000) / (line.length + 1));
  const program = `$|=1; my $t=time; my $p="${line}\\n" x ${piece}; until (-e "${stop}") { syswrite STDOUT, $p; $t+=0.01; my $w=$t-time; select(undef,undef,undef,$w) if $w>0 }`;
  return `perl -MTime::HiRes=time -e '${program}'`;
}

interface Ground {
  readonly folder: string;
  readonly sshd: Sshd;
  readonly home: Home;
  close(): Promise<void>;
}

async function layGround(): Promise<Ground> {
  const folder = tempFolder('bench-mirror');
  const key = makeKey(join(folder, 'key'));
  const sshd = await startSshd({ authorized: [key.publicLine] });
  const home = makeHome({ keys: { id_ed25519: key }, knownHosts: sshd.knownHosts });
  return {
    folder,
    sshd,
    home,
    close: async () => {
      await sshd.close();
      home.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The value below which this share of the values lies. */
function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

interface Lag {
  readonly p50: number;
  readonly p99: number;
}

/** Records, some forty a second at odd moments, on their way to the checker. */
async function lagOf({ engine, durable }: MirroredBenchRun, attempt: string, checker: Viewers): Promise<Lag> {
  await checker.ask({ type: 'until', seq: engine.state.seq });
  await checker.report();
  for (let n = 0; n < RECORDS; n += 1) {
    await engine.run.controller.recordByApp([{ type: 'attempt-noted', data: { attempt, text: `note ${n}` } }]);
    await wait(10 + Math.random() * 30);
  }
  await checker.ask({ type: 'until', seq: engine.state.seq });
  const { folded } = await checker.report();
  const lags = folded.flatMap(([seq, at]) => {
    const written = durable.get(seq);
    return written === undefined ? [] : [at - written];
  });
  if (lags.length < RECORDS) throw new Error(`${lags.length} of ${RECORDS} records came one by one`);
  return { p50: percentile(lags, 0.5), p99: percentile(lags, 0.99) };
}

async function measureLag(): Promise<Figure> {
  const ground = await layGround();
  const stop = join(ground.folder, 'stop');
  const steps = `
      - { id: flood, title: Print, on: app1, effect: read, run: { command: ${JSON.stringify(flood(stop))}, timeout: 10m } }`;
  const plan = writtenPlan(steps, ground.sshd);
  const [checker, observers] = [new Viewers(), new Viewers()];
  const run = await beginMirrored(plan, join(ground.folder, 'data'), ground.home.path);
  const delay = monitorEventLoopDelay({ resolution: 10 });
  try {
    await run.letIn(checker, 'checker');
    const started = run.engine.next('attempt-started');
    await run.engine.submit({ type: 'run-step', step: 'flood', targets: ['app1'], reason: null });
    const { attempt } = (await started).data;
    await wait(1_000);
    const alone = await lagOf(run, attempt, checker);
    for (let n = 1; n < VIEWERS; n += 1) await run.letIn(observers, 'observer');
    await observers.ask({ type: 'until', seq: run.engine.state.seq });
    await observers.report();
    const [before, began] = [process.cpuUsage(), now()];
    delay.enable();
    const idle = idleDelay(10);
    const many = await lagOf(run, attempt, checker);
    delay.disable();
    const [{ user, system }, took] = [process.cpuUsage(before), now() - began];
    const [{ shown }, beside] = [await observers.report(), await idle];
    writeFileSync(stop, '');
    await run.engine.run.controller.idle();
    const printed = run.engine.lastAttempt('flood').recording;
    const of = ({ p50, p99 }: Lag): string => `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
    return {
      ratio: many.p99 / lagGoal,
      holds: many.p99 < lagGoal,
      detail: `${VIEWERS} viewers ${of(many)}; 1 viewer ${of(alone)}; ${((printed?.bytes ?? 0) / 1e6).toFixed(0)} MB recorded meanwhile, each observer shown ${(shown / (VIEWERS - 1) / 1e3 / took).toFixed(1)} MB/s; event loop p99 ${(delay.percentile(99) / 1e6).toFixed(0)} ms (of an idle process ${beside.toFixed(0)} ms), ${(((user + system) / 1e3 / took) * 100).toFixed(0)} % of a core`,
    };
  } finally {
    if (!existsSync(stop)) writeFileSync(stop, '');
    await Promise.all([checker.close(), observers.close()]);
    await run.close();
    await ground.close();
  }
}

/** How long a record takes from the operator's disk to the checker's state, while a host prints 10 MB/s. */
export const mirrorLag: Bench = {
  name: 'mirror-lag',
  goal: `p99 < ${lagGoal} ms with ${VIEWERS} viewers`,
  run: measureLag,
};

const quiet = planOf([manualStep('only')], { hosts: [] });

interface Pace {
  readonly perSecond: number;
  /** This process's own work, in microseconds; with viewers, until all of them have the last record. */
  readonly cpu: number;
}

/** The run is held and goes on again, each when the one before is on disk. */
async function paceOf(engine: Engine, arrived: () => Promise<unknown>): Promise<Pace> {
  const before = process.cpuUsage();
  const began = performance.now();
  for (let n = 0; n < PAIRS; n += 1) {
    await engine.submit({ type: 'hold', reason: 'for the bench' });
    await engine.submit({ type: 'continue' });
  }
  const took = performance.now() - began;
  await arrived();
  const { user, system } = process.cpuUsage(before);
  return { perSecond: (PAIRS * 2 * 1_000) / took, cpu: (user + system) / (PAIRS * 2) };
}

async function measureRecords(): Promise<Figure> {
  const folder = tempFolder('bench-mirror');
  const [checker, observers] = [new Viewers(), new Viewers()];
  const followed = await beginMirrored(quiet, join(folder, 'followed'), folder);
  const alone = await Engine.create({ plan: quiet, data: join(folder, 'alone'), home: folder });
  try {
    await followed.letIn(checker, 'checker');
    for (let n = 1; n < VIEWERS; n += 1) await followed.letIn(observers, 'observer');
    const [ours, beside]: [Pace[], Pace[]] = [[], []];
    for (let round = 0; round <= rounds; round += 1) {
      const none = await paceOf(alone, async () => {});
      const with50 = await paceOf(followed.engine, () => {
        const until = { type: 'until', seq: followed.engine.state.seq } as const;
        return Promise.all([checker.ask(until), observers.ask(until)]);
      });
      // The first round warms up.
      if (round === 0) continue;
      beside.push(none);
      ours.push(with50);
    }
    const rates = (paces: readonly Pace[]) => paces.map(({ perSecond }) => perSecond);
    const cpu = (paces: readonly Pace[]) => median(paces.map((pace) => pace.cpu)).toFixed(0);
    const ratio = median(rates(ours).map((rate, round) => rate / (rates(beside)[round] ?? Number.NaN)));
    return {
      ratio,
      holds: ratio >= rateGoal,
      detail: `${median(rates(ours)).toFixed(0)} records/s with ${VIEWERS} viewers, ${median(rates(beside)).toFixed(0)} records/s with none (best ${Math.max(...rates(ours)).toFixed(0)} and ${Math.max(...rates(beside)).toFixed(0)}); ${cpu(ours)} and ${cpu(beside)} µs of this process a record`,
    };
  } finally {
    await Promise.all([checker.close(), observers.close()]);
    await followed.close();
    await alone.run.close('left');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether those who follow slow the run down: records a second with 50 viewers against none. */
export const mirrorRecords: Bench = { name: 'mirror-records', goal: `>= ${rateGoal}`, run: measureRecords };
