import type { Plan } from '../../shared/checklist/plan.ts';
import type { RunEvent } from '../../shared/contract/events.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { MirrorView } from '../../shared/contract/ipc/people.ts';
import { encodeInvitation } from '../../shared/people/invitation.ts';
import { ended, type FakeScript, started } from '../helpers/fake-countersign-api.ts';
import { picturePlan } from './plan.ts';
import { home, openRun, output, type Scene } from './stage.ts';

type Events = (plan: Plan) => readonly RunEvent[];
type Options = Partial<FakeScript> & {
  readonly countersign?: 'before' | 'after' | 'both';
  readonly production?: boolean;
};

function people(
  events: Events,
  press: readonly string[],
  { countersign = 'both', production = true, ...more }: Options = {},
): Scene {
  return {
    press,
    script: (language, theme) => {
      const whole = picturePlan(language, production);
      const steps = whole.steps.map((one) => (one.effect === 'write' ? { ...one, countersign } : one));
      const plan = { ...whole, steps };
      const identity: NonNullable<FakeScript['identity']> = { identity: own, keyring: true, card: null, failure: null };
      return {
        language,
        theme,
        plan,
        home,
        output,
        minutesAgo: 12,
        identity,
        mirror: view(0),
        events: events(plan),
        ...more,
      };
    },
  };
}

const key = (letter: string): string => `${letter.repeat(42)}A=`;
const own = {
  ...{ name: 'Li Wei', contact: '+86 21 5555 0100', publicKey: key('A'), fingerprint: 'SHA256:own' },
  ...({ protection: 'keyring', locked: false } as const),
};
const certificate = '5f'.repeat(32);
const soon = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();
const invitation = (minutes: number): NonNullable<MirrorView['invitation']> => ({
  text: encodeInvitation({
    runId: '20261120-220014-k3f9',
    certificate,
    token: 'q'.repeat(43),
    expiresAt: soon(minutes),
    addresses: ['10.1.0.5:40211', 'ops-17.example:40211', '[fd00::17]:40211'],
  }),
  expiresAt: soon(minutes),
});

/** Who follows as main would tell it: the checker silent for so long, the observer always here. */
function view(silentMs: number | null, left: number | null = 9): MirrorView {
  return {
    open: true,
    addresses: ['10.1.0.5:40211', 'ops-17.example:40211', '[fd00::17]:40211'],
    certificate: 'SHA256:X19fX19fX19fX19fX19fX19fX19fX19fX19fX19fX18',
    invitation: left === null ? null : invitation(left),
    viewers: [
      { participant: 'p1', silentMs, behind: 0 },
      { participant: 'p2', silentMs: 1_200, behind: 0 },
    ],
    receipted: 20,
  };
}

const step = (plan: Plan, id: string) => plan.steps.find((one) => one.id === id);
const entered = (id: string): RunEvent => ({ type: 'step-entered', data: { step: id } });
const asked = (
  participant: string,
  name: string,
  letter: string,
  more: { readonly pinned?: boolean; readonly sameMachine?: boolean } = {},
): RunEvent => ({
  type: 'participant-asked',
  data: {
    ...{ participant, name, contact: '+86 21 5555 0117', publicKey: key(letter), machine: 'duty-desk-2' },
    ...{ address: '10.1.0.23', sameMachine: false, pinned: false },
    ...more,
  },
});
const admitted = (participant: string, role: 'checker' | 'observer'): RunEvent => ({
  type: 'participant-admitted',
  data: { participant, role },
});
const gone: RunEvent = {
  type: 'participant-presence',
  data: { participant: 'p1', presence: 'gone', cause: 'silent', silentMs: 30_000 },
};
const hash = 'ab'.repeat(32);
const signature = 'S'.repeat(88);

const alone: Events = (plan) => [
  {
    type: 'session-opened',
    data: { session: 's1', publicKey: '', machine: 'ops-17', person: 'Li Wei', pid: 1, resumed: false },
  },
  {
    type: 'session-identified',
    data: { session: 's1', name: own.name, contact: own.contact, publicKey: own.publicKey, signature },
  },
  { type: 'run-started', data: {} },
  entered('artifact'),
  started(step(plan, 'artifact'), 'a1', 'app1'),
  ended('a1', 'passed'),
  entered('tell-users'),
];
const opened: Events = (plan) => [
  ...alone(plan),
  { type: 'mirror-opened', data: { certificate, addresses: ['10.1.0.5:40211'], port: 40211 } },
];
const asks: Events = (plan) => [...opened(plan), asked('p1', '赵敏 Zhao Min', 'B')];
const withChecker: Events = (plan) => [...asks(plan), admitted('p1', 'checker')];
const crowd: Events = (plan) => [...withChecker(plan), asked('p2', 'Chen Jie', 'C'), admitted('p2', 'observer')];
const told: Events = (plan) => [
  ...crowd(plan),
  started(step(plan, 'tell-users'), 'a2', 'desk'),
  ended('a2', 'passed', { recording: null }),
  entered('phone'),
];
const phone: Events = (plan) => [
  ...told(plan),
  started(step(plan, 'phone'), 'a3', 'desk'),
  ended('a3', 'passed', { recording: null }),
];
const look = (step: string, mode: 'before' | 'after'): RunEvent => ({
  type: 'evidence-opened',
  data: { participant: 'p1', step, mode, statement: hash },
});
const sign = (step: string, mode: 'before' | 'after'): RunEvent => ({
  type: 'countersigned',
  data: { participant: 'p1', step, mode, statement: hash, signature },
});
const signedPhone: Events = (plan) => [...phone(plan), look('phone', 'after'), sign('phone', 'after'), entered('stop')];
const inBlock: Events = (plan) => [...signedPhone(plan), { type: 'block-entered', data: { block: 0 } }];
const allowed: Events = (plan) => [...inBlock(plan), look('stop', 'before'), sign('stop', 'before')];
const refused: Events = (plan) => [
  ...inBlock(plan),
  {
    type: 'countersign-rejected',
    data: {
      ...{ participant: 'p1', step: 'stop', mode: 'before', statement: hash, signature },
      reason: 'Order traffic is still on app1; drain it first, then ask again',
    },
  },
];
const failedOnce: Events = (plan) => [
  ...allowed(plan),
  started(step(plan, 'stop'), 'a4', 'app1'),
  ended('a4', 'failed', { failure: failure('timeout', { seconds: '60' }) }),
];
const askedAgain: Events = (plan) => [
  ...failedOnce(plan),
  {
    type: 'permission-asked',
    data: {
      ...{ step: 'stop', targets: [{ target: 'app1', number: 2 }], choice: null },
      reason: 'The stop script waited for a hung thread; it has been ended',
    },
  },
];
const stopped: Events = (plan) => [
  ...allowed(plan),
  ...['app1', 'app2', 'app3'].flatMap((host, at) => [
    started(step(plan, 'stop'), `a${10 + at}`, host),
    ended(`a${10 + at}`, 'passed', { durationMs: 14_000, effect: 'full' }),
  ]),
];
const rejected: Events = (plan) => [
  ...stopped(plan),
  {
    type: 'countersign-rejected',
    data: {
      ...{ participant: 'p1', step: 'stop', mode: 'after', statement: hash, signature },
      reason: 'app3 still shows a Java process in the output; look again',
    },
  },
];
const interruption = (id: string, from: string, what: string, urgency: 'now' | 'soon' | 'later'): RunEvent => ({
  type: 'interruption-logged',
  data: { interruption: id, participant: 'p1', from, what, urgency },
});
const interrupted: Events = (plan) => [
  ...crowd(plan),
  interruption('i1', 'Wang Fang, trading desk', 'Two clients cannot log in; is that us?', 'soon'),
  interruption('i2', '网络值班 张强', '23:10 要切换核心交换机，问能否推迟十分钟。', 'now'),
  interruption('i3', 'Reception', 'The pizza is here.', 'later'),
  { type: 'interruptions-shown', data: { interruptions: ['i1', 'i2', 'i3'] } },
];
const held = (cause: 'checker' | 'checker-gone' | 'handover', reason: string): RunEvent => ({
  type: 'run-held',
  data: { cause, reason, minutes: null },
});
const goneHeld: Events = (plan) => [...crowd(plan), gone, held('checker-gone', '赵敏 Zhao Min')];
const pause: RunEvent = {
  type: 'hold-requested',
  data: { participant: 'p1', reason: 'The balancer shows errors; look at it before going on' },
};
const pausing: Events = (plan) => [...allowed(plan), started(step(plan, 'stop'), 'a4', 'app1'), pause];
const paused: Events = (plan) => [
  ...crowd(plan),
  pause,
  held('checker', 'The balancer shows errors; look at it before going on'),
];
const offered: Events = (plan) => [
  ...crowd(plan),
  held('handover', 'End of my shift'),
  { type: 'handover-offered', data: { participant: 'p1', reason: 'End of my shift' } },
];
const away: Events = (plan) => [
  ...offered(plan),
  { type: 'handed-over', data: { participant: 'p1', head: { seq: 18, hash }, signature } },
];
const ends: Events = (plan) => [
  ...rejected(plan),
  asked('p3', 'Somebody Else', 'D'),
  { type: 'participant-declined', data: { participant: 'p3', reason: 'Nobody knows them' } },
  gone,
  { type: 'run-ended', data: { result: 'abandoned', reason: 'The window was closed by the system owner' } },
];

const joinOpen = ['.home-bar .button'];
const invite = ['.people-button'];
const more = ['.people-button', '.people-menu [role=menuitem]:first-child'];

/** What two people need of each other, as the operator sees it. */
export const peopleScenes: Readonly<Record<string, Scene>> = {
  'people-join': people(alone, joinOpen),
  'people-nobody': people(alone, [openRun], { mirror: null }),
  'people-open': people(alone, [openRun, ...invite], { mirror: null }),
  'people-invite': people(opened, [openRun, ...invite]),
  'people-invite-expired': people(opened, [openRun, ...invite], { mirror: view(0, -2) }),
  'people-close': people(crowd, [openRun, ...more, '.invite-close']),
  'people-asks': people(asks, [openRun]),
  'people-asks-same': people(
    (plan) => [
      ...crowd(plan),
      asked('p3', 'Wang Fang of the trading systems department', 'A', { sameMachine: true, pinned: true }),
    ],
    [openRun],
  ),
  'people-here': people(crowd, [openRun]),
  'people-menu': people(crowd, [openRun, '.people-button'], { mirror: view(12_000) }),
  'people-silent': people(crowd, [openRun], { mirror: view(12_000) }),
  'people-gone': people(goneHeld, [openRun]),
  'people-dismiss': people(goneHeld, [openRun, '.banners .button']),
  'people-pausing': people(pausing, [openRun]),
  'people-paused': people(paused, [openRun]),
  'people-before': people(inBlock, [openRun]),
  'people-before-alone': people(
    (plan) => [
      ...inBlock(plan),
      { type: 'participant-dismissed', data: { participant: 'p1', reason: 'ill' } },
      { type: 'participant-left', data: { participant: 'p2' } },
    ],
    [openRun],
    { mirror: null },
  ),
  'people-allowed': people(allowed, [openRun]),
  'people-refused': people(refused, [openRun]),
  'people-again': people(failedOnce, [openRun]),
  'people-again-dialog': people(failedOnce, [openRun, '[data-primary]']),
  'people-asked-again': people(askedAgain, [openRun]),
  'people-after': people((plan) => [...stopped(plan), look('stop', 'after')], [openRun]),
  'people-after-gone': people((plan) => [...stopped(plan), gone], [openRun]),
  'people-rejected': people(rejected, [openRun]),
  'people-signed': people(signedPhone, [openRun, '#step-2']),
  'people-interruptions': people(interrupted, [openRun]),
  'people-answers': people(interrupted, [openRun, '.banners .button:has(kbd)']),
  'people-offered': people(offered, [openRun]),
  'people-away': people(away, [openRun]),
  'people-finished': people(ends, [openRun, '.people-record h3:last-of-type']),
  'people-preflight': people(() => [], ['.demo .button']),
};
