import type { Plan, PlanStep } from '../../shared/checklist/plan.ts';
import { DESK } from '../../shared/checklist/plan-lookup.ts';
import type { EventOf, RunEvent } from '../../shared/contract/events.ts';
import type { Answers } from '../../shared/contract/ipc.ts';
import type { Action } from '../../shared/steps/actions.ts';
import { ended, started } from '../helpers/fake-countersign-api.ts';
import { picturePlan } from './plan.ts';
import type { Scene } from './stage.ts';

/** Artifacts, uploads and configuration, for looking at. */

const hash = '9f2c47a1d0b85e63c7f4120e98ab3d5f6c01e2d4b7a89f0c3e5d617284b9a0f1';
const oldHash = '1b0e9c4d77aa52f1e6c3d8b9054f7a2163e8d0c9b5f4a3e2d1c0b9a8f7e6d5c4';
const size = 213_909_504;
type Result = NonNullable<EventOf<'attempt-ended'>['data']['result']>;

function planIn(language: 'en' | 'zh'): Plan {
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
  const value = (key: string, text: string) => ({
    key,
    secret: false,
    wanted: { type: 'value' as const, parts: [text] },
  });
  const steps = [
    make(
      'artifact',
      '1.1',
      say('The war is the right one', 'war 包是正确的'),
      {
        kind: 'artifact',
        file: 'artifacts/trade-3.4.0.war',
        sha256: hash,
        size,
        inside: [
          {
            path: 'META-INF/MANIFEST.MF',
            format: 'manifest',
            expect: [
              { key: 'Implementation-Version', value: '3.4.0' },
              { key: 'Build-Profile', value: 'prod' },
            ],
          },
        ],
      },
      { targets: [DESK] },
    ),
    make(
      'upload',
      '2.1',
      say('Upload the war', '上传 war 包'),
      {
        kind: 'upload',
        what: { type: 'put', from: 'artifacts/trade-3.4.0.war', sha256: hash, mode: null },
        to: '/opt/tomcat/webapps/trade.war',
        kept: '/opt/tomcat/webapps/trade.war.old',
        sudo: 'tomcat',
      },
      { effect: 'write' },
    ),
    make('params', '2.2', say("Parameters are production's", '参数为生产环境的值'), {
      kind: 'config',
      file: '/opt/trade/app.properties',
      format: 'properties',
      encoding: 'utf-8',
      sudo: null,
      expect: [
        value('db.url', 'jdbc:mysql://10.1.0.21/trade'),
        value('sql.debug', 'false'),
        { key: 'db.password', secret: true, wanted: { type: 'value', parts: [{ secret: 'db-password' }] } },
      ],
      absent: ['test.*'],
      known: ['log.*'],
      noOthers: true,
      secret: [],
    }),
  ];
  return { ...plan, blocks: [], steps };
}

const artifact: Result = {
  kind: 'artifact',
  file: 'artifacts/trade-3.4.0.war',
  sha256: hash,
  size,
  modifiedAt: '2026-11-20T08:40:12.000Z',
};
const uploaded: Result = {
  kind: 'upload',
  did: 'put',
  to: '/opt/tomcat/webapps/trade.war',
  now: { sha256: hash, size },
  before: { sha256: oldHash, size: 209_100_000 },
  kept: '/opt/tomcat/webapps/trade.war.old',
  sent: 120_000_000,
  resumed: size - 120_000_000,
};
const config: Result = {
  kind: 'config',
  file: '/opt/trade/app.properties',
  bytes: 812,
  salt: '0'.repeat(32),
  entries: [],
  differences: [
    {
      key: 'db.url',
      state: 'different',
      secret: false,
      expected: 'jdbc:mysql://10.1.0.21/trade',
      found: 'jdbc:mysql://10.9.0.21/trade_test',
      line: 3,
    },
    { key: 'sql.debug', state: 'missing', secret: false, expected: 'false', found: null, line: null },
    { key: 'db.password', state: 'different', secret: true, expected: null, found: null, line: 7 },
    { key: 'orders.new.switch', state: 'unknown', secret: false, expected: null, found: null, line: 21 },
  ],
  more: 0,
  drift: {
    runId: 'r0',
    step: 'params-before',
    at: '2026-11-20T10:31:04.000Z',
    changes: [
      {
        key: 'db.url',
        change: 'changed',
        secret: false,
        before: 'jdbc:mysql://10.1.0.21/trade',
        now: 'jdbc:mysql://10.9.0.21/trade_test',
        line: 3,
      },
      { key: 'sql.debug', change: 'removed', secret: false, before: 'false', now: null, line: null },
      { key: 'orders.new.switch', change: 'added', secret: false, before: null, now: null, line: 21 },
    ],
    more: 0,
  },
};

const entered = (step: string): RunEvent => ({ type: 'step-entered', data: { step } });
const begun: readonly RunEvent[] = [{ type: 'run-started', data: {} }, entered('artifact')];

type Told = (plan: Plan) => readonly RunEvent[];
const step = (plan: Plan, id: string): PlanStep | undefined => plan.steps.find((one) => one.id === id);
const inside = 'META-INF/MANIFEST.MF';
const proofs = (profile: string): EventOf<'attempt-ended'>['data']['checks'] => [
  { subject: 'sha256', expected: hash, found: hash, holds: true },
  { subject: 'size', expected: String(size), found: String(size), holds: true },
  { subject: inside, expected: 'Implementation-Version = 3.4.0', found: '3.4.0', holds: true },
  { subject: inside, expected: 'Build-Profile = prod', found: profile, holds: profile === 'prod' },
];
const wrongBuild: Told = (plan) => [
  ...begun,
  started(step(plan, 'artifact'), 'a1', DESK),
  ended('a1', 'failed', { result: artifact, checks: proofs('test') }),
];
const toUpload: Told = (plan) => [
  ...begun,
  started(step(plan, 'artifact'), 'a1', DESK),
  ended('a1', 'passed', { result: artifact, checks: proofs('prod') }),
  entered('upload'),
];
const oneUploaded: Told = (plan) => [
  ...toUpload(plan),
  started(step(plan, 'upload'), 'a2', 'app1'),
  ended('a2', 'passed', {
    result: uploaded,
    checks: [{ subject: 'sha256 /opt/tomcat/webapps/trade.war', expected: hash, found: hash, holds: true }],
  }),
];
const toConfig: Told = (plan) => [
  ...oneUploaded(plan),
  started(step(plan, 'upload'), 'a3', 'app2'),
  ended('a3', 'passed', { result: uploaded }),
  entered('params'),
];
const wrongConfig: Told = (plan) => [
  ...toConfig(plan),
  started(step(plan, 'params'), 'a4', 'app1'),
  ended('a4', 'failed', { result: config }),
];

/**
 * @param openRun what opens the run on the home screen.
 * @param home that screen.
 */
export function fileScenes(openRun: string, home: Answers['home:list']): Readonly<Record<string, Scene>> {
  const scene = (events: Told, ...more: readonly string[]): Scene => ({
    press: [openRun, ...more],
    script: (language, theme) => {
      const plan = planIn(language);
      return { language, theme, plan, home, events: events(plan), output: [], minutesAgo: 12 };
    },
  });
  return {
    artifact: scene(() => begun),
    'artifact-wrong': scene(wrongBuild),
    upload: scene(toUpload),
    'upload-done': scene(oneUploaded, '#target-app1'),
    config: scene(toConfig),
    'config-wrong': scene(wrongConfig),
  };
}
