import type { Plan } from '../../shared/checklist/plan.ts';
import { DESK } from '../../shared/checklist/plan-lookup.ts';
import type { RunEvent } from '../../shared/contract/events.ts';
import type { Answers } from '../../shared/contract/ipc.ts';
import type { ScriptResult, SqlAction, SqlResult } from '../../shared/steps/actions/sql.ts';
import { ended, started } from '../helpers/fake-countersign-api.ts';
import { picturePlan } from './plan.ts';
import type { Scene } from './stage.ts';

/** Scripts on a database, for looking at. */

const action: SqlAction = {
  kind: 'sql',
  database: 'trade',
  engine: 'mysql',
  place: 'trade · mysql 10.1.0.21:3306/trade · app1',
  what: {
    type: 'folder',
    folder: 'sql/3.4.0',
    order: ['01-tables.sql', '02-orders.sql', '03-rights.sql'],
    exclude: ['rollback.sql'],
  },
  transaction: 'auto',
  encoding: 'utf-8',
  timeoutMs: 600_000,
  expect: { affected: { 'at-least': 1 }, rows: null, output: [] },
};

const script = (path: string, given: Partial<ScriptResult>): ScriptResult => ({
  ...{
    path: `sql/3.4.0/${path}`,
    sha256: 'a3f1'.repeat(16),
    state: 'committed',
    statements: 12,
    done: 12,
    committed: 12,
  },
  ...{ affected: 40, warnings: 0, durationMs: 1_240, commits: [], commitsCount: 0, stopped: null, earlier: null },
  ...given,
});
const at = (number: number, line: number, verb: string) => ({ number, line, verb });

const result: SqlResult = {
  kind: 'sql',
  place: { engine: 'mysql', address: '10.1.0.21', port: 3306, via: 'app1', schema: 'trade' },
  server: '10.11.19-MariaDB Debian 12',
  scripts: [
    script('01-tables.sql', {
      ...{ state: 'skipped', statements: 0, done: 0, affected: null },
      earlier: { runId: '20261119T210500Z-4c1d2e', at: '2026-11-19T21:07:12.000Z', state: 'committed' },
    }),
    script('02-orders.sql', {
      ...{
        state: 'partly',
        statements: 1_204,
        done: 733,
        committed: 512,
        affected: 18_204,
        durationMs: 48_310,
        warnings: 2,
      },
      ...{ commits: [at(3, 14, 'ALTER TABLE'), at(512, 1_088, 'CREATE INDEX')], commitsCount: 2 },
      stopped: {
        ...{ first: at(734, 1_541, 'UPDATE'), last: at(734, 1_541, 'UPDATE') },
        text: "UPDATE orders SET state = 'settled' WHERE settled_at < '2026-11-01' AND channel = 'H5'",
        message: "Data truncated for column 'state' at row 41",
      },
    }),
    script('03-rights.sql', { state: 'not-run', statements: 0, done: 0, affected: null, committed: 0 }),
  ],
  tables: [
    {
      ...{ path: 'sql/3.4.0/02-orders.sql', statement: 2, columns: ['channel', 'open', 'oldest'], rowCount: 214 },
      rows: [
        ['H5', 1_204, '2026-10-02 08:11:54'],
        ['Flex', 88, null],
        ['partner-网银', 3, '2026-11-20 19:00:01'],
      ],
    },
  ],
};

function planIn(language: 'en' | 'zh'): Plan {
  const plan = picturePlan(language, true);
  const [model] = plan.steps;
  if (model === undefined) throw new Error('the picture plan has no steps');
  const title = language === 'zh' ? '执行脚本' : 'Run the scripts';
  const step = {
    ...model,
    id: 'schema',
    base: 'schema',
    code: '2.6',
    title,
    kind: 'sql' as const,
    effect: 'write' as const,
  };
  const rest = { action, phase: 1, countersign: 'none' as const, block: null, verify: null };
  return { ...plan, steps: [{ ...step, ...rest, targets: [DESK] }], blocks: [] };
}

type Told = (plan: Plan) => readonly RunEvent[];
const begun: readonly RunEvent[] = [
  { type: 'run-started', data: {} },
  { type: 'step-entered', data: { step: 'schema' } },
];
const running: Told = (plan) => {
  const [step] = plan.steps;
  if (step === undefined) throw new Error('no step');
  const note = 'sql/3.4.0/02-orders.sql · 734–983/1204 · line 1541 · UPDATE';
  return [...begun, started(step, 'a1', DESK), { type: 'attempt-noted', data: { attempt: 'a1', text: note } }];
};
const params = {
  script: 'sql/3.4.0/02-orders.sql',
  line: '1541',
  statement: '734',
  message: "Data truncated for column 'state' at row 41",
};
const failed: Told = (plan) => [
  ...running(plan),
  ended('a1', 'failed', {
    result,
    effect: 'partial',
    failure: { code: 'sql-error', params, cause: `1265 ${params.message}` },
  }),
];
const already: Told = (plan) => [
  ...running(plan),
  ended('a1', 'failed', {
    ...{ effect: 'none', offers: ['skip-already-run', 'run-again'] },
    result: {
      ...result,
      server: null,
      tables: [],
      scripts: result.scripts.map(({ path }) =>
        script(path.slice(10), { state: 'not-run', affected: null, committed: 0 }),
      ),
    },
    failure: {
      code: 'sql-already-run',
      params: { scripts: 'sql/3.4.0/01-tables.sql (20261119T210500Z-4c1d2e, committed)' },
      cause: null,
    },
  }),
];

/**
 * @param openRun what opens the run on the home screen.
 * @param home that screen.
 */
export function sqlScenes(openRun: string, home: Answers['home:list']): Readonly<Record<string, Scene>> {
  const progress = { attempt: 'a1', done: 733, of: 1_204, label: 'sql/3.4.0/02-orders.sql' };
  const scene = (events: Told): Scene => ({
    press: [openRun],
    script: (language, theme) => {
      const plan = planIn(language);
      return { language, theme, plan, home, events: events(plan), output: [], minutesAgo: 3, progress };
    },
  });
  return {
    'sql-before': scene(() => begun),
    'sql-running': scene(running),
    'sql-failed': scene(failed),
    'sql-already': scene(already),
  };
}
