import { act } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { logMarks, markAt, nextNew } from '../../../renderer/model/log-marks.ts';
import { StepOutcome } from '../../../renderer/steps/index.tsx';
import { FindingsList } from '../../../renderer/views/run/findings-list.tsx';
import type { RunEvent } from '../../../shared/contract/events.ts';
import { readWatchProgress, writeWatchProgress } from '../../../shared/logs/watch-progress.ts';
import type { LogAction, LogResult } from '../../../shared/steps/actions/log.ts';
import { ended, started } from '../../helpers/fake-countersign-api.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { named, showRun } from './screen-kit.tsx';

const group = (fingerprint: string, known: string | null, from: number, to: number) => ({
  ...{ fingerprint, name: `name of ${fingerprint}`, known, sample: 'ERROR', count: 2, file: '/a.log' },
  ...{ first: { from, to: from + 1 }, last: { from: to, to: to + 1 } },
});
const result: LogResult = {
  ...{ kind: 'log', watchedMs: 300_000, restarts: 0, lines: 90, bytes: 900, silentMs: 10, files: [], gaps: [] },
  ...{ events: 4, knownEvents: 2, beyond: 0 },
  groups: [group('00000000000000aa', null, 40, 70), group('00000000000000bb', 'the usual one', 10, 10)],
};
const watch: NonNullable<LogAction['watch']> = {
  ...{ forMs: 300_000, baseline: null, expect: [], forbid: [], silenceMs: null, from: { type: 'now' }, restart: null },
};
const action: LogAction = { kind: 'log', files: ['/a.log'], sudo: null, watch };
const watching = step('watch', { kind: 'log', effect: 'read', action });
const finding = { id: '00000000000000aa', title: 'name of it', detail: 'ERROR', count: 2 };
const told: readonly RunEvent[] = [
  { type: 'run-started', data: {} },
  { type: 'step-entered', data: { step: 'watch' } },
  started(watching, 'a1', 'app1'),
  ended('a1', 'inconclusive', { result, findings: [finding] }),
];

describe('a log watch on the screen', () => {
  let close: (() => Promise<void>) | null = null;
  afterEach(async () => {
    await close?.();
    close = null;
  });

  it('leads from an exception to its lines in the recording with one key', async () => {
    const shown = await showRun(planOf([watching]), told, ({ state }) => {
      const target = state.steps[0]?.targets[0];
      return target === undefined ? null : <FindingsList target={target} onJudge={() => undefined} />;
    });
    close = shown.close;
    const row = named('li.finding', /name of it/);
    await act(async () => row.dispatchEvent(new KeyboardEvent('keydown', { key: 'x', bubbles: true })));
    expect(shown.app.store.getState().run).toMatchObject({ dialog: 'recording', recording: 'a1', recordingLine: 40 });
  });

  it('lists what it saw by kind, new ones told from known ones in words, each with the way to its lines', async () => {
    const shown = await showRun(planOf([watching]), told, ({ state }) => {
      const target = state.steps[0]?.targets[0];
      const attempt = target?.attempts[0];
      return attempt === undefined || target === undefined ? null : (
        <StepOutcome step={watching} action={action} target={target} attempt={attempt} />
      );
    });
    close = shown.close;
    const rows = [...document.querySelectorAll('tbody tr')].map(({ textContent }) => textContent);
    expect(rows[0]).toContain('new');
    expect(rows[1]).toMatch(/known.*the usual one/);
    await act(async () => named('button', /lines around the usual one/).click());
    expect(shown.app.store.getState().run).toMatchObject({ recording: 'a1', recordingLine: 10 });
  });

  it('marks the first and last place of each kind, and goes from one new one to the next, round and round', () => {
    const marks = logMarks(result);
    expect(marks.map(({ from, isNew }) => [from, isNew])).toEqual([
      [10, false],
      [40, true],
      [70, true],
    ]);
    expect([markAt(marks, 41)?.isNew, markAt(marks, 11)?.isNew, markAt(marks, 12)]).toEqual([true, false, null]);
    expect([null, 40, 70].map((line) => nextNew(marks, line)?.from)).toEqual([40, 70, 40]);
    expect(nextNew(logMarks(null), null)).toBeNull();
  });

  it('reads how far it is from the words that travel, and takes no other words for it', () => {
    const progress = { state: 'watching', lines: 12, rate: 3, known: 2, fresh: 1, restarts: 0, absent: 0 } as const;
    expect(readWatchProgress(writeWatchProgress(progress))).toEqual(progress);
    expect(readWatchProgress('V1__orders.sql')).toBeNull();
  });
});
