import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../shared/checklist/plan.ts';
import { backOut } from '../../../shared/run/back-out.ts';
import { command, planOf, step } from '../../helpers/plans.ts';
import { Story } from '../../helpers/story.ts';

const minutes = 60_000;
const at = (text: string): Date => new Date(`2026-11-20T${text}:00Z`);
const undo = (plannedMs: number | null) => ({ action: command('undo'), perTarget: {}, plannedMs });

/** A run in which `stop` (and `upload`) have run; the window wants everything back by 23:40. */
function stopped(given: Partial<Plan> = {}, uploadMs: number | null = 4 * minutes): Story {
  const plan = planOf([step('stop', { rollback: undo(6 * minutes) }), step('upload', { rollback: undo(uploadMs) })], {
    window: { start: '2026-11-20T22:00:00Z', warn: null, backOutBy: '2026-11-20T23:40:00Z', end: null },
    ...given,
  });
  return new Story(plan).starts().attempts('stop', 'passed').attempts('upload', 'passed');
}

describe('the back-out clock', () => {
  it('adds up what really ran', () => {
    const clock = backOut(stopped().state, at('22:30'));
    expect(clock).toMatchObject({ takesMs: 10 * minutes, uncertain: false, forward: false, level: 'calm' });
    expect(clock.backAt).toEqual(at('22:40'));
    expect(clock.latest).toEqual(at('23:30'));
  });

  it('warns before the latest moment, sounds the alarm close to it, and says when it is past', () => {
    const { state } = stopped();
    const levels = ['23:00', '23:13', '23:26', '23:31'].map((time) => backOut(state, at(time)).level);
    expect(levels).toEqual(['calm', 'warn', 'alarm', 'past']);
  });

  it('says that it is uncertain where a duration is not known', () => {
    expect(backOut(stopped({}, null).state, at('22:30'))).toMatchObject({ takesMs: 6 * minutes, uncertain: true });
  });

  it('believes the rehearsal more than the plan', () => {
    const story = stopped();
    const rehearsal = {
      runId: 'r',
      environment: 'pre',
      endedAt: '2026-11-19T00:00:00.000Z',
      contentHash: 'a'.repeat(64),
      sameContent: true,
      changed: [],
      durations: { 'undo-stop': 9 * minutes },
    };
    expect(backOut({ ...story.state, rehearsal }, at('22:30')).takesMs).toBe(13 * minutes);
  });

  it('counts only what is left once the rollback is under way', () => {
    const story = stopped();
    const { state } = story;
    expect(backOut(state, at('22:30')).takesMs).toBe(10 * minutes);
    const steps = [
      { ...step('undo-upload', { origin: 'rollback', undoes: ['upload'], plannedMs: 4 * minutes }) },
      { ...step('undo-stop', { origin: 'rollback', undoes: ['stop'], plannedMs: 6 * minutes }) },
    ];
    story.happens({ type: 'rollback-begun', data: { scope: 'run', reason: 'x', steps } });
    story.attempts('undo-upload', 'passed');
    expect(backOut(story.state, at('22:30')).takesMs).toBe(6 * minutes);
  });

  it('knows no way back beyond a point of no return', () => {
    const plan = planOf([step('schema', { pointOfNoReturn: 'data' })]);
    const story = new Story(plan).starts().attempts('schema', 'passed');
    expect(backOut(story.state, at('22:30'))).toMatchObject({ forward: true, backAt: null });
  });

  it('has nothing to say where nothing ran and no time is set', () => {
    const story = new Story(planOf([step('stop')])).starts();
    expect(backOut(story.state, at('22:30'))).toMatchObject({ takesMs: 0, latest: null, level: 'calm' });
  });
});
