import type { Plan } from '../../shared/checklist/plan.ts';
import type { RunEvent } from '../../shared/contract/events.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { Answers } from '../../shared/contract/ipc.ts';
import type { FollowedScript } from '../helpers/fake-checker-api.ts';
import { ended, started } from '../helpers/fake-countersign-api.ts';
import { picturePlan } from './plan.ts';
import { output, type Scene } from './stage.ts';

/** The checker's screen, from the first word to the last. */

const zeros = '0'.repeat(64);
const step = (plan: Plan, id: string) => plan.steps.find((one) => one.id === id);
const entered = (id: string): RunEvent => ({ type: 'step-entered', data: { step: id } });
const person = (name: string, letter: string) => ({
  name,
  contact: '+86 139 0000 0000',
  publicKey: `${letter.repeat(43)}=`,
});

/** The release with countersignatures where the checklist wants them. */
function countersigned(language: 'en' | 'zh', production: boolean): Plan {
  const plan = picturePlan(language, production);
  const modes: Readonly<Record<string, 'before' | 'after' | 'both'>> = { stop: 'both', upload: 'after' };
  return { ...plan, steps: plan.steps.map((one) => ({ ...one, countersign: modes[one.id] ?? one.countersign })) };
}

const begun: readonly RunEvent[] = [
  {
    type: 'session-opened',
    data: { session: 's1', publicKey: '', machine: 'ops-17', person: 'Li Wei', pid: 1, resumed: false },
  },
  {
    type: 'session-identified',
    data: { session: 's1', ...person('Li Wei', 'L'), signature: `${'A'.repeat(86)}==` },
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
        fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrZQXV1OaU5Xl1rgNYbD8pYc',
        method: 'agent',
        via: [],
        latencyMs: 31,
      },
    }),
  ),
  { type: 'run-started', data: {} },
  { type: 'mirror-opened', data: { certificate: zeros, addresses: ['10.1.0.7:41873'], port: 41873 } },
  {
    type: 'participant-asked',
    data: {
      participant: 'p1',
      ...person('Zhang San', 'Z'),
      machine: 'desk-4',
      address: '10.1.0.9:50122',
      sameMachine: false,
      pinned: true,
    },
  },
  { type: 'participant-admitted', data: { participant: 'p1', role: 'checker' } },
];

const ran = (plan: Plan, id: string, attempt: string, target: string, verdict: 'passed' | 'failed' = 'passed') => {
  const begins = started(step(plan, id), attempt, target);
  if (begins.type === 'attempt-started') begins.data.hostKey = 'SHA256:uNiVztksCsDhcc0u9e8BrZQXV1OaU5Xl1rgNYbD8pYc';
  const failed = verdict === 'failed';
  return [
    begins,
    ended(attempt, verdict, {
      exit: { code: failed ? 1 : 0, signal: null },
      checks: failed
        ? [
            { subject: 'exit', expected: 'is 0', found: '1', holds: false },
            {
              subject: 'stdout',
              expected: 'lacks "still running"',
              found: 'Tomcat did not stop in time. PID 4711 still running',
              holds: false,
            },
          ]
        : [{ subject: 'exit', expected: 'is 0', found: '0', holds: true }],
      recording: {
        path: `output/${attempt}.cast`,
        sha256: '9f2c41ab77d0e3c6'.repeat(4),
        bytes: 48_230,
        lines: 412,
        tail: output
          .slice(-3)
          .join('\n')
          // A tail has no terminal escapes left.
          .replaceAll(/\u001b\[\d+m/g, ''),
        undecodable: 0,
      },
    }),
  ];
};

const cold = (plan: Plan): readonly RunEvent[] => [
  ...begun,
  entered('artifact'),
  ...ran(plan, 'artifact', 'a1', 'app1'),
  entered('tell-users'),
  started(step(plan, 'tell-users'), 'a2', 'desk'),
  ended('a2', 'passed', { recording: null }),
  entered('phone'),
  started(step(plan, 'phone'), 'a3', 'desk'),
  ended('a3', 'passed', { recording: null }),
  { type: 'countersign-waived', data: { step: 'phone', reason: 'Handed over in person', mode: 'after' } },
];
const atStop = (plan: Plan): readonly RunEvent[] => [
  ...cold(plan),
  { type: 'block-entered', data: { block: 0 } },
  entered('stop'),
];
const mayStop = (plan: Plan): readonly RunEvent[] => [
  ...atStop(plan),
  {
    type: 'countersigned',
    data: { participant: 'p1', step: 'stop', mode: 'before', statement: zeros, signature: `${'A'.repeat(86)}==` },
  },
];
const stopping = (plan: Plan): readonly RunEvent[] => [
  ...mayStop(plan),
  ...ran(plan, 'stop', 'a4', 'app1'),
  started(step(plan, 'stop'), 'a5', 'app2'),
];
const stopped = (plan: Plan): readonly RunEvent[] => [
  ...mayStop(plan),
  ...ran(plan, 'stop', 'a4', 'app1'),
  ...ran(plan, 'stop', 'a5', 'app2', 'failed'),
  {
    type: 'target-decided',
    data: {
      step: 'stop',
      target: 'app2',
      decision: 'overridden',
      reason: 'Killed by hand after 60 s; pgrep shows nothing any more',
      owner: 'Li Wei',
      due: null,
    },
  },
  ...ran(plan, 'stop', 'a6', 'app3'),
];
const opened: RunEvent = {
  type: 'evidence-opened',
  data: { participant: 'p1', step: 'stop', mode: 'after', statement: '1'.repeat(64) },
};
const outside = (language: 'en' | 'zh'): readonly RunEvent[] => {
  const say = (en: string, zh: string) => (language === 'zh' ? zh : en);
  const came = (interruption: string, from: string, what: string, urgency: 'later' | 'soon' | 'now'): RunEvent => ({
    type: 'interruption-logged',
    data: { interruption, participant: 'p1', from, what, urgency },
  });
  return [
    came('i1', say('Wang, H5 team', '王工（H5 组）'), say('Is the announcement out?', '公告发出了吗？'), 'later'),
    { type: 'interruptions-shown', data: { interruptions: ['i1'] } },
    { type: 'interruption-answered', data: { interruption: 'i1', answer: say('Yes, at 21:40', '已于 21:40 发出') } },
    came(
      'i2',
      say('Duty desk', '值班台'),
      say('Alarms from app2: connection refused on 8080', 'app2 告警：8080 端口拒绝连接'),
      'now',
    ),
  ];
};

type Tell = (plan: Plan, language: 'en' | 'zh') => readonly RunEvent[];

function scene(
  tell: Tell,
  followed: FollowedScript = { link: {} },
  press: readonly string[] = [],
  production = true,
): Scene {
  return {
    press,
    script: (language, theme) => {
      const plan = countersigned(language, production);
      const nothing: Answers['home:list'] = { checklists: [], runs: [] };
      const shared = { language, theme, plan, home: nothing, output, minutesAgo: 12 };
      return { ...shared, events: tell(plan, language), followed };
    },
  };
}

const offered = (plan: Plan): readonly RunEvent[] => [
  ...cold(plan),
  { type: 'run-held', data: { reason: 'My train leaves at 23:10', cause: 'handover', minutes: null } },
  { type: 'handover-offered', data: { participant: 'p1', reason: 'My train leaves at 23:10' } },
];
const open = '.sign-acts .button.solid';

/** Forty hosts, of which a few did not go well. */
function manyHosts(plan: Plan): Plan {
  const names = Array.from({ length: 40 }, (_, index) => `trade-app-${String(index + 1).padStart(2, '0')}`);
  const [host] = plan.hosts;
  if (host === undefined) throw new Error('The plan has no host.');
  return {
    ...plan,
    hosts: names.map((name) => ({ ...host, name, address: name })),
    steps: plan.steps.map((one) => (one.id === 'stop' ? { ...one, targets: names } : one)),
  };
}

const stoppedMany = (plan: Plan): readonly RunEvent[] => [
  ...mayStop(plan),
  ...(step(plan, 'stop')?.targets ?? []).flatMap((host, index) => [
    ...ran(plan, 'stop', `a${100 + index}`, host, index % 5 === 3 ? 'failed' : 'passed'),
    ...(index % 5 === 3 ? [decided(host, index)] : []),
  ]),
];
const decided = (target: string, index: number): RunEvent => ({
  type: 'target-decided',
  data: {
    ...{ step: 'stop', target, reason: 'Killed by hand after 60 s', owner: 'Li Wei' },
    ...(index > 20
      ? { decision: 'deferred' as const, due: 'before 3.1' }
      : { decision: 'overridden' as const, due: null }),
  },
});

function many(press: readonly string[]): Scene {
  const one = scene(() => [], { link: {} }, press);
  return {
    press,
    script: (language, theme) => {
      const script = one.script(language, theme);
      const plan = manyHosts(script.plan);
      return { ...script, plan, events: stoppedMany(plan) };
    },
  };
}

/** Everything of the checker's that is worth looking at. */
export const checkerScenes: Readonly<Record<string, Scene>> = {
  'checker-quiet': scene((plan) => [...stopping(plan)]),
  'checker-before': scene((plan) => atStop(plan)),
  'checker-after': scene((plan, language) => [...stopped(plan), ...outside(language)]),
  'checker-evidence': scene(stopped, { link: {} }, [open]),
  'checker-evidence-before': scene(atStop, { link: {} }, [open]),
  'checker-changed': scene((plan) => [...stopped(plan), opened]),
  'checker-copying': scene(stopped, { link: { missingBytes: 12_400_000 }, incomplete: true }),
  'checker-interruption': scene((plan, language) => [...stopping(plan), ...outside(language)], { link: {} }, [
    '.desk-part > div > .button:has(kbd)',
  ]),
  'checker-hold': scene(stopping, { link: {} }, ['.desk-run .button:has(kbd)']),
  'checker-hold-asked': scene((plan) => [
    ...stopping(plan),
    { type: 'hold-requested', data: { participant: 'p1', reason: 'Alarms from app2' } },
  ]),
  'checker-offer': scene(offered),
  'checker-handover': scene(offered, { link: {} }, ['.notice .button.solid']),
  'checker-silent': scene(stopping, { link: { silentMs: 14_000 } }),
  'checker-lost': scene(stopping, {
    link: {
      status: 'lost',
      silentMs: null,
      failure: failure('mirror-lost', { address: '10.1.0.7:41873' }, 'read ECONNRESET'),
    },
  }),
  'checker-take-over': scene(stopping, { link: { status: 'lost', silentMs: null } }, ['.desk-run .button.danger']),
  'checker-altered': scene(stopped, {
    link: {
      status: 'altered',
      failure: failure('history-altered', { line: '24', what: 'prev' }, 'record 23: prev is not the hash of record 22'),
    },
  }),
  'checker-over': scene(stopping, { link: { status: 'over', bye: 'closed', silentMs: null } }),
  'checker-dismissed': scene(stopping, { link: { status: 'over', bye: 'dismissed', silentMs: null } }),
  'checker-ended': scene(
    (plan) => [...cold(plan), { type: 'run-ended', data: { result: 'abandoned', reason: 'The window was cancelled' } }],
    { link: { status: 'over', bye: 'ended', silentMs: null } },
  ),
  'checker-observer': scene(stopped, { link: { role: 'observer', receipted: null } }),
  'checker-challenge': scene(stopping, {
    link: { challengeUntil: new Date(Date.now() + 48_000).toISOString() },
  }),
  'checker-waiting': scene(() => begun, { link: { status: 'waiting', role: null, silentMs: null }, empty: true }),
  'checker-connecting': scene(() => begun, {
    link: { status: 'connecting', role: null, participant: null, silentMs: null },
    empty: true,
  }),
  'checker-refused': scene(() => begun, {
    link: {
      status: 'refused',
      role: null,
      silentMs: null,
      failure: failure('mirror-refused', { code: 'token-used' }, 'refused: token-used'),
    },
    empty: true,
  }),
  'checker-many': many([]),
  'checker-many-evidence': many([open]),
  'checker-keys': scene(stopping, { link: {} }, ['.top-bar .icon-button', '.menu-item:first-child']),
  'checker-calm': scene(atStop, { link: {} }, [], false),
};
