import type { Plan, PlanStep } from '../../shared/checklist/plan.ts';
import { DESK } from '../../shared/checklist/plan-lookup.ts';
import type { EventOf, RunEvent } from '../../shared/contract/events.ts';
import type { Answers } from '../../shared/contract/ipc.ts';
import type { Action } from '../../shared/steps/actions.ts';
import { ended, started } from '../helpers/fake-countersign-api.ts';
import { picturePlan } from './plan.ts';
import type { Scene } from './stage.ts';

/** Snapshots, comparisons, web addresses and announcements, for looking at. */

type Language = 'en' | 'zh';

const look = (words: string): Extract<Action, { kind: 'snapshot' }>['look'] => ({
  kind: 'run',
  command: words,
  secrets: [],
  sudo: null,
  pty: false,
  timeoutMs: 60_000,
  expect: { exit: [0], stdout: [], stderr: [] },
});

function planIn(language: Language): Plan {
  const say = (en: string, zh: string): string => (language === 'zh' ? zh : en);
  const plan = picturePlan(language, true);
  const [model] = plan.steps;
  if (model === undefined) throw new Error('the picture plan has no steps');
  const make = (id: string, code: string, title: string, action: Action, more: Partial<PlanStep> = {}): PlanStep => ({
    ...model,
    ...{ id, base: id, code, title, kind: action.kind, action, phase: Number(code[0]) - 1 },
    ...{ effect: 'read', targets: ['app1', 'app2'], countersign: 'none', block: null },
    ...more,
  });
  const body = [{ test: 'json' as const, path: '$.status', equals: 'UP' }];
  const headers = [{ name: 'Authorization', value: ['Bearer ', { secret: 'token' }] }];
  const steps = [
    make('before', '1.1', say('Record the registered services', '记录已注册的服务'), {
      kind: 'snapshot',
      look: look('curl -s localhost:8080/status/services'),
      reading: { keep: 'keys', how: { by: 'lines' } },
      mayBeEmpty: false,
    }),
    make('h5', '3.1', say('H5 answers on each host', '每台主机的 H5 都有应答'), {
      kind: 'http',
      url: 'https://h5.example.com/ping',
      from: 'host',
      address: { address: '10.1.0.11', port: 8443 },
      headers,
      expect: { status: [{ from: 200, to: 200 }], headers: [], body },
      certificateMs: 14 * 86_400_000,
      ca: null,
      follow: false,
      timeoutMs: 10_000,
      repeat: { everyMs: 2_000, withinMs: 120_000, inARow: 3 },
    }),
    make('after', '3.2', say('Nothing is missing', '没有缺少任何服务'), {
      kind: 'compare',
      with: 'before',
      allowed: { added: ['trade.new.*'], missing: [], changed: [] },
      tolerance: { type: 'percent', most: 5 },
    }),
    make(
      'tell',
      '4.1',
      say('Tell the duty group', '通知值班群'),
      {
        kind: 'announce',
        to: 'duty-group',
        draft: [
          say('Trade core 3.4.0: ', '交易核心 3.4.0：'),
          { run: 'result' },
          say('\nLeft for later: ', '\n延后：'),
          { run: 'deferred' },
        ],
      },
      { targets: [DESK], effect: 'write' },
    ),
  ];
  const channels: Plan['channels'] = [{ name: 'duty-group', type: 'wecom', url: 'duty-url', key: null }];
  return { ...plan, channels, blocks: [], steps };
}

const keys = ['trade.orders', 'trade.positions', 'trade.query', 'trade.risk'];
const kept: EventOf<'attempt-ended'>['data']['result'] = {
  kind: 'snapshot',
  count: keys.length,
  kept: { in: 'journal', snapshot: { keep: 'keys', keys } },
};
const certificate = {
  subject: 'h5.example.com',
  issuer: 'Example Internal CA 2026',
  validFrom: '2026-08-01T00:00:00.000Z',
  validTo: '2026-12-30T00:00:00.000Z',
  fingerprint: 'AA:BB',
};
const answered: EventOf<'attempt-ended'>['data']['result'] = {
  kind: 'http',
  url: 'https://h5.example.com/ping',
  requests: 4,
  inARow: 3,
  status: 200,
  headers: [['Content-Type', 'application/json']],
  bytes: 15,
  ms: 38,
  certificate,
  redirects: [],
};
const count = (missing: number, added: number, changed: number) => ({ missing, added, changed });
const compared: EventOf<'attempt-ended'>['data']['result'] = {
  kind: 'compare',
  with: 'before',
  attempt: 'a1',
  before: 4,
  after: 4,
  unexpected: count(1, 0, 0),
  expected: count(0, 1, 0),
  differences: [
    { what: 'missing', key: 'trade.risk', before: null, after: null, expected: false },
    { what: 'added', key: 'trade.new.hedging', before: null, after: null, expected: true },
  ],
};
const finding = { id: 'missing:trade.risk', title: '− trade.risk', detail: '✓ → –', count: 1 };

const entered = (step: string): RunEvent => ({ type: 'step-entered', data: { step } });
const begun: readonly RunEvent[] = [{ type: 'run-started', data: {} }, entered('before')];

type Told = (plan: Plan) => readonly RunEvent[];
const step = (plan: Plan, id: string): PlanStep | undefined => plan.steps.find((one) => one.id === id);

const recorded: Told = (plan) => [
  ...begun,
  started(step(plan, 'before'), 'a1', 'app1'),
  ended('a1', 'passed', { result: kept }),
];
const toHttp: Told = (plan) => [
  ...recorded(plan),
  started(step(plan, 'before'), 'a2', 'app2'),
  ended('a2', 'passed', { result: kept }),
  entered('h5'),
];
const checks = (status: string): EventOf<'attempt-ended'>['data']['checks'] => [
  { subject: 'status', expected: '200', found: status, holds: status === '200' },
  {
    subject: 'body',
    expected: 'json $.status "UP"',
    found: status === '200' ? '"UP"' : 'not JSON',
    holds: status === '200',
  },
  { subject: 'certificate', expected: 'at least 14 d', found: '39.4 d (2026-12-30T00:00:00.000Z)', holds: true },
  { subject: 'in a row', expected: '3', found: status === '200' ? '3' : '0', holds: status === '200' },
];
const asked: Told = (plan) => [
  ...toHttp(plan),
  started(step(plan, 'h5'), 'a3', 'app1'),
  ended('a3', 'passed', { result: answered, checks: checks('200') }),
  started(step(plan, 'h5'), 'a4', 'app2'),
  ended('a4', 'failed', { result: { ...answered, status: 503, inARow: 0 }, checks: checks('503') }),
];
const toCompare: Told = (plan) => [
  ...toHttp(plan),
  ...['app1', 'app2'].flatMap((target, index) => [
    started(step(plan, 'h5'), `a${index + 3}`, target),
    ended(`a${index + 3}`, 'passed', { result: answered, checks: checks('200') }),
  ]),
  entered('after'),
];
const differs: Told = (plan) => [
  ...toCompare(plan),
  started(step(plan, 'after'), 'a5', 'app1'),
  ended('a5', 'inconclusive', { result: compared, findings: [finding] }),
];
const toTell: Told = (plan) => [
  ...toCompare(plan),
  ...['app1', 'app2'].flatMap((target, index) => [
    started(step(plan, 'after'), `a${index + 5}`, target),
    ended(`a${index + 5}`, 'passed', { result: { ...compared, unexpected: count(0, 0, 0) } }),
  ]),
  entered('tell'),
];

const sceneFrom =
  (home: Answers['home:list']) =>
  (events: Told, press: readonly string[], channel: Plan['channels'][number]['type'] = 'wecom'): Scene => ({
    press,
    script: (language, theme) => {
      const plan = planIn(language);
      const channels = plan.channels.map((one) => ({ ...one, type: channel }));
      const whole = { ...plan, channels };
      return { language, theme, plan: whole, home, events: events(whole), output: [], minutesAgo: 12 };
    },
  });

/**
 * @param openRun what opens the run on the home screen.
 * @param home that screen.
 */
export function lookingScenes(openRun: string, home: Answers['home:list']): Readonly<Record<string, Scene>> {
  const scene = sceneFrom(home);
  return {
    snapshot: scene(() => begun, [openRun]),
    'snapshot-taken': scene(recorded, [openRun, '#target-app1', '.target-detail summary']),
    'http-open': scene(toHttp, [openRun]),
    'http-failed': scene(asked, [openRun]),
    'compare-open': scene(toCompare, [openRun]),
    'compare-differs': scene(differs, [openRun]),
    announce: scene(toTell, [openRun]),
    'announce-clipboard': scene(toTell, [openRun], 'clipboard'),
  };
}
