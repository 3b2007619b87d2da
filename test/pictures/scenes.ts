import type { Plan } from '../../shared/checklist/plan.ts';
import type { RunEvent } from '../../shared/contract/events.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { Answers } from '../../shared/contract/ipc.ts';
import { rollbackPreview } from '../../shared/run/rollback-plan.ts';
import { ended, foldEvents, started } from '../helpers/fake-countersign-api.ts';
import { checkerScenes } from './checker-scenes.ts';
import { compareScenes } from './compare-scenes.ts';
import { feedScenes } from './feed-scenes.ts';
import { fileScenes } from './file-scenes.ts';
import { flowScenes } from './flow-scenes.ts';
import { gateScenes } from './gate-scenes.ts';
import { historyScenes } from './history-scenes.ts';
import { identityScenes } from './identity-scenes.ts';
import { lockScenes } from './lock-scenes.ts';
import { logScenes } from './log-scenes.ts';
import { lookingScenes } from './looking-scenes.ts';
import { notesScenes } from './notes-scenes.ts';
import { peopleScenes } from './people-scenes.ts';
import { picturePlan } from './plan.ts';
import { replayScenes } from './replay-scenes.ts';
import { serviceScenes } from './service-scenes.ts';
import { sqlScenes } from './sql-scenes.ts';
import { home, openRun, output, type Scene } from './stage.ts';

function scene(
  events: (plan: Plan) => readonly RunEvent[],
  press: readonly string[],
  options: { readonly production?: boolean; readonly home?: Answers['home:list']; readonly minutesAgo?: number } = {},
): Scene {
  return {
    press,
    script: (language, theme) => {
      const plan = picturePlan(language, options.production ?? true);
      return {
        language,
        theme,
        plan,
        home: options.home ?? home,
        events: events(plan),
        output,
        minutesAgo: options.minutesAgo ?? 12,
      };
    },
  };
}

const step = (plan: Plan, id: string) => plan.steps.find((one) => one.id === id);
const begun: readonly RunEvent[] = [
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
        fingerprint: 'SHA256:uNiV',
        method: 'agent',
        via: [],
        latencyMs: 31,
      },
    }),
  ),
  { type: 'run-started', data: {} },
];
const entered = (id: string): RunEvent => ({ type: 'step-entered', data: { step: id } });
const cold = (plan: Plan): readonly RunEvent[] => [
  ...begun,
  entered('artifact'),
  started(step(plan, 'artifact'), 'a1', 'app1'),
  ended('a1', 'passed', {
    checks: [{ subject: 'stdout', expected: 'contains "9f2c41"', found: '9f2c41ab…', holds: true }],
  }),
  entered('tell-users'),
];
const told = (plan: Plan): readonly RunEvent[] => [
  ...cold(plan),
  started(step(plan, 'tell-users'), 'a2', 'desk'),
  ended('a2', 'passed', { recording: null }),
  entered('phone'),
];
const signed = (plan: Plan): readonly RunEvent[] => [
  ...told(plan),
  started(step(plan, 'phone'), 'a3', 'desk'),
  ended('a3', 'passed', { recording: null }),
];
const atGate = (plan: Plan): readonly RunEvent[] => [
  ...signed(plan),
  { type: 'countersign-waived', data: { step: 'phone', reason: 'No second person tonight', mode: 'after' } },
  entered('stop'),
];
const inside = (plan: Plan): readonly RunEvent[] => [
  ...atGate(plan),
  { type: 'block-entered', data: { block: 0 } },
  started(step(plan, 'stop'), 'a4', 'app1'),
  ended('a4', 'passed', { durationMs: 14_000 }),
];
const failed = (plan: Plan): readonly RunEvent[] => [
  ...inside(plan),
  started(step(plan, 'stop'), 'a5', 'app2'),
  ended('a5', 'failed', {
    exit: { code: 1, signal: null },
    checks: [
      { subject: 'exit', expected: 'is 0', found: '1', holds: false },
      {
        subject: 'stdout',
        expected: 'lacks "still running"',
        found: 'Tomcat did not stop in time. PID 4711 still running',
        holds: false,
      },
    ],
    failure: failure('timeout', { seconds: '60' }, 'no exit status within 60000 ms'),
  }),
];
const unknown = (plan: Plan): readonly RunEvent[] => [
  ...inside(plan),
  started(step(plan, 'stop'), 'a5', 'app2'),
  { type: 'host-lost', data: { host: 'app2', failure: failure('link-lost', { host: 'app2' }, 'read ECONNRESET') } },
  ended('a5', 'unknown', { exit: null, recording: null, failure: failure('interrupted') }),
];
const throughBlock = (plan: Plan): readonly RunEvent[] => [
  ...failed(plan),
  {
    type: 'target-decided',
    data: {
      step: 'stop',
      target: 'app2',
      decision: 'overridden',
      reason: 'Killed by hand, process is gone',
      owner: 'Zhang San',
      due: null,
    },
  },
  started(step(plan, 'stop'), 'a6', 'app3'),
  ended('a6', 'passed'),
  ...['upload', 'params', 'start'].flatMap((id, index): RunEvent[] => [
    entered(id),
    ...['app1', 'app2', 'app3'].flatMap((host, at): RunEvent[] => {
      const attempt = `a${10 + index * 3 + at}`;
      return [started(step(plan, id), attempt, host), ended(attempt, 'passed')];
    }),
  ]),
  { type: 'block-left', data: { block: 0 } },
  entered('watch'),
];
const watching = (plan: Plan): readonly RunEvent[] => [
  ...throughBlock(plan),
  started(step(plan, 'watch'), 'a30', 'desk'),
];
const finished = (plan: Plan): readonly RunEvent[] => [
  ...watching(plan),
  ended('a30', 'passed', { recording: null }),
  entered('h5'),
  ...['app1', 'app2', 'app3'].flatMap((host, at): RunEvent[] => [
    started(step(plan, 'h5'), `a${40 + at}`, host),
    ended(`a${40 + at}`, 'passed'),
  ]),
  entered('done'),
  {
    type: 'target-decided',
    data: {
      step: 'done',
      target: 'desk',
      decision: 'deferred',
      reason: 'The duty group sleeps; tomorrow at 9',
      owner: 'Li Wei',
      due: null,
    },
  },
  { type: 'run-ended', data: { result: 'completed-except', reason: null } },
];
const abandoned = (plan: Plan): readonly RunEvent[] => [
  ...told(plan),
  { type: 'run-ended', data: { result: 'abandoned', reason: 'The window was cancelled by the system owner' } },
];

const restoring = (before: readonly RunEvent[], plan: Plan): readonly RunEvent[] => {
  const steps = [...rollbackPreview(foldEvents(plan, before, 0, 1_000), 'block').steps];
  return [...before, { type: 'rollback-begun', data: { scope: 'block', reason: 'tomcat does not stop', steps } }];
};

/** Everything worth looking at. */
const fromPaper = [openRun, '.secondary .button:text-matches("^(Enter from paper…|由纸面录入…)$")'];

export const scenes: Readonly<Record<string, Scene>> = {
  home: scene(() => [], []),
  'home-empty': scene(() => [], [], { home: { checklists: [], runs: [] } }),
  settings: scene(() => [], ['.home-bar button']),
  preflight: scene(() => [], ['.demo .button'], { production: false }),
  'preflight-prod': scene(() => [], ['.demo .button', '.plan-step:nth-child(1) summary']),
  manual: scene(cold, [openRun]),
  countersign: scene(signed, [openRun]),
  gate: scene(atGate, [openRun]),
  running: scene((plan) => [...inside(plan), started(step(plan, 'stop'), 'a5', 'app2')], [openRun]),
  inside: scene(inside, [openRun]),
  'calm-pre': scene(inside, [openRun], { production: false }),
  failed: scene(failed, [openRun]),
  'run-again': scene(failed, [openRun, '[data-primary]']),
  unknown: scene(unknown, [openRun]),
  watching: scene(watching, [openRun]),
  'away-output': scene(watching, [openRun, '#step-3', '#target-app2']),
  recording: scene(watching, [openRun, '#step-3', '.output-tools > .button']),
  rollback: scene(inside, [openRun, '.top-bar .button:has(kbd)']),
  restoring: scene((plan) => restoring(failed(plan), plan), [openRun]),
  menu: scene(inside, [openRun, '.top-bar .icon-button']),
  finished: scene(finished, [openRun]),
  'print-dialog': scene(() => [], ['.demo .button', '.button:has(svg.lucide-printer)']),
  'print-saved': scene(
    () => [],
    ['.demo .button', '.button:has(svg.lucide-printer)', '.dialog .choice:nth-of-type(2)', '.dialog-acts .solid'],
  ),
  'paper-dialog': scene(unknown, fromPaper),
  'paper-filled': scene(unknown, [
    ...fromPaper,
    '.paper-host:nth-of-type(1) .choice:nth-of-type(2)',
    '.paper-host:nth-of-type(2) .choice:nth-of-type(3)',
  ]),
  'run-note': scene(cold, [openRun, '.secondary .button:text-matches("^(Note…|备注…)$")']),
  abandoned: scene(abandoned, [openRun]),
  ...lookingScenes(openRun, home),
  ...replayScenes,
  ...compareScenes,
  ...sqlScenes(openRun, home),
  ...serviceScenes(openRun, home),
  ...fileScenes(openRun, home),
  ...logScenes(openRun, home),
  ...flowScenes,
  ...gateScenes,
  ...checkerScenes,
  ...feedScenes,
  ...identityScenes,
  ...historyScenes,
  ...notesScenes,
  ...peopleScenes,
  ...lockScenes,
};
