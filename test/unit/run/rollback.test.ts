import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanStep } from '../../../shared/checklist/plan.ts';
import { DESK } from '../../../shared/checklist/plan-lookup.ts';
import { type Decision, decisions, type Verdict } from '../../../shared/contract/events.ts';
import type { Intent } from '../../../shared/contract/intents.ts';
import { consequences, resultOf } from '../../../shared/run/consequences.ts';
import { eventsFor, type PlainIntent } from '../../../shared/run/events-for.ts';
import { may } from '../../../shared/run/policy.ts';
import { isCompleted, rollbackPreview } from '../../../shared/run/rollback-plan.ts';
import { isSettled } from '../../../shared/run/state.ts';
import { command, planOf, step } from '../../helpers/plans.ts';
import { Story } from '../../helpers/story.ts';

const undo = (words: string): PlanStep['rollback'] => ({ action: command(words), perTarget: {}, plannedMs: 60_000 });
const both = ['app1', 'app2'];

const plan = planOf([
  step('look', { effect: 'read', targets: both }),
  step('stop', { block: 0, targets: both, rollback: undo('start') }),
  step('upload', { block: 0, targets: both, rollback: undo('put back') }),
  step('mark', { targets: [DESK], kind: 'manual', action: { kind: 'manual', evidence: [] } }),
]);

/** Asks, and lets happen what was allowed with all that follows; the refusal's code otherwise. */
function ask(story: Story, intent: PlainIntent): string | null {
  const refusal = may(story.state, intent);
  if (refusal !== null) return refusal.code;
  story.happens(...eventsFor(story.state, intent));
  settle(story);
  return null;
}

function settle(story: Story): void {
  for (let next = consequences(story.state); next.length > 0; next = consequences(story.state)) story.happens(...next);
}

function attempt(story: Story, id: string, verdict: Verdict, targets: readonly string[] = both): void {
  for (const target of targets) {
    expect(may(story.state, { type: 'run-step', step: id, targets: [target], reason: 'again' })).toBeNull();
    story.attempts(id, verdict, target);
    settle(story);
  }
}

const back = (scope: 'run' | 'block' = 'run', include: { step: string; target: string }[] = []): PlainIntent => ({
  type: 'begin-rollback',
  scope,
  reason: 'orders fail',
  include,
});

function inBlock(): Story {
  const story = new Story(plan).starts();
  settle(story);
  attempt(story, 'look', 'passed');
  expect(ask(story, { type: 'enter-block', block: 0 })).toBeNull();
  return story;
}

describe('rollback', () => {
  it('undoes completed writes only, in reverse, on the hosts where they ran', () => {
    const story = inBlock();
    attempt(story, 'stop', 'passed');
    attempt(story, 'upload', 'passed', ['app1']);
    const { steps, uncertain, notUndone } = rollbackPreview(story.state, 'run');
    expect(steps.map((one) => [one.id, one.targets, (one.action as { command: string }).command])).toEqual([
      ['undo-upload', ['app1'], 'put back'],
      ['undo-stop', both, 'start'],
    ]);
    expect([uncertain, notUndone]).toEqual([[], []]);
  });

  it('goes host by host where the checklist declares an order, its own steps first', () => {
    const ordered = {
      ...plan,
      rollback: { order: ['app2'], steps: [step('restore', { targets: both, origin: 'rollback' })] },
    };
    const story = new Story(ordered).starts();
    settle(story);
    attempt(story, 'look', 'passed');
    ask(story, { type: 'enter-block', block: 0 });
    attempt(story, 'stop', 'passed');
    expect(rollbackPreview(story.state, 'run').steps.map((one) => [one.id, one.targets])).toEqual([
      ['restore', ['app2']],
      ['undo-stop', ['app2']],
      ['restore~2', ['app1']],
      ['undo-stop~2', ['app1']],
    ]);
    expect(ask(story, back())).toBeNull();
    expect(new Set(story.state.steps.map((one) => one.id)).size).toBe(story.state.steps.length);
  });

  it('leaves a failed write alone unless a person includes it', () => {
    const story = inBlock();
    attempt(story, 'stop', 'passed', ['app1']);
    attempt(story, 'stop', 'failed', ['app2']);
    const failed = { step: 'stop', target: 'app2' };
    expect(rollbackPreview(story.state, 'run').uncertain).toEqual([failed]);
    expect(rollbackPreview(story.state, 'run').steps.map((one) => one.targets)).toEqual([['app1']]);
    expect(rollbackPreview(story.state, 'run', [failed]).steps.map((one) => one.targets)).toEqual([both]);
    expect(ask(story, back('run', [{ step: 'upload', target: 'app2' }]))).toBe('not-undoable');
  });

  it('waits for an unknown to be decided, and for what runs to end', () => {
    const story = inBlock();
    attempt(story, 'stop', 'passed', ['app1']);
    story.begins('stop', 'app2');
    expect(ask(story, back())).toBe('attempt-running');
    story.ends('unknown');
    expect(ask(story, back())).toBe('unknown-must-be-decided');
    const decided = { step: 'stop', target: 'app2', decision: 'was-done', reason: 'seen', owner: null } as const;
    expect(ask(story, { type: 'decide', ...decided })).toBeNull();
    expect(rollbackPreview(story.state, 'run').steps[0]?.targets).toEqual(both);
  });

  it('restores a block, shows what is undone, and lets the block be entered again', () => {
    const story = inBlock();
    attempt(story, 'stop', 'passed');
    expect(ask(story, { type: 'hold', reason: 'coffee' })).toBe('in-atomic-block');
    expect(ask(story, back('block'))).toBeNull();
    expect(story.state.block).toBe(0);
    expect(story.state.steps[story.state.current]?.id).toBe('undo-stop');
    expect(ask(story, { type: 'hold', reason: 'coffee' })).toBe('in-atomic-block');
    attempt(story, 'undo-stop', 'passed');
    expect(story.state.block).toBeNull();
    expect(story.state.steps[1]?.targets.map((one) => [one.status, one.undone?.by])).toEqual([
      ['todo', 'undo-stop'],
      ['todo', 'undo-stop'],
    ]);
    expect(story.state.rollbacks.at(-1)?.finishedAt).not.toBeNull();
    // The second try: what was undone needs no excuse to be done again.
    expect(ask(story, { type: 'enter-block', block: 0 })).toBeNull();
    expect(may(story.state, { type: 'run-step', step: 'stop', targets: both, reason: null })).toBeNull();
    attempt(story, 'stop', 'passed');
    attempt(story, 'upload', 'passed');
    expect(story.state.block).toBeNull();
    expect(story.state.steps[story.state.current]?.id).toBe('mark');
    story.attempts('mark', 'passed', DESK);
    settle(story);
    expect(story.state.current).toBe(story.state.steps.length);
    expect(ask(story, { type: 'finish' })).toBeNull();
    expect(story.state.result).toBe('completed');
  });

  it('counts only what was done since it was undone', () => {
    const story = inBlock();
    attempt(story, 'stop', 'passed');
    ask(story, back('block'));
    attempt(story, 'undo-stop', 'passed');
    expect(rollbackPreview(story.state, 'run').steps).toEqual([]);
    expect(ask(story, back())).toBe('nothing-to-undo');
    ask(story, { type: 'enter-block', block: 0 });
    attempt(story, 'stop', 'passed', ['app2']);
    expect(rollbackPreview(story.state, 'run').steps.map((one) => [one.id, one.targets])).toEqual([
      ['undo-stop-2', ['app2']],
    ]);
  });

  it('is certain that nothing is left where all was undone and the second try had no effect', () => {
    const story = inBlock();
    attempt(story, 'stop', 'passed');
    ask(story, back('block'));
    attempt(story, 'undo-stop', 'passed');
    ask(story, { type: 'enter-block', block: 0 });
    story.begins('stop', 'app1').ends('failed', undefined, { effect: 'none' });
    story.begins('stop', 'app2').ends('failed');
    const uncertain = rollbackPreview(story.state, 'run').uncertain;
    expect(uncertain).toEqual([{ step: 'stop', target: 'app2' }]);
  });

  it('ends a run that was rolled back as such, and lets the analysis be filed after it', () => {
    const story = inBlock();
    attempt(story, 'stop', 'passed');
    expect(ask(story, back())).toBeNull();
    expect(ask(story, { type: 'finish' })).toBe('steps-open');
    attempt(story, 'undo-stop', 'passed');
    expect(ask(story, { type: 'finish' })).toBeNull();
    expect(story.state.result).toBe('rolled-back');
    const analysis = { what: 'a', cause: 'b', fix: 'c', confirmedBy: 'd' };
    expect(ask(story, { type: 'file-analysis', ...analysis })).toBeNull();
    expect(story.state.analysis).toMatchObject(analysis);
  });

  it('leaves a block of which nothing ran at once', () => {
    const story = inBlock();
    expect(ask(story, back('block'))).toBeNull();
    expect(story.state.block).toBeNull();
    expect(story.state.steps[story.state.current]?.id).toBe('stop');
  });

  it('is refused beyond a point of no return, unless it is certain that nothing came of it', () => {
    const risky = planOf([
      step('stop', { rollback: undo('start') }),
      step('schema', { pointOfNoReturn: 'Orders cannot be read by the old build.' }),
    ]);
    const story = new Story(risky).starts();
    settle(story);
    attempt(story, 'stop', 'passed', ['app1']);
    const run: Intent = { type: 'run-step', step: 'schema', targets: ['app1'], reason: null };
    expect(may(story.state, run)?.code).toBe('no-return-not-accepted');
    expect(ask(story, back())).toBeNull();

    const other = new Story(risky).starts();
    settle(other);
    attempt(other, 'stop', 'passed', ['app1']);
    expect(ask(other, { type: 'accept-no-return', step: 'schema', reason: 'backup is fresh' })).toBeNull();
    expect(ask(other, { type: 'accept-no-return', step: 'schema', reason: 'again' })).toBe(
      'no-return-already-accepted',
    );
    expect(may(other.state, back())).toBeNull();
    other.begins('schema');
    other.ends('failed');
    expect(ask(other, back())).toBe('past-no-return');
  });

  it('takes a host out of everything that is still to come, and never in a block unless it failed', () => {
    const story = inBlock();
    const out = { step: 'stop', target: 'app2', reason: 'dead', owner: null } as const;
    expect(ask(story, { type: 'decide', ...out, decision: 'excluded' })).toBe('in-atomic-block');
    attempt(story, 'stop', 'passed', ['app1']);
    attempt(story, 'stop', 'failed', ['app2']);
    expect(ask(story, { type: 'decide', ...out, decision: 'failed' })).toBeNull();
    expect(story.state.steps[2]?.targets.map((one) => one.status)).toEqual(['todo', 'excluded']);
    expect(resultOf(story.state)).toBe('completed-except');
  });

  it('takes a host out before a block is entered', () => {
    const story = new Story(plan).starts();
    settle(story);
    attempt(story, 'look', 'passed');
    const out = { step: 'stop', target: 'app2', reason: 'disk is failing', owner: null } as const;
    expect(ask(story, { type: 'decide', ...out, decision: 'overridden' })).toBe('block-not-entered');
    expect(ask(story, { type: 'decide', ...out, decision: 'excluded' })).toBeNull();
    expect(story.state.steps[1]?.targets.map((one) => one.status)).toEqual(['todo', 'excluded']);
  });

  it('begins no further batch once more hosts have failed than allowed', () => {
    const batch = (index: number) => ({ index, of: 2, ceiling: 0 });
    const batched = planOf([
      step('stop', { targets: ['app1'], batch: batch(1) }),
      step('stop~2', { targets: ['app2'], base: 'stop', batch: batch(2) }),
    ]);
    const story = new Story(batched).starts();
    attempt(story, 'stop', 'failed', ['app1']);
    ask(story, { type: 'decide', step: 'stop', target: 'app1', decision: 'failed', reason: 'dead', owner: null });
    const next: Intent = { type: 'run-step', step: 'stop~2', targets: ['app2'], reason: null };
    expect(may(story.state, next)?.code).toBe('failure-ceiling');
  });

  it('keeps its promises on every walk with rollbacks', () => {
    const seen = new Set<number | string>();
    fc.assert(
      fc.property(fc.array(anyMove, { minLength: 30, maxLength: 150, size: 'max' }), (moves) => {
        const story = new Story(plan).starts();
        settle(story);
        for (const move of moves) {
          take(story, move);
          promises(story);
        }
        seen.add(story.state.rollbacks.length).add(story.state.result ?? 'open');
      }),
      { numRuns: 1_000 },
    );
    // The walks do get somewhere.
    expect([...seen]).toEqual(expect.arrayContaining([1, 2, 'rolled-back', 'completed']));
  });
});

/* ---------- walks ---------- */

/** A move at wherever the run stands: on one of the current step's targets, or about the run as a whole. */
type Move =
  | { readonly on: number; readonly does: 'run' | Decision }
  | { readonly ends: Verdict }
  | { readonly intent: PlainIntent };

const anyMove: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ ends: fc.constantFrom<Verdict>('passed', 'passed', 'passed', 'failed', 'unknown') }),
  },
  { weight: 8, arbitrary: fc.record({ on: fc.nat(1), does: fc.constant('run' as const) }) },
  { weight: 3, arbitrary: fc.record({ on: fc.nat(1), does: fc.constantFrom(...decisions) }) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom<PlainIntent>(
        { type: 'enter-block', block: 0 },
        { type: 'enter-block', block: 0 },
        { type: 'hold', reason: 'x' },
        { type: 'continue' },
        back('run'),
        back('block'),
        { type: 'finish' },
      )
      .map((intent) => ({ intent })),
  },
);

function take(story: Story, move: Move): void {
  if ('ends' in move) {
    const [running] = Object.keys(story.state.running);
    if (running !== undefined) story.ends(move.ends, running);
  } else if ('intent' in move) {
    if (may(story.state, move.intent) === null) story.happens(...eventsFor(story.state, move.intent));
  } else act(story, move.on, move.does);
  settle(story);
}

function act(story: Story, on: number, does: 'run' | Decision): void {
  const at = story.state.plan.steps[story.state.current];
  const target = at?.targets[on % at.targets.length];
  if (at === undefined || target === undefined) return;
  if (does !== 'run') {
    const intent = { type: 'decide', step: at.id, target, decision: does, reason: 'x', owner: 'y', due: 'z' } as const;
    if (may(story.state, intent) === null) story.happens(...eventsFor(story.state, intent));
  } else if (at.kind === 'manual') {
    const confirm = { type: 'confirm-manual', step: at.id, target, evidence: {}, note: null, reason: 'x' } as const;
    if (may(story.state, { ...confirm, verdict: 'passed' }) === null) story.attempts(at.id, 'passed', target);
  } else if (may(story.state, { type: 'run-step', step: at.id, targets: [target], reason: 'x' }) === null) {
    story.begins(at.id, target);
  }
}

function promises(story: Story): void {
  const { state } = story;
  expect(state.plan.steps.length).toBe(state.steps.length);
  expect(new Set(state.steps.map((one) => one.id)).size).toBe(state.steps.length);
  // Everything before the current step of the track we are on is settled.
  const rollback = state.rollbacks.at(-1);
  const from = rollback === undefined || rollback.finishedAt !== null ? 0 : rollback.from;
  const turnedRound = state.rollbacks.some((one) => one.scope === 'run');
  if (!turnedRound) {
    for (const one of state.steps.slice(from, state.current)) {
      expect(one.targets.every((target) => isSettled(target.status))).toBe(true);
    }
  }
  if (state.result === 'completed') {
    for (const one of state.steps.slice(0, 4)) expect(one.targets.every((t) => t.status === 'passed')).toBe(true);
  }
  // Undone and completed exclude each other.
  for (const target of state.steps.flatMap((one) => one.targets)) {
    if (target.undone !== null) expect(isCompleted(target)).toBe(false);
  }
  if (state.status === 'held') expect(state.block).toBeNull();
}
