import type { Plan } from '../../shared/checklist/plan.ts';
import type { RunEvent } from '../../shared/contract/events.ts';
import type { Answers } from '../../shared/contract/ipc.ts';
import { writeWatchProgress } from '../../shared/logs/watch-progress.ts';
import type { LogAction, LogResult } from '../../shared/steps/actions/log.ts';
import { ended, started } from '../helpers/fake-countersign-api.ts';
import { picturePlan } from './plan.ts';
import type { Scene } from './stage.ts';

/** A log watch, for looking at. */

const action: LogAction = {
  kind: 'log',
  files: ['/opt/tomcat/logs/catalina.out', '/opt/tomcat/logs/localhost.log'],
  sudo: null,
  watch: {
    forMs: 300_000,
    baseline: { path: 'known-exceptions.yaml', required: true },
    expect: [{ test: 'contains', value: 'OrderPage ready' }],
    forbid: [{ test: 'contains', value: '==> Preparing:' }],
    silenceMs: 60_000,
    from: { type: 'step', step: 'start' },
    restart: { line: { test: 'contains', value: 'Server startup in' }, pidFile: null },
  },
};

const sample = [
  '20-Nov-2026 22:06:40.118 SEVERE [http-nio-8080-exec-3] trade.OrderService - order 4711 not saved',
  'java.lang.IllegalStateException: pool 7 exhausted',
  '\tat com.foo.OrderService.save(OrderService.java:12)',
  '\tat com.foo.OrderController.post(OrderController.java:99)',
  'Caused by: java.sql.SQLTimeoutException: waited 30000 ms for 10.1.0.21:3306',
  '\tat com.zaxxer.hikari.pool.HikariPool.getConnection(HikariPool.java:128)',
  '\t... 42 more',
].join('\n');
const group = (fingerprint: string, name: string, known: string | null, count: number, from: number) => ({
  ...{ fingerprint, name, known, count, sample, file: '/opt/tomcat/logs/catalina.out' },
  ...{ first: { from, to: from }, last: { from: from + 2, to: from + 2 } },
});
const groups: LogResult['groups'] = [
  group(
    '2d2402dc070c5d6d',
    'IllegalStateException ← SQLTimeoutException: waited <n> ms for <address> (HikariPool.getConnection)',
    null,
    3,
    4,
  ),
  group(
    'a0b1c2d3e4f50617',
    'ClientAbortException: Broken pipe (OutputBuffer.realWriteBytes)',
    'A client went away',
    212,
    1,
  ),
  group('0123456789abcdef', 'LegacyJobException: nothing to do (LegacyJob.run)', 'Legacy job has nothing to do', 1, 3),
];
const result: LogResult = {
  ...{ kind: 'log', watchedMs: 300_250, restarts: 0, lines: 18_432, bytes: 2_411_002, silentMs: 4_100, gaps: [] },
  ...{ events: 216, knownEvents: 213, beyond: 0, groups },
  files: action.files.map((path) => ({ path, position: null })),
};

function planIn(language: 'en' | 'zh'): Plan {
  const plan = picturePlan(language, true);
  const [model] = plan.steps;
  if (model === undefined) throw new Error('the picture plan has no steps');
  const title = language === 'zh' ? '五分钟内日志没有新异常' : 'Nothing new in the logs for five minutes';
  const step: Plan['steps'][number] = {
    ...model,
    ...({ id: 'watch', base: 'watch', code: '3.1', title, kind: 'log', action, phase: 1, effect: 'read' } as const),
    ...{ targets: ['app1', 'app2'], countersign: 'none', block: null, verify: null },
  };
  return { ...plan, steps: [step], blocks: [] };
}

type Told = (plan: Plan) => readonly RunEvent[];
const begun: readonly RunEvent[] = [
  { type: 'run-started', data: {} },
  { type: 'step-entered', data: { step: 'watch' } },
];
const of = (plan: Plan) => {
  const [step] = plan.steps;
  if (step === undefined) throw new Error('no step');
  return step;
};
const watching: Told = (plan) => [...begun, started(of(plan), 'a1', 'app1')];
const judging: Told = (plan) => [
  ...watching(plan),
  ended('a1', 'inconclusive', {
    result,
    checks: [
      { subject: 'log', expected: 'says "OrderPage ready"', found: 'line 12: OrderPage ready', holds: true },
      { subject: 'log', expected: 'never says "==> Preparing:"', found: 'not seen', holds: true },
      { subject: 'silence', expected: 'a new line at least every 1m', found: 'longest silence 4s', holds: true },
    ],
    findings: [{ id: '2d2402dc070c5d6d', title: groups[0]?.name ?? '', detail: sample, count: 3 }],
  }),
];

/**
 * @param openRun what opens the run on the home screen.
 * @param home that screen.
 */
export function logScenes(openRun: string, home: Answers['home:list']): Readonly<Record<string, Scene>> {
  const label = writeWatchProgress({
    ...{ state: 'watching', lines: 12_844, rate: 61, known: 2, fresh: 1, restarts: 0, absent: 1 },
  });
  const scene = (events: Told, press: readonly string[] = []): Scene => ({
    press: [openRun, ...press],
    script: (language, theme) => {
      const plan = planIn(language);
      const progress = { attempt: 'a1', done: 171_000, of: 300_000, label };
      return { language, theme, plan, home, events: events(plan), output: sample.split('\n'), minutesAgo: 3, progress };
    },
  });
  return {
    'log-before': scene(() => begun),
    'log-watching': scene(watching),
    'log-judging': scene(judging),
    'log-lines': scene(judging, ['.finding-body .button']),
  };
}
