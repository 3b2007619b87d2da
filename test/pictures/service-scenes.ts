import type { Plan, PlanStep } from '../../shared/checklist/plan.ts';
import type { EventOf, RunEvent } from '../../shared/contract/events.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { Answers } from '../../shared/contract/ipc.ts';
import type { ProcessRef } from '../../shared/steps/actions/process.ts';
import type { ServiceAction } from '../../shared/steps/actions/service.ts';
import type { Action, CommandAction } from '../../shared/steps/actions.ts';
import { ended, started } from '../helpers/fake-countersign-api.ts';
import { picturePlan } from './plan.ts';
import type { Scene } from './stage.ts';

/** Services stopped and started, for looking at. */

const send = (command: string): CommandAction => ({
  kind: 'run',
  command,
  secrets: [],
  sudo: null,
  pty: false,
  timeoutMs: 60_000,
  expect: { exit: [0], stdout: [], stderr: [] },
});
const identity = { by: 'pattern', pattern: 'org.apache.catalina.startup.Bootstrap' } as const;
const common = { kind: 'service', identity, settleMs: 2_000, several: false, mayBeGone: false } as const;
const stop: ServiceAction = {
  ...common,
  does: { type: 'stop', stop: send('/opt/tomcat/bin/catalina.sh stop 30') },
  ready: { log: null, port: 8080, http: null },
  withinMs: 60_000,
};
const start: ServiceAction = {
  ...common,
  does: { type: 'start', start: send('/opt/tomcat/bin/catalina.sh start') },
  ready: {
    log: {
      path: '/opt/tomcat/logs/catalina.out',
      ready: [{ test: 'contains', value: 'Server startup in' }],
      failed: [{ test: 'contains', value: 'startup failed due to previous errors' }],
    },
    port: 8080,
    http: { url: 'http://localhost:8080/h5/ping', status: null, contains: null },
  },
  withinMs: 180_000,
};

function planIn(language: 'en' | 'zh'): Plan {
  const say = (en: string, zh: string): string => (language === 'zh' ? zh : en);
  const plan = picturePlan(language, true);
  const [model] = plan.steps;
  if (model === undefined) throw new Error('the picture plan has no steps');
  const make = (id: string, code: string, title: string, action: Action): PlanStep => ({
    ...model,
    ...{ id, base: id, code, title, kind: action.kind, action, phase: 1 },
    ...{ effect: action.kind === 'process' ? 'read' : 'write', targets: ['app1', 'app2'], countersign: 'none' },
    ...{ block: null, verify: null },
  });
  const steps = [
    make('stop', '2.1', say('Stop tomcat', '停止 tomcat'), stop),
    make('start', '2.2', say('Start tomcat', '启动 tomcat'), start),
    make('same', '2.3', say('It has not been restarted since', '此后没有被重启过'), {
      kind: 'process',
      identity,
      want: { type: 'same-as', step: 'start' },
      sudo: null,
    }),
  ];
  return { ...plan, blocks: [], steps };
}

const ref = (pid: number, ageMs: number): ProcessRef => ({
  pid,
  start: pid * 100,
  boot: 'b',
  ageMs,
  command: `/usr/lib/jvm/java-17/bin/java -Djava.util.logging.config.file=/opt/tomcat/conf/logging.properties -Xmx4g -Dcatalina.base=/opt/tomcat ${identity.pattern} start`,
});
type Result = Extract<EventOf<'attempt-ended'>['data']['result'], { kind: 'service' }>;
const result = (given: Partial<Result>): Result => ({
  kind: 'service',
  before: [],
  left: [],
  after: [],
  stopMs: null,
  startMs: null,
  lines: [],
  ...given,
});
const old = ref(4711, 903_000_000);
const words = `4711 (${old.command.slice(0, 120)})`;
const check = (subject: string, expected: string, found: string, holds: boolean) => ({
  subject,
  expected,
  found,
  holds,
});

const entered = (step: string): RunEvent => ({ type: 'step-entered', data: { step } });
const begun: readonly RunEvent[] = [{ type: 'run-started', data: {} }, entered('stop')];
type Told = (plan: Plan) => readonly RunEvent[];
const step = (plan: Plan, id: string): PlanStep | undefined => plan.steps.find((one) => one.id === id);

const stubborn: Told = (plan) => [
  ...begun,
  started(step(plan, 'stop'), 'a1', 'app1'),
  ended('a1', 'failed', {
    effect: 'partial',
    exit: { code: 0, signal: null },
    checks: [
      check('stop command', '0', '0', true),
      check('process', 'gone', 'pid 4711 alive (60.2 s)', false),
      check('port', '8080 free', words, false),
    ],
    failure: failure('service-still-there', { host: 'app1', seconds: '60', pids: words }),
    result: result({ before: [old], left: [old] }),
    offers: ['kill', 'kill-9'],
  }),
];
const several: Told = (plan) => [
  ...begun,
  started(step(plan, 'stop'), 'a1', 'app1'),
  ended('a1', 'failed', {
    effect: 'none',
    checks: [check('process', 'one', `2: 4711 (…), 4712 (…)`, false)],
    failure: failure('service-several', {
      host: 'app1',
      count: '2',
      pids: '4711 (java …/opt/tomcat), 4712 (java …/opt/tomcat-b)',
    }),
    offers: ['only-4711', 'only-4712'],
  }),
];
const up: Told = (plan) => [
  ...begun,
  ...['app1', 'app2'].flatMap((target, index) => [
    started(step(plan, 'stop'), `a${index + 1}`, target),
    ended(`a${index + 1}`, 'passed', { result: result({ before: [old], stopMs: 14_200 }) }),
  ]),
  entered('start'),
];
const ready: Told = (plan) => [
  ...up(plan),
  started(step(plan, 'start'), 'a3', 'app1'),
  ended('a3', 'passed', {
    exit: { code: 0, signal: null },
    checks: [
      check('start command', 'any, for it is ready', '0', true),
      check('process', 'stays for 2 s', '5120 (java)', true),
      check('log', 'contains "Server startup in"', 'INFO [main] Server startup in [23912] milliseconds', true),
      check('port', '8080 listening', 'listening', true),
      check('http', 'http://localhost:8080/h5/ping answers 200–399', '200', true),
    ],
    result: result({
      after: [ref(5120, 2_600)],
      startMs: 26_300,
      lines: [
        'INFO [main] Deployment of web application archive [trade.war] has finished in [21,044] ms',
        'INFO [main] Server startup in [23912] milliseconds',
      ],
    }),
  }),
];
const toSame: Told = (plan) => [
  ...ready(plan),
  started(step(plan, 'start'), 'a4', 'app2'),
  ended('a4', 'passed', { result: result({ after: [ref(811, 2_600)], startMs: 25_100 }) }),
  entered('same'),
];

/**
 * @param openRun what opens the run on the home screen.
 * @param home that screen.
 */
export function serviceScenes(openRun: string, home: Answers['home:list']): Readonly<Record<string, Scene>> {
  const scene = (events: Told): Scene => ({
    press: [openRun],
    script: (language, theme) => {
      const plan = planIn(language);
      return { language, theme, plan, home, events: events(plan), output: [], minutesAgo: 12 };
    },
  });
  return {
    'service-stop': scene(() => begun),
    'service-stubborn': scene(stubborn),
    'service-several': scene(several),
    'service-start': scene(up),
    'service-ready': scene(ready),
    'service-same': scene(toSame),
  };
}
