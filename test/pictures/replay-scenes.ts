import type { Plan } from '../../shared/checklist/plan.ts';
import type { RunEvent } from '../../shared/contract/events.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { ReplayView } from '../../shared/contract/ipc/replay.ts';
import { ended, started } from '../helpers/fake-countersign-api.ts';
import type { FakeAnswers } from '../helpers/fake-evidence.ts';
import { fakeReplay } from '../helpers/fake-replay.ts';
import { picturePlan } from './plan.ts';
import { home, openRun, output, type Scene } from './stage.ts';

/** A run of the past, replayed. */

const step = (plan: Plan, id: string) => plan.steps.find((one) => one.id === id);
const entered = (id: string): RunEvent => ({ type: 'step-entered', data: { step: id } });

const told = (plan: Plan): readonly RunEvent[] => [
  {
    type: 'session-opened',
    data: { session: 's1', publicKey: '', machine: 'ops-17', person: 'Li Wei', pid: 1, resumed: false },
  },
  { type: 'run-started', data: {} },
  entered('artifact'),
  started(step(plan, 'artifact'), 'a1', 'app1'),
  ended('a1', 'passed'),
  entered('tell-users'),
  started(step(plan, 'tell-users'), 'a2', 'desk'),
  ended('a2', 'passed', { recording: null }),
  { type: 'run-held', data: { reason: 'Waiting for the trading floor', cause: 'operator', minutes: 5 } },
  { type: 'run-continued', data: {} },
  entered('phone'),
  started(step(plan, 'phone'), 'a3', 'desk'),
  ended('a3', 'passed', { recording: null }),
  { type: 'countersign-waived', data: { step: 'phone', reason: 'No second person tonight', mode: 'after' } },
  entered('stop'),
  { type: 'block-entered', data: { block: 0 } },
  started(step(plan, 'stop'), 'a4', 'app1'),
  ended('a4', 'passed', { durationMs: 14_000 }),
  started(step(plan, 'stop'), 'a5', 'app2'),
  ended('a5', 'failed', {
    exit: { code: 1, signal: null },
    checks: [{ subject: 'exit', expected: 'is 0', found: '1', holds: false }],
    failure: failure('timeout', { seconds: '60' }, 'no exit status within 60000 ms'),
  }),
  {
    type: 'target-decided',
    data: {
      ...{ step: 'stop', target: 'app2', decision: 'overridden', reason: 'Killed by hand, process is gone' },
      ...{ owner: 'Zhang San', due: null },
    },
  },
  { type: 'run-ended', data: { result: 'abandoned', reason: 'The window was cancelled' } },
];

interface Made {
  readonly plan?: (plan: Plan) => Plan;
  readonly output?: readonly string[];
  /** What of the view is not as it should be. */
  readonly view?: (view: ReplayView) => Partial<ReplayView>;
  readonly answers?: FakeAnswers;
}

function scene(press: readonly string[], made: Made = {}): Scene {
  return {
    press: [openRun, '.top-bar .button', ...press],
    script: (language, theme) => {
      const plan = made.plan?.(picturePlan(language, true)) ?? picturePlan(language, true);
      const events = told(plan);
      const fake = fakeReplay(plan, events, { output: made.output ?? output });
      const opened = fake['replay:open']?.({ runId: 'r1' });
      if (opened?.ok !== true) throw new Error('The fake opens.');
      const value = { ...opened.value, ...made.view?.(opened.value) };
      const answers = { ...fake, 'replay:open': () => ({ ok: true, value }) as const, ...made.answers };
      return { language, theme, plan, home, events, output, minutesAgo: 12, answers };
    },
  };
}

const broken = (): Partial<ReplayView> => ({
  fault: { line: 21, what: 'wrong-hash', expected: 20, detail: '' },
});

/** A long title, and forty hosts. */
const wide = (plan: Plan): Plan => {
  const more = Array.from({ length: 37 }, (_, n) => `trade-app-${n + 4}.region-east.example`);
  const steps = plan.steps.map((one) => (one.id === 'stop' ? { ...one, targets: [...one.targets, ...more] } : one));
  const title =
    'Registry upgrade of the whole east region, including the static providers and their Warteschlangenverwaltung';
  return { ...plan, title, environment: 'a-rather-long-environment', steps };
};

/** Every picture of a replay. */
export const replayScenes: Readonly<Record<string, Scene>> = {
  'replay-begin': scene([]),
  'replay-failed-step': scene(['.replay-mark-at.is-failed']),
  // A newline is the Enter that asks, and the second one goes to the first find.
  'replay-search': scene(['.replay-mark-at.is-ended', '.replay-search input', 'type SEVERE\n', 'type \n']),
  'replay-end': scene(['.replay-mark-at.is-ended']),
  'replay-gone': scene([], {
    answers: { 'replay:open': () => ({ ok: false, failure: failure('run-gone', { run: '20261120T220014Z-k3f9aa' }) }) },
  }),
  'replay-altered': scene([], { view: broken }),
  'replay-altered-shown': scene(['.replay-page .button', '.replay-mark-at.is-failed'], { view: broken }),
  'replay-cut': scene(['.replay-mark-at.is-failed'], {
    view: ({ recordings }) => ({ recordings: recordings.map((one) => ({ ...one, durationMs: 1, standing: 'cut' })) }),
  }),
  'replay-no-output': scene(['.replay-mark-at.is-failed'], { output: [] }),
  'replay-recording-missing': scene(['.replay-mark-at.is-failed', '.output-tools > .button'], {
    answers: { 'output:read': () => ({ ok: false, failure: failure('recording-missing', { attempt: 'a5' }) }) },
  }),
  'replay-wide': scene(['.replay-mark-at.is-failed'], { plan: wide }),
};
