import type { Plan, PlanStep } from '../../shared/checklist/plan.ts';
import type { RunEvent } from '../../shared/contract/events.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { HistoryPage } from '../../shared/contract/ipc/history.ts';
import { ended, started } from '../helpers/fake-countersign-api.ts';
import { emptyHistory } from '../helpers/fake-evidence.ts';
import { fakeCompare } from '../helpers/fake-replay.ts';
import { historyRow } from './history-scenes.ts';
import { picturePlan } from './plan.ts';
import { home, output, type Scene } from './stage.ts';

/** Two runs of the past side by side. */

const begun: readonly RunEvent[] = [{ type: 'run-started', data: {} }];
const over: RunEvent = { type: 'run-ended', data: { result: 'completed-except', reason: null } };
const rolledBack: RunEvent = { type: 'run-ended', data: { result: 'rolled-back', reason: null } };

/** The steps up to a code, each done on each of its targets; `failing` ones fail on their last. */
function worked(plan: Plan, upTo: string, failing: readonly string[], slower: number): readonly RunEvent[] {
  const events: RunEvent[] = [...begun];
  let number = 0;
  for (const step of plan.steps) {
    events.push({ type: 'step-entered', data: { step: step.id } });
    for (const target of step.targets) {
      number += 1;
      const fails = failing.includes(step.id) && target === step.targets.at(-1);
      const durationMs = (number * 1_700) % 61_000;
      events.push(started(step, `a${number}`, target));
      events.push(ended(`a${number}`, fails ? 'failed' : 'passed', { durationMs: durationMs * slower }));
    }
    if (step.id === upTo) break;
  }
  return events;
}

const wide = (plan: Plan): Plan => {
  const hosts = Array.from({ length: 40 }, (_, n) => `trade-app-${String(n + 1).padStart(2, '0')}.region-east.example`);
  const steps = plan.steps.map((step): PlanStep => (step.id === 'stop' ? { ...step, targets: hosts } : step));
  return { ...plan, steps };
};
const longTitle =
  'Registry upgrade of the whole east region, including the static providers and their Warteschlangenverwaltung 交易核心';

interface Shown {
  readonly plan?: (plan: Plan) => Plan;
  readonly outputs?: { readonly left: readonly string[]; readonly right: readonly string[] };
  readonly same?: boolean;
  readonly press?: readonly string[];
  readonly rows?: number;
  readonly fails?: boolean;
  /** The recordings are not there. */
  readonly missing?: boolean;
}

const other = output.map((line) => line.replace('Tomcat stopped.', 'Tomcat did not stop in time.')).slice(1);

function scene({
  plan: change = (plan) => plan,
  outputs,
  same = false,
  press = [],
  rows = 2,
  fails = false,
  missing = false,
}: Shown): Scene {
  const page: HistoryPage = {
    ...emptyHistory,
    total: rows,
    rows: [0, 4].slice(0, rows).map((index) => historyRow(index)),
  };
  const choose = page.rows.map((_, index) => `tbody tr:nth-child(${index + 1}) input[type=checkbox]`);
  const compare = rows < 2 ? [] : ['.history-chosen .button:nth-of-type(1)'];
  return {
    press: ['.home-bar .button:has(.lucide-history)', ...choose, ...compare, ...press],
    script: (language, theme) => {
      const plan = change(picturePlan(language, true));
      const left = [...worked(plan, 'config', [], 1), over];
      const right = same ? left : [...worked(plan, 'stop', ['stop'], 3), rolledBack];
      const answers = fakeCompare(plan, left, right, outputs ?? { left: output, right: other });
      const refused = { ok: false, failure: failure('journal-altered', altered) } as const;
      const gone = { ok: false, failure: failure('recording-missing', { attempt: 'a5' }) } as const;
      return {
        ...{ language, theme, plan, home, events: left, output, minutesAgo: 1 },
        answers: {
          ...answers,
          'history:find': () => page,
          ...(fails ? { 'compare:open': () => refused } : {}),
          ...(missing ? { 'compare:output': () => gone } : {}),
        },
      };
    },
  };
}

const altered = { run: '20261120T220014Z-k3f9aa', line: '41', what: 'wrong-hash', expected: '40', detail: '' };
const openOutputs = '.compare-table .link-button';

/** Every picture of a comparison. */
export const compareScenes: Readonly<Record<string, Scene>> = {
  compare: scene({}),
  'compare-same': scene({ same: true }),
  'compare-wide': scene({ plan: wide }),
  'compare-long': scene({ plan: (plan) => ({ ...plan, title: longTitle, environment: 'a-rather-long-environment' }) }),
  'compare-outputs': scene({ press: [openOutputs] }),
  'compare-no-output': scene({ outputs: { left: [], right: [] }, press: [openOutputs] }),
  'compare-recording-missing': scene({ missing: true, press: [openOutputs] }),
  'compare-one': scene({ rows: 1 }),
  'compare-altered': scene({ fails: true }),
};
