import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decisions, probeAnswers, type RunEvent, signingModes, verdicts } from '../../../shared/contract/events.ts';
import type { Intent } from '../../../shared/contract/intents.ts';
import { consequences, resultOf } from '../../../shared/run/consequences.ts';
import { eventsFor } from '../../../shared/run/events-for.ts';
import { may } from '../../../shared/run/policy.ts';
import { isSettled } from '../../../shared/run/state.ts';
import { command, manualStep, planOf, step } from '../../helpers/plans.ts';
import { Story } from '../../helpers/story.ts';

const verify = { action: command('test -e done'), perTarget: {} };
const plan = planOf([
  step('one', { targets: ['app1', 'app2'], verify }),
  step('two', { block: 0, effect: 'read' }),
  step('three', { block: 0, verify, countersign: 'after' }),
  manualStep('four'),
]);

describe('transition', () => {
  it('settles a step when its last target settles, and moves on', () => {
    const story = new Story(plan).starts().attempts('one', 'passed', 'app1');
    expect(story.state.current).toBe(0);
    story.attempts('one', 'passed', 'app2');
    expect(story.state.current).toBe(1);
    expect(story.state.steps[0]?.settledAt).toBe(story.state.at);
  });

  it('gives every host its own verdict', () => {
    const story = new Story(plan).starts().begins('one', 'app1').begins('one', 'app2');
    story.ends('failed', 'a1');
    expect([story.status(0, 0), story.status(0, 1)]).toEqual(['failed', 'running']);
    expect(Object.keys(story.state.running)).toEqual(['a2']);
  });

  it("takes a person's word that an unknown was done as overridden, never as passed", () => {
    const story = new Story(plan).starts().attempts('one', 'unknown', 'app1');
    const data = {
      step: 'one',
      target: 'app1',
      decision: 'was-done',
      reason: 'I saw it',
      owner: null,
      due: null,
    } as const;
    story.happens({ type: 'target-decided', data });
    expect(story.status(0)).toBe('overridden');
    expect(resultOf(story.state)).toBe('completed-except');
  });

  it('keeps an unknown unknown when the probe cannot tell', () => {
    const story = new Story(plan).starts().attempts('one', 'unknown', 'app1');
    for (const says of ['still-running', 'unclear'] as const) {
      story.happens({
        type: 'probe-concluded',
        data: { step: 'one', target: 'app1', unknown: 'a1', probe: 'a2', says },
      });
      expect(story.status(0)).toBe('unknown');
    }
  });

  it('leaves an atomic block by itself when its last step is settled', () => {
    const inBlock = planOf([step('one', { block: 0 }), step('two')]);
    const story = new Story(inBlock).starts().happens({ type: 'block-entered', data: { block: 0 } });
    story.attempts('one', 'passed');
    expect(consequences(story.state).map((event) => event.type)).toEqual(['block-left', 'step-entered']);
    story.happens(...consequences(story.state));
    expect(consequences(story.state)).toEqual([]);
    expect(story.state.block).toBeNull();
  });

  it('forgets with each connection which host was proved, for a cloned machine has the same key', () => {
    const connected: RunEvent = {
      type: 'host-connected',
      data: {
        ...{ host: 'app1', address: '10.0.0.1', port: 22, user: 'release', keyType: 'ssh-ed25519' },
        ...{ fingerprint: 'SHA256:same', method: 'publickey', via: [], latencyMs: 1 },
      },
    };
    const identified = { host: 'app1', fingerprint: 'SHA256:same', hostname: 'app1', checks: [], holds: true };
    const story = new Story(plan).happens(connected, { type: 'host-identified', data: identified });
    expect(story.state.hosts[0]?.identity?.holds).toBe(true);
    story.happens(connected);
    expect(story.state.hosts[0]).toMatchObject({ status: 'connected', frozenKey: 'SHA256:same', identity: null });
  });

  it('is total: any event in any order changes the head and never throws', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        const story = new Story(plan);
        story.happens(...events);
        expect(story.state.seq).toBe(events.length);
        expect(story.state.current).toBeLessThanOrEqual(plan.steps.length);
      }),
    );
  });

  it('keeps its promises on every walk that policy allows', () => {
    fc.assert(
      fc.property(fc.array(anyMove, { minLength: 20, maxLength: 120, size: 'max' }), (moves) => {
        const story = new Story(plan).starts();
        const executions = new Map<string, number>();
        for (const move of moves) {
          const before = story.state;
          walk(story, move, executions);
          expect(story.state.current).toBeGreaterThanOrEqual(before.current);
          for (const [index, old] of before.steps.entries()) {
            for (const [position, target] of old.targets.entries()) {
              // What is settled stays as it is.
              if (isSettled(target.status)) expect(story.status(index, position)).toBe(target.status);
            }
          }
          if (before.block !== null) expect(['held', 'ended']).not.toContain(story.state.status);
        }
        for (const times of executions.values()) expect(times).toBeLessThanOrEqual(1);
      }),
      { numRuns: 400 },
    );
  });
});

/* ---------- arbitraries ---------- */

const anyStep = fc.constantFrom('one', 'two', 'three', 'four', 'nowhere');
const anyTarget = fc.constantFrom('app1', 'app2', 'desk', 'nobody');
const anyAttempt = fc.integer({ min: 1, max: 20 }).map((n) => `a${n}`);

const anyEvent: fc.Arbitrary<RunEvent> = fc.oneof(
  fc.constantFrom<RunEvent>(
    { type: 'run-started', data: {} },
    { type: 'run-held', data: { reason: 'x', cause: 'operator', minutes: null } },
    { type: 'run-continued', data: {} },
    { type: 'run-ended', data: { result: 'completed', reason: null } },
    { type: 'block-entered', data: { block: 0 } },
    { type: 'block-left', data: { block: 7 } },
    { type: 'session-closed', data: { reason: 'left' } },
    { type: 'checkpoint', data: { records: 3 } },
    { type: 'host-failed', data: { host: 'nobody', failure: { code: 'timeout', params: {}, cause: null } } },
    { type: 'host-lost', data: { host: 'app1', failure: { code: 'link-lost', params: {}, cause: null } } },
  ),
  fc.record({ step: anyStep }).map((data): RunEvent => ({ type: 'step-entered', data })),
  fc
    .record({ step: anyStep, reason: fc.constant('x'), mode: fc.constantFrom(...signingModes) })
    .map((data): RunEvent => ({ type: 'countersign-waived', data })),
  fc.record({ attempt: anyAttempt }).map((data): RunEvent => ({ type: 'attempt-cancel-requested', data })),
  fc
    .record({
      step: anyStep,
      target: anyTarget,
      unknown: anyAttempt,
      probe: anyAttempt,
      says: fc.constantFrom(...probeAnswers),
    })
    .map((data): RunEvent => ({ type: 'probe-concluded', data })),
  fc
    .record({ step: anyStep, target: anyTarget, decision: fc.constantFrom(...decisions) })
    .map((data): RunEvent => ({ type: 'target-decided', data: { ...data, reason: 'x', owner: null, due: null } })),
  fc.record({ attempt: anyAttempt, step: anyStep, target: anyTarget, purpose: fc.constantFrom('step', 'probe') }).map(
    (data): RunEvent => ({
      type: 'attempt-started',
      data: {
        ...data,
        number: 1,
        effect: 'write',
        command: null,
        sent: null,
        account: null,
        hostKey: null,
        recording: null,
        reason: null,
        choice: null,
        text: null,
      },
    }),
  ),
  fc.record({ attempt: anyAttempt, verdict: fc.constantFrom(...verdicts) }).map(
    (data): RunEvent => ({
      type: 'attempt-ended',
      data: {
        ...data,
        effect: data.verdict === 'passed' ? 'full' : 'unknown',
        exit: null,
        checks: [],
        failure: null,
        recording: null,
        evidence: {},
        note: null,
        result: null,
        findings: [],
        offers: [],
        durationMs: 1,
      },
    }),
  ),
);

type Move = { readonly intent: Intent } | { readonly ends: (typeof verdicts)[number] };

const anyMove: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ ends: fc.constantFrom(...verdicts) }) },
  {
    weight: 5,
    arbitrary: fc
      .record({ step: anyStep, target: anyTarget })
      // Without a reason: a write that may have taken effect must then never run twice.
      .map(
        ({ step: id, target }): Move => ({ intent: { type: 'run-step', step: id, targets: [target], reason: null } }),
      ),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom<Intent>(
        { type: 'start-run' },
        { type: 'enter-block', block: 0 },
        { type: 'hold', reason: 'x' },
        { type: 'continue' },
        { type: 'finish' },
        { type: 'abandon', reason: 'x' },
        { type: 'waive-countersignature', step: 'three', reason: 'x' },
      )
      .map((intent) => ({ intent })),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ step: anyStep, target: anyTarget, decision: fc.constantFrom('overridden', 'deferred', 'was-done') })
      .map((given) => ({ intent: { type: 'decide', ...given, reason: 'x', owner: 'y', due: 'z' } as const })),
  },
);

function walk(story: Story, move: Move, executions: Map<string, number>): void {
  if ('ends' in move) {
    const [attempt] = Object.keys(story.state.running);
    if (attempt !== undefined) story.ends(move.ends, attempt);
    return;
  }
  const { intent } = move;
  if (may(story.state, intent) !== null) return;
  if (intent.type === 'run-step') {
    const [target = ''] = intent.targets;
    const isWrite = plan.steps.find((one) => one.id === intent.step)?.effect === 'write';
    if (isWrite) executions.set(`${intent.step}@${target}`, (executions.get(`${intent.step}@${target}`) ?? 0) + 1);
    story.begins(intent.step, target);
  } else if (intent.type !== 'confirm-manual' && intent.type !== 'probe') {
    story.happens(...eventsFor(story.state, intent));
  }
  story.happens(...consequences(story.state));
}
