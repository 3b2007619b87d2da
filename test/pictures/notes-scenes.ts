import type { Plan } from '../../shared/checklist/plan.ts';
import type { RunEvent } from '../../shared/contract/events.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { SaidRecord } from '../../shared/run/said.ts';
import { ended, started } from '../helpers/fake-countersign-api.ts';
import type { FakeAnswers } from '../helpers/fake-evidence.ts';
import { flowPlan } from './flow-plan.ts';
import { home, openRun, output, type Scene } from './stage.ts';

/** What people say of a run when it is over. */

const reason = {
  en: 'The old process is gone, seen with jps by hand; the probe looks for the wrong name.',
  zh: '已用 jps 人工确认旧进程不存在；探针查的是错误的进程名。',
};
const said = (language: 'en' | 'zh'): readonly SaidRecord[] => [
  {
    ...{ seq: 5, at: '2026-11-20T22:06:00.000Z', by: 'Countersign', type: 'attempt-ended', word: 'inconclusive' },
    ...{ step: 'stop', target: 'app1', text: '' },
  },
  {
    ...{ seq: 7, at: '2026-11-20T22:10:00.000Z', by: 'Li Wei', type: 'target-decided', word: 'overridden' },
    ...{ step: 'stop', target: 'app1', text: `${reason[language]}\nChen Jie` },
  },
];
const words = {
  en: [
    'During the whole window the monitoring was silenced for app1 by the operations team; silence there proves nothing.',
    'It was not gone: PID 4711 belonged to it and ended at 22:31. The decision was wrong, the outcome was not affected.',
    'Thanks to everybody who stayed late.',
  ],
  zh: [
    '整个窗口期间运维团队屏蔽了 app1 的监控，因此没有告警不能说明任何问题。',
    '旧进程当时仍在：PID 4711 即为该进程，22:31 才结束。该决定有误，但未影响结果。',
    '感谢各位加班。',
  ],
};
const note = (n: number, text: string, more: Partial<Extract<RunEvent, { type: 'note-added' }>['data']>): RunEvent => ({
  type: 'note-added',
  data: { note: `n${n}`, text, step: null, target: null, corrects: null, ...more },
});

function events(plan: Plan, language: 'en' | 'zh'): readonly RunEvent[] {
  const stop = plan.steps.find(({ id }) => id === 'stop');
  const [first = '', second = '', third = ''] = words[language];
  return [
    { type: 'run-started', data: {} },
    { type: 'step-entered', data: { step: 'stop' } },
    started(stop, 'a1', 'app1'),
    ended('a1', 'inconclusive'),
    { type: 'run-ended', data: { result: 'abandoned', reason: null } },
    note(1, first, { step: 'stop' }),
    note(2, second, { step: 'stop', target: 'app1', corrects: 7 }),
    note(3, third, {}),
  ];
}

function scene(press: readonly string[], known = true, closed = false, answers: FakeAnswers = {}): Scene {
  return {
    press: [openRun, ...press],
    script: (language, theme) => {
      const plan = flowPlan(language, 1);
      return {
        ...{ language, theme, plan, home, output, minutesAgo: 12, events: events(plan, language) },
        answers: {
          'note:records': () => ({ ok: true, value: said(language) }),
          ...(closed ? { 'note:may': () => failure('run-is-imported') } : {}),
          ...(known ? {} : { 'settings:get': () => ({ language, theme, person: '', recentChecklists: [] }) }),
          ...answers,
        },
      };
    },
  };
}

const writeNote = ['.notes .button:first-of-type', '.dialog textarea', 'type The disk was cleaned by hand.'];
const name = ['.dialog input[type="text"]', 'type Chen Jie'];
const addNote = '.dialog .button.solid';
const full = failure('disk-full', { path: '/var/lib/countersign/runs' }, 'ENOSPC: no space left on device');

const exported = { path: '/home/wang/releases/trade-core-3.4.0.zip', complete: true, leftOut: [] };

export const notesScenes: Readonly<Record<string, Scene>> = {
  notes: scene(['#notes']),
  'notes-closed': scene(['#notes'], true, true),
  'note-dialog': scene(['.notes .button:first-of-type'], false),
  'note-sending': scene([...writeNote, addNote], true, false, { 'note:add': () => new Promise(() => {}) as never }),
  'note-failed': scene([...writeNote, addNote], true, false, { 'note:add': () => ({ ok: false, failure: full }) }),
  'note-name-failed': scene([...writeNote, ...name, addNote], false, false, {
    'settings:set': () => {
      throw new Error('ENOSPC: no space left on device');
    },
  }),
  // Left while it was written; what became of it is told on the first screen.
  'export-told': scene(['.export-act .button', '.top-bar .icon-button'], true, false, {
    'run:export': () => new Promise((resolve) => setTimeout(resolve, 400, { ok: true, value: exported })) as never,
  }),
  'correct-dialog': scene(['.notes .button:nth-of-type(2)', '.dialog .select', 'type 2.1\n', '.records .choice']),
};
