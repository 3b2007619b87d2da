import { describe, expect, it } from 'vitest';
import { createApp } from '../../../renderer/store/app.ts';
import { initialState } from '../../../renderer/store/app-state.ts';
import { foldRecord, openedRun } from '../../../renderer/store/fold.ts';
import { listenToPushes } from '../../../renderer/store/pushes.ts';
import type { JournalRecord, RunEvent } from '../../../shared/contract/events.ts';
import { FakeCountersignApi, foldEvents } from '../../helpers/fake-countersign-api.ts';
import { picturePlan } from '../../pictures/plan.ts';

const plan = picturePlan('en', false);
const state = foldEvents(plan, [{ type: 'run-started', data: {} }], 0, 1_000);
const app = { ...initialState, run: openedRun(state, true, false) };

function record(seq: number, event: RunEvent): JournalRecord {
  const base = {
    seq,
    at: '2026-11-20T22:00:00.000Z',
    mono: 0,
    actor: { kind: 'app', name: 'app' } as const,
    prev: '0'.repeat(64),
    hash: '1'.repeat(64),
  };
  return { ...base, ...event };
}
const held: RunEvent = { type: 'run-held', data: { reason: 'phone', cause: 'operator', minutes: null } };

function fakeApp() {
  const api = new FakeCountersignApi({
    language: 'en',
    theme: 'light',
    plan,
    home: { checklists: [], runs: [] },
    events: [{ type: 'run-started', data: {} }],
    output: [],
    minutesAgo: 1,
  });
  const screens = createApp(api);
  listenToPushes(screens);
  return screens;
}

describe('folding pushed records', () => {
  it('takes the next record into the state', () => {
    const folded = foldRecord(app, { runId: state.runId, record: record(2, held) });
    expect(folded.type === 'folded' && folded.state.run?.state.status).toBe('held');
  });

  it('ignores a record it has already and records of other runs', () => {
    expect(foldRecord(app, { runId: state.runId, record: record(1, held) }).type).toBe('ignored');
    expect(foldRecord(app, { runId: 'another', record: record(2, held) }).type).toBe('ignored');
  });

  it('notices that a record is missing instead of guessing', () => {
    expect(foldRecord(app, { runId: state.runId, record: record(4, held) }).type).toBe('gap');
  });

  it('lets a screen reader hear of the record', () => {
    const folded = foldRecord(app, { runId: state.runId, record: record(2, held) });
    expect(folded.type === 'folded' && folded.state.heard?.announcement.key).toBe('hear-held');
  });
});

describe('sending intents', () => {
  it('sends one intent at a time, so that a double click runs nothing twice', async () => {
    const { actions, store } = fakeApp();
    await actions.begin();
    await actions.openRun('r');
    const intent = { type: 'run-step', step: 'artifact', targets: ['app1'], reason: null } as const;
    const both = await Promise.all([
      actions.send({ ...intent, targets: [...intent.targets] }),
      actions.send({ ...intent, targets: [...intent.targets] }),
    ]);
    expect(both).toEqual([true, false]);
    expect(store.getState().run?.state.attempts).toBe(1);
  });

  it('shows why an intent was refused', async () => {
    const { actions, store } = fakeApp();
    await actions.begin();
    await actions.openRun('r');
    await actions.send({ type: 'finish' });
    expect(store.getState().run?.refusal?.code).toBe('steps-open');
  });

  it('keeps what was typed when another step is looked at', async () => {
    const { actions, store } = fakeApp();
    await actions.openRun('r');
    actions.draft('tell-users', 'desk', { note: 'asked twice' });
    actions.look(4);
    expect(store.getState().run?.drafts['tell-users/desk']?.note).toBe('asked twice');
  });
});
