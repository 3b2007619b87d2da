import type { Plan } from '../../shared/checklist/plan.ts';
import type { Finding, Rehearsal, RunEvent } from '../../shared/contract/events.ts';
import { failure } from '../../shared/contract/failure.ts';
import { rollbackPreview } from '../../shared/run/rollback-plan.ts';
import { ended, type FakeScript, foldEvents, started } from '../helpers/fake-countersign-api.ts';
import { flowPlan } from './flow-plan.ts';
import { home, openRun, output, type Scene } from './stage.ts';

type Events = (plan: Plan) => readonly RunEvent[];

function flow(events: Events, press: readonly string[], more: Partial<FakeScript> = {}, allowed = 1): Scene {
  return {
    press,
    script: (language, theme) => {
      const plan = flowPlan(language, allowed);
      return { language, theme, plan, home, events: events(plan), output, minutesAgo: 12, ...more };
    },
  };
}

const key = 'SHA256:uNiVztksCsDhcc0u9e8BrZQXV1OaU5Xl1rgNYbD8pYc';
const step = (plan: Plan, id: string) => plan.steps.find((one) => one.id === id);
const entered = (id: string): RunEvent => ({ type: 'step-entered', data: { step: id } });
const passed = (plan: Plan, id: string, attempt: string, host: string): readonly RunEvent[] => [
  started(step(plan, id), attempt, host),
  ended(attempt, 'passed', { durationMs: 14_000, effect: 'full' }),
];
const identified = (host: string, holds = true): RunEvent => ({
  type: 'host-identified',
  data: {
    host,
    fingerprint: key,
    hostname: holds ? `trade-${host}.example` : 'billing-db2.example',
    checks: [
      { subject: 'host-key', expected: key, found: key, holds: true },
      {
        subject: 'hostname',
        expected: `trade-${host}.example`,
        found: holds ? `trade-${host}.example` : 'billing-db2.example',
        holds,
      },
    ],
    holds,
  },
});

const begun: Events = (plan) => [
  {
    type: 'session-opened',
    data: { session: 's1', publicKey: '', machine: 'ops-17', person: 'Li Wei', pid: 1, resumed: false },
  },
  ...['app1', 'app2', 'app3'].map(
    (host): RunEvent => ({
      type: 'host-connected',
      data: {
        host,
        address: host,
        port: 22,
        user: 'tomcat',
        keyType: 'ssh-ed25519',
        fingerprint: key,
        method: 'agent',
        via: [],
        latencyMs: 31,
      },
    }),
  ),
  { type: 'run-started', data: {} },
  entered('old-war'),
  ...['app1', 'app2', 'app3'].flatMap((host, at) => passed(plan, 'old-war', `a${1 + at}`, host)),
  entered('go'),
];
const answer = (plan: Plan, role: number, person: string): RunEvent => {
  const action = step(plan, 'go')?.action;
  const roles = action?.kind === 'approval' ? action.roles : [];
  const reason = 'Release note read, window agreed';
  return {
    type: 'approval-given',
    data: { step: 'go', target: 'desk', role: roles[role]?.role ?? '', person, answer: 'approved', reason },
  };
};
const approving: Events = (plan) => [...begun(plan), answer(plan, 1, 'Zhang San')];
const approved: Events = (plan) => [
  ...approving(plan),
  answer(plan, 1, 'Wang Fang'),
  answer(plan, 0, 'Chen Jie'),
  entered('stop'),
];
const wrong: Events = (plan) => [...approved(plan), identified('app1', false)];
const proved: Events = (plan) => [...approved(plan), identified('app1')];
const stubborn: Events = (plan) => [
  ...proved(plan),
  started(step(plan, 'stop'), 'a10', 'app1'),
  ended('a10', 'failed', {
    effect: 'partial',
    checks: [
      { subject: 'process', expected: 'gone within 30 s', found: 'PID 4711 org.apache.catalina.startup', holds: false },
    ],
    failure: failure('timeout', { seconds: '30' }),
    offers: ['kill', 'kill-9'],
  }),
];
const started1: Events = (plan) => [
  ...proved(plan),
  ...['stop', 'replace', 'start'].flatMap((id, at) => [...passed(plan, id, `a${10 + at}`, 'app1'), entered(id)]),
  entered('watch'),
];
const findings: readonly Finding[] = [
  {
    id: 'f1',
    title: 'java.lang.NullPointerException: Cannot invoke "Account.getLimit()" because "account" is null',
    detail: [
      '22:31:04.118 ERROR [exec-7] c.e.trade.OrderService - order <id> rejected',
      'java.lang.NullPointerException: Cannot invoke "Account.getLimit()" because "account" is null',
      '\tat com.example.trade.LimitCheck.verify(LimitCheck.java:88)',
      '\tat com.example.trade.OrderService.place(OrderService.java:142)',
    ].join('\n'),
    count: 14,
  },
  {
    id: 'f2',
    title: 'org.springframework.dao.CannotAcquireLockException: Lock wait timeout exceeded; try restarting transaction',
    detail: '22:31:40.002 WARN [batch-2] c.e.trade.Settle - Lock wait timeout exceeded; try restarting transaction',
    count: 2,
  },
  { id: 'f3', title: 'java.net.SocketTimeoutException: Read timed out (quote feed)', detail: '', count: 1 },
];
const found: Events = (plan) => [
  ...started1(plan),
  started(step(plan, 'watch'), 'a20', 'app1'),
  ended('a20', 'inconclusive', { findings: [...findings] }),
];
const judge = (finding: string, judgement: 'known' | 'stop', reason: string): RunEvent => ({
  type: 'finding-judged',
  data: { step: 'watch', target: 'app1', attempt: 'a20', finding, judgement, reason },
});
const judged: Events = (plan) => [
  ...found(plan),
  judge('f3', 'known', 'The quote feed is always slow at this hour; ticket OPS-2214'),
];
const atGate: Events = (plan) => [...started1(plan), ...passed(plan, 'watch', 'a20', 'app1'), entered('gate-1')];
const secondBatch: Events = (plan) => [
  ...atGate(plan),
  started(step(plan, 'gate-1'), 'a21', 'desk'),
  ended('a21', 'passed', { recording: null }),
  entered('stop~2'),
  identified('app2'),
  started(step(plan, 'stop~2'), 'a22', 'app2'),
  ended('a22', 'failed', { effect: 'unknown', checks: [], failure: failure('timeout', { seconds: '30' }) }),
];
const ceiling: Events = (plan) => [
  ...stubborn(plan),
  {
    type: 'target-decided',
    data: {
      step: 'stop',
      target: 'app1',
      decision: 'failed',
      reason: 'Does not stop; taken out of the balancer',
      owner: null,
      due: null,
    },
  },
  entered('gate-1'),
  started(step(plan, 'gate-1'), 'a21', 'desk'),
  ended('a21', 'passed', { recording: null }),
  entered('stop~2'),
];
const atPoint: Events = (plan) => [
  ...atGate(plan),
  started(step(plan, 'gate-1'), 'a21', 'desk'),
  ended('a21', 'passed', { recording: null }),
  ...['stop~2', 'replace~2', 'start~2', 'watch~2'].flatMap((id, at) => [
    entered(id),
    ...['app2', 'app3'].flatMap((host, index) => passed(plan, id, `a${40 + at * 2 + index}`, host)),
  ]),
  entered('drop'),
];
const past: Events = (plan) => [
  ...atPoint(plan),
  { type: 'no-return-accepted', data: { step: 'drop', reason: 'Both batches healthy for ten minutes' } },
  started(step(plan, 'drop'), 'a60', 'app1'),
  ended('a60', 'failed', {
    effect: 'partial',
    failure: failure('timeout', { seconds: '60' }),
    checks: [{ subject: 'exit', expected: 'is 0', found: '1', holds: false }],
  }),
];
/** What the controller would record, had the person turned round after these events. */
const turned =
  (events: Events): Events =>
  (plan) => {
    const before = events(plan);
    const steps = [...rollbackPreview(foldEvents(plan, before, 0, 1_000), 'run').steps];
    return [
      ...before,
      {
        type: 'rollback-begun',
        data: { scope: 'run', reason: 'New exception in the canary: limits are not read', steps },
      },
    ];
  };
const stopped: Events = (plan) => [...judged(plan), judge('f1', 'stop', 'Orders are rejected')];
const turning: Events = (plan) => {
  const events = turned(stopped)(plan);
  const begin = events.at(-1);
  const first = begin?.type === 'rollback-begun' ? begin.data.steps[0] : undefined;
  return first === undefined
    ? events
    : [...events, entered(first.id), started(first, 'a70', 'app1'), ended('a70', 'passed', { effect: 'full' })];
};
const rolledBack: Events = (plan) => {
  const events = turned(stopped)(plan);
  const begin = events.at(-1);
  const steps = begin?.type === 'rollback-begun' ? begin.data.steps : [];
  return [
    ...events,
    ...steps.flatMap((one, at) => [
      entered(one.id),
      started(one, `a${70 + at}`, 'app1'),
      ended(`a${70 + at}`, 'passed', { effect: 'full' }),
    ]),
    { type: 'rollback-finished', data: { scope: 'run' } },
    { type: 'run-ended', data: { result: 'rolled-back', reason: null } },
  ];
};
const filed: Events = (plan) => [
  ...rolledBack(plan),
  {
    type: 'analysis-filed',
    data: {
      what: 'Orders above the limit were rejected with a NullPointerException on app1.',
      cause: 'limits.json of the old build was not migrated; the loader returned null for new accounts.',
      fix: 'Migration added to the checklist as a step before the start; the loader refuses to start without limits.',
      confirmedBy: 'Chen Jie',
    },
  },
];
const redlined: Events = (plan) => [
  ...proved(plan),
  { type: 'redline-seen', data: { path: 'checklist/release.yaml', now: 'ab'.repeat(32) } },
  { type: 'redline-seen', data: { path: 'checklist/sql/90-drop-columns.sql', now: null } },
];
const frozen = Array.from({ length: 40 }, (_, index) => `  - step: line ${index + 1}`);
const rehearsal: Rehearsal = {
  runId: 'r2',
  environment: 'pre',
  endedAt: '2026-11-18T20:40:00.000Z',
  contentHash: 'cd'.repeat(32),
  sameContent: false,
  changed: ['checklist/release.yaml', 'checklist/sql/90-drop-columns.sql'],
  durations: {},
};
const demo = ['.demo .button'];
const secondary = (words: string): string => `.secondary button:has-text("${words}")`;

/** What a release goes through beyond single steps. */
export const flowScenes: Readonly<Record<string, Scene>> = {
  approval: flow(approving, [openRun]),
  'approve-dialog': flow(approving, [openRun, '[data-primary]']),
  'guard-new': flow(approved, [openRun]),
  'guard-proved': flow(proved, [openRun]),
  'guard-wrong': flow(wrong, [openRun]),
  offers: flow(stubborn, [openRun]),
  'offer-dialog': flow(stubborn, [openRun, '.secondary .button.danger']),
  findings: flow(judged, [openRun]),
  'judge-dialog': flow(judged, [openRun, '[data-primary]']),
  'batch-gate': flow(atGate, [openRun]),
  'batch-failed': flow(secondBatch, [openRun]),
  'defer-dialog': flow(secondBatch, [openRun, `${secondary('Defer')}, ${secondary('延后')}`]),
  'exclude-dialog': flow(secondBatch, [openRun, `${secondary('Exclude')}, ${secondary('排除')}`]),
  'out-dialog': flow(secondBatch, [openRun, `${secondary('as failed')}, ${secondary('判为失败')}`]),
  ceiling: flow(ceiling, [openRun], {}, 0),
  'no-return': flow(atPoint, [openRun]),
  'no-return-dialog': flow(atPoint, [openRun, '[data-primary]']),
  'rollback-run': flow(secondBatch, [openRun, '.top-bar .button:has(kbd)']),
  'rollback-ticked': flow(secondBatch, [openRun, '.top-bar .button:has(kbd)', '.choice.tick']),
  forward: flow(past, [openRun, '.top-bar .button:has(kbd)']),
  'forward-failed': flow(past, [openRun]),
  'rolling-back': flow(turning, [openRun]),
  'rolling-back-why': flow(turning, [openRun, '.top-bar .button:has(kbd)']),
  'rolling-back-undone': flow(turning, [openRun, '#step-4']),
  'rolled-back': flow(rolledBack, [openRun]),
  analysis: flow(filed, [openRun]),
  redlines: flow(redlined, [openRun]),
  'redlines-dialog': flow(redlined, [openRun, '.banners .link-button'], {
    redline: {
      frozen: frozen.join('\n'),
      now: frozen.toSpliced(19, 2, '  - step: line 20, with a longer wait', '  - step: a new one').join('\n'),
    },
  }),
  progress: flow((plan) => [...proved(plan), started(step(plan, 'stop'), 'a10', 'app1')], [openRun], {
    progress: { attempt: 'a10', done: 18, of: 30, label: 'waiting until PID 4711 is gone' },
  }),
  'back-out-alarm': flow(started1, [openRun], { minutesAgo: 30 }),
  'preflight-refused': flow(() => [], demo, { before: { rehearsal: null, unexplained: null } }),
  'preflight-changed': flow(() => [], demo, { before: { rehearsal, unexplained: null } }),
  'preflight-unexplained': flow(() => [], demo, {
    before: { rehearsal: { ...rehearsal, sameContent: true }, unexplained: { runId: 'r0', title: 'Trade core 3.4.0' } },
  }),
};
