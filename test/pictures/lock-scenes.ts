import type { Plan } from '../../shared/checklist/plan.ts';
import type { RunEvent } from '../../shared/contract/events.ts';
import type { LockView } from '../../shared/contract/ipc/lock.ts';
import type { PreflightCheck } from '../../shared/contract/lockdown.ts';
import { ended, type FakeScript, started } from '../helpers/fake-countersign-api.ts';
import { picturePlan } from './plan.ts';
import { home, openRun, output, type Scene } from './stage.ts';

/** The run under lockdown: the operator's screen, and what the checker sees of it. */

type Events = (plan: Plan) => readonly RunEvent[];

const signature = `${'A'.repeat(86)}==`;
const key = (letter: string): string => `${letter.repeat(43)}=`;
const step = (plan: Plan, id: string) => plan.steps.find((one) => one.id === id);
const entered = (id: string): RunEvent => ({ type: 'step-entered', data: { step: id } });
const chosen: RunEvent = { type: 'lockdown-chosen', data: { on: true, reason: null } };

const begun: readonly RunEvent[] = [
  {
    type: 'session-opened',
    data: { session: 's1', publicKey: '', machine: 'ops-17', person: 'Li Wei', pid: 1, resumed: false },
  },
  {
    type: 'session-identified',
    data: { session: 's1', name: 'Li Wei', contact: '', publicKey: key('L'), signature },
  },
];
const checker: readonly RunEvent[] = [
  { type: 'mirror-opened', data: { certificate: '0'.repeat(64), addresses: ['10.1.0.7:41873'], port: 41873 } },
  {
    type: 'participant-asked',
    data: {
      ...{ participant: 'p1', name: 'Zhang San', contact: '', publicKey: key('Z') },
      ...{ machine: 'desk-4', address: '10.1.0.9:50122', sameMachine: false, pinned: true },
    },
  },
  { type: 'participant-admitted', data: { participant: 'p1', role: 'checker' } },
];

function before(plan: Plan, choice: RunEvent, people: readonly RunEvent[]): readonly RunEvent[] {
  return [
    ...begun,
    ...people,
    choice,
    { type: 'run-started', data: {} },
    entered('artifact'),
    started(step(plan, 'artifact'), 'a1', 'app1'),
    ended('a1', 'passed'),
    entered('tell-users'),
    started(step(plan, 'tell-users'), 'a2', 'desk'),
    ended('a2', 'passed', { recording: null }),
    entered('phone'),
    started(step(plan, 'phone'), 'a3', 'desk'),
    ended('a3', 'passed', { recording: null }),
    { type: 'countersign-waived', data: { step: 'phone', reason: 'Handed over in person', mode: 'after' } },
    entered('stop'),
  ];
}

const alone: Events = (plan) => before(plan, chosen, []);
const watched: Events = (plan) => before(plan, chosen, checker);
const blocked = (verified: boolean): RunEvent => ({
  type: 'notifications-blocked',
  data: { adapter: 'dunst', daemon: 'dunst 1.9.0', verified },
});
const lockedNow = (sensed = true): RunEvent => ({
  type: 'lockdown-entered',
  data: { display: { width: 2_560, height: 1_440 }, displays: 2, sensed },
});
const gap = (name: Extract<RunEvent, { type: 'lockdown-gap-opened' }>['data']['gap']): RunEvent => ({
  type: 'lockdown-gap-opened',
  data: { gap: name, detail: '' },
});
const closed = (
  name: Extract<RunEvent, { type: 'lockdown-gap-closed' }>['data']['gap'],
  durationMs: number | null,
): RunEvent => ({ type: 'lockdown-gap-closed', data: { gap: name, durationMs } });
const locked: Events = (plan) => [...watched(plan), blocked(true), lockedNow()];
const unverified: Events = (plan) => [...watched(plan), blocked(false), lockedNow()];
const lost: Events = (plan) => [...locked(plan), gap('notifications-unblocked')];
const inBlock: Events = (plan) => [
  ...locked(plan),
  { type: 'block-entered', data: { block: 0 } },
  started(step(plan, 'stop'), 'a4', 'app1'),
  ended('a4', 'passed'),
];

const found: readonly PreflightCheck[] = [
  {
    item: 'notifications',
    status: 'unknown',
    code: 'notifications-not-verified',
    params: { adapter: 'kde', daemon: 'Plasma 5.27' },
  },
  { item: 'power', status: 'failed', code: 'power-low', params: { percent: '34', limit: '50' } },
  {
    item: 'clock',
    status: 'failed',
    code: 'clock-off',
    params: { hosts: 'app2 +4.2 s, app3 -3.5 s', limit: '3' },
  },
];
const heldBefore: Events = (plan) => [
  ...watched(plan),
  { type: 'preflight-checked', data: { when: 'entry', checks: [...found] } },
  { type: 'run-held', data: { reason: 'notifications, power, clock', cause: 'lockdown', minutes: null } },
];
const oneDecided: Events = (plan) => [
  ...heldBefore(plan),
  {
    type: 'preflight-decided',
    data: { item: 'power', code: 'power-low', reason: 'The release takes an hour; the mains comes back at 23:00' },
  },
];
/** The battery lost twenty points since somebody went past it. */
const oneWorse: Events = (plan) => [
  ...oneDecided(plan),
  {
    type: 'preflight-checked',
    data: {
      when: 'entry',
      checks: [{ item: 'power', status: 'failed', code: 'power-low', params: { percent: '14', limit: '50' } }],
    },
  },
];
const paused: Events = (plan) => [
  ...locked(plan),
  { type: 'run-held', data: { reason: 'The network team swaps a switch', cause: 'operator', minutes: 20 } },
  { type: 'lockdown-left', data: { cause: 'held' } },
];
const reason = 'The fire alarm of the building is on; everybody has to leave the room';
const asked: Events = (plan) => [...locked(plan), { type: 'glass-asked', data: { reason } }];
const refused: Events = (plan) => [
  ...asked(plan),
  {
    type: 'glass-refused',
    data: { participant: 'p1', reason: 'It is the monthly test of the alarm; the guard has confirmed it' },
  },
];
const broken: Events = (plan) => [
  ...asked(plan),
  { type: 'glass-signed', data: { participant: 'p1', statement: '0'.repeat(64), signature } },
  { type: 'glass-broken', data: { reason, signedBy: 'p1' } },
  { type: 'lockdown-left', data: { cause: 'glass' } },
  { type: 'run-held', data: { reason, cause: 'glass', minutes: null } },
];
const troubled: Events = (plan) => [
  ...watched(plan),
  blocked(false),
  lockedNow(),
  gap('focus-lost'),
  closed('focus-lost', 4_200),
  gap('app-died'),
  closed('app-died', null),
  gap('minimized'),
  closed('minimized', 900),
  { type: 'way-out-refused', data: { way: 'close', times: 3 } },
  { type: 'way-out-refused', data: { way: 'reload', times: 1 } },
  gap('notifications-unblocked'),
  gap('display-changed'),
];
const off: Events = (plan) =>
  before(plan, { type: 'lockdown-chosen', data: { on: false, reason: 'Shared screen in the control room' } }, checker);

const view = (
  state: NonNullable<LockView['notifications']>['state'] | null,
  status: LockView['status'] = 'locked',
): LockView => ({
  status,
  notifications: state === null ? null : { adapter: 'dunst', state, waiting: 3 },
});
const quiet = view('blocked');

function scene(events: Events, press: readonly string[], more: Partial<FakeScript> = {}): Scene {
  return {
    press: [openRun, ...press],
    script: (language, theme) => {
      const plan = picturePlan(language, true);
      return { language, theme, plan, home, output, minutesAgo: 12, events: events(plan), lock: quiet, ...more };
    },
  };
}

function mirrored(events: Events, press: readonly string[] = [], role: 'checker' | 'observer' = 'checker'): Scene {
  const { script } = scene(events, press, { followed: { link: { role } } });
  return { press, script };
}

const menu = ['.top-bar .icon-button'];
const glass = [...menu, '.menu-item.danger'];

/** Everything under lockdown worth looking at. */
export const lockScenes: Readonly<Record<string, Scene>> = {
  'lock-quiet': scene(locked, []),
  'lock-facts': scene(locked, ['.lock-mark']),
  'lock-menu': scene(locked, menu),
  'lock-locking': scene(watched, [], { lock: view(null, 'entering') }),
  'lock-unverified': scene(unverified, ['.lock-mark'], { lock: view('not-verified') }),
  'lock-lost': scene(lost, ['.lock-mark'], { lock: view('lost') }),
  'lock-gap': scene((plan) => [...locked(plan), gap('display-changed')], ['.lock-mark']),
  'lock-off': scene(off, ['.lock-mark'], { lock: undefined }),
  'lock-refused': scene(locked, [], { refusedWay: 'close' }),
  'lock-refused-block': scene(inBlock, [], { refusedWay: 'file-drop' }),
  'lock-findings': scene(heldBefore, [], { lock: undefined }),
  'lock-findings-decided': scene(oneDecided, [], { lock: undefined }),
  'lock-findings-worse': scene(oneWorse, [], { lock: undefined }),
  'lock-decide-worse': scene(oneWorse, ['.held-findings li:has-text("14") .button'], { lock: undefined }),
  'lock-decide': scene(heldBefore, ['.held-findings .button'], { lock: undefined }),
  'lock-hold': scene(locked, ['.top-bar .button:has(svg.lucide-pause)']),
  'lock-paused': scene(paused, [], { lock: view('blocked', 'open') }),
  'lock-overdue': scene(paused, [], { lock: view('blocked', 'open'), minutesAgo: 600 }),
  'lock-glass-alone': scene((plan) => [...alone(plan), blocked(true), lockedNow()], glass),
  'lock-glass-signature': scene(locked, glass),
  'lock-glass-holding': scene(locked, [...glass, 'type The fire alarm is on', 'hold .hold-button']),
  'lock-glass-waits': scene(asked, []),
  'lock-glass-refused': scene(refused, []),
  'lock-glass-broken': scene(broken, [], { lock: view(null, 'open') }),
  'lock-block': scene(inBlock, []),
  'lock-block-menu': scene(inBlock, menu),
  'lock-checker': mirrored(locked),
  'lock-checker-glass': mirrored(asked),
  'lock-checker-refuse': mirrored(asked, ['.glass-request .button:not(.solid)']),
  'lock-checker-glass-observer': mirrored(asked, [], 'observer'),
  'lock-checker-gaps': mirrored(troubled),
  'lock-checker-off': mirrored(off),
  'lock-checker-paused': mirrored(paused),
  'lock-checker-findings': mirrored(oneDecided),
};
