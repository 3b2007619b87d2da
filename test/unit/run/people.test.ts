import { describe, expect, it } from 'vitest';
import type { PlanStep } from '../../../shared/checklist/plan.ts';
import { DESK } from '../../../shared/checklist/plan-lookup.ts';
import type { Intent } from '../../../shared/contract/intents.ts';
import { rollbackPreview } from '../../../shared/run/rollback-plan.ts';
import { Duo, type Somebody, somebody } from '../../helpers/duo.ts';
import { command, manualStep, planOf, step } from '../../helpers/plans.ts';

const ada = somebody('Ada');
const bo = somebody('Bo');
const production = { production: true, people: { checkers: 1, challengeMs: null } };
const undo = { action: command('undo'), perTarget: {}, plannedMs: null };
const verify = { action: command('test -e done'), perTarget: {} };
const targetAt = (duo: Duo, index: number, place = 0) => duo.state.steps[index]?.targets[place];
const decide = (
  id: string,
  decision: 'overridden' | 'deferred' | 'excluded' | 'was-done',
  target = 'app1',
): Intent => ({
  ...{ type: 'decide', step: id, target, decision, reason: 'because', owner: 'Zoe', due: 'Monday' },
});
const askFor = (id: string, targets = ['app1'], choice?: string): Intent => ({
  ...{ type: 'ask-permission', step: id, targets, reason: 'the disk was full' },
  ...(choice === undefined ? {} : { choice }),
});
const waive = (id: string): Intent => ({ type: 'waive-countersignature', step: id, reason: 'nobody is there' });

const approval: Partial<PlanStep> = {
  ...{ kind: 'approval', effect: 'read', targets: [DESK] },
  action: { kind: 'approval', roles: [{ role: 'owner', needed: 1 }] },
};
const wait: Partial<PlanStep> = {
  ...{ kind: 'wait', effect: 'read', targets: [DESK] },
  action: { kind: 'wait', mode: { type: 'for', ms: 1 } },
};

/** A production run under way, with Bo as its checker unless nobody is to be there. */
function duoOf(steps: readonly Partial<PlanStep>[], given: { checker?: Somebody | null; plan?: object } = {}): Duo {
  const plan = planOf(
    steps.map((one, index) => step(`s${index}`, one)),
    { ...production, ...given.plan },
  );
  const duo = new Duo(plan, ada);
  if (given.checker !== null) duo.joins('p1', given.checker ?? bo);
  duo.asks({ type: 'start-run' });
  return duo;
}

describe('who may be the checker', () => {
  it('is, in production, nobody with the operator’s key or at the operator’s computer', () => {
    const duo = duoOf([{}], { checker: null });
    expect(duo.joins('p1', ada)).toBe('own-key');
    expect(duo.joins('p2', bo, 'checker', true)).toBe('own-machine');
    expect(duo.asks({ type: 'admit', participant: 'p2', role: 'observer' })).toBeNull();
    expect(duo.joins('p3', bo)).toBeNull();
    expect(duo.asks({ type: 'admit', participant: 'p3', role: 'checker' })).toBe('not-asking');
    expect(duo.joins('p4', somebody('Cy'))).toBe('checker-already-there');
  });

  it('may elsewhere be anybody, for trying out', () => {
    const duo = duoOf([{}], { checker: null, plan: { production: false } });
    expect(duo.joins('p1', ada, 'checker', true)).toBeNull();
  });

  it('is nobody before the operator’s own key vouches for the session', () => {
    const duo = duoOf([{}], { checker: null }).opens(ada, false);
    expect(duo.joins('p1', bo)).toBe('identity-needed');
  });

  it('is nobody who asked and went away again', () => {
    const duo = duoOf([{}], { checker: null });
    duo.tells({
      type: 'participant-asked',
      data: {
        ...{ participant: 'p1', name: 'Bo', contact: '', publicKey: bo.publicKey, machine: 'm', address: 'a' },
        ...{ sameMachine: false, pinned: false },
      },
    });
    duo.tells({ type: 'mirror-closed', data: {} });
    expect(duo.asks({ type: 'admit', participant: 'p1', role: 'checker' })).toBe('not-asking');
    expect(duo.asks({ type: 'decline-participant', participant: 'p1', reason: 'too late' })).toBeNull();
  });
});

describe('the question before a step', () => {
  it('is asked when the step is entered, and nothing runs before it was answered', () => {
    const duo = duoOf([{ countersign: 'before', targets: ['app1', 'app2'] }]);
    expect(duo.waits()).toMatchObject({ step: 's0', mode: 'before' });
    expect(duo.runs('s0')).toBe('permission-missing');
    expect(duo.answers('p1')).toBeNull();
    expect(duo.runs('s0', 'failed', ['app1', 'app2'])).toBeNull();
    expect(duo.runs('s0')).toBe('permission-missing');
  });

  it('when rejected is asked again with a reason, or the step is left for later', () => {
    const duo = duoOf([{ countersign: 'before' }]);
    expect(duo.answers('p1', 'not before ten')).toBeNull();
    expect(duo.runs('s0')).toBe('permission-missing');
    expect(duo.asks(decide('s0', 'overridden'))).toBe('decision-not-possible');
    expect(duo.asks(askFor('s0'))).toBeNull();
    expect(duo.asks(askFor('s0'))).toBe('permission-waiting');
    expect(duo.answers('p1')).toBeNull();
    expect(duo.runs('s0')).toBeNull();
    const other = duoOf([{ countersign: 'before' }]);
    other.answers('p1', 'never');
    expect(other.asks(decide('s0', 'deferred'))).toBeNull();
    expect(other.state.current).toBe(1);
  });

  it('forgets hosts that are settled meanwhile, and itself when none is left', () => {
    const duo = duoOf([{ countersign: 'before', targets: ['app1', 'app2'] }]);
    const waiting = duo.waits();
    expect(duo.asks(decide('s0', 'excluded', 'app2'))).toBeNull();
    expect(duo.state.steps[0]?.permission?.targets).toEqual([{ target: 'app1', number: 1 }]);
    if (waiting !== null) expect(duo.hears('p1', { type: 'open-evidence', ...waiting })).toBe('statement-changed');
    expect(duo.asks(decide('s0', 'deferred', 'app1'))).toBeNull();
    expect(duo.state.steps[0]?.permission).toBeNull();
    expect(duo.state.current).toBe(1);
  });

  it('is about one attempt as it was asked for: no other number, no other move', () => {
    const duo = duoOf([{ countersign: 'none' }]);
    duo.runs('s0', 'failed');
    duo.asks({ type: 'cancel-attempt', attempt: 'a1' });
    expect(duo.asks(askFor('s0', ['app1'], 'kill'))).toBe('not-offered');
    expect(duo.asks(askFor('s0'))).toBeNull();
    duo.answers('p1');
    duo.asks({ type: 'run-step', step: 's0', targets: ['app1'], reason: 'again' });
    duo.ends('failed', 'a2', { offers: ['kill'] });
    const kill: Intent = { type: 'run-step', step: 's0', targets: ['app1'], reason: 'hangs', choice: 'kill' };
    expect(duo.asks(askFor('s0'))).toBeNull();
    duo.answers('p1');
    expect(duo.asks(kill)).toBe('permission-missing');
    expect(duo.asks(askFor('s0', ['app1'], 'kill'))).toBeNull();
    duo.answers('p1');
    expect(duo.runs('s0')).toBe('permission-missing');
    expect(duo.asks(kill)).toBeNull();
  });

  it('is not asked about what runs, is settled, or may have run', () => {
    const duo = duoOf([{ targets: ['app1', 'app2'] }]);
    duo.asks({ type: 'run-step', step: 's0', targets: ['app1'], reason: null });
    expect(duo.asks(askFor('s0'))).toBe('attempt-running');
    expect(duo.asks(askFor('s0', ['app2']))).toBe('permission-not-needed');
    duo.ends('unknown');
    expect(duo.asks(askFor('s0'))).toBe('unknown-must-be-decided');
    duo.asks(decide('s0', 'was-done'));
    expect(duo.asks(askFor('s0'))).toBe('already-settled');
    expect(duo.asks(askFor('s0', ['app3']))).toBe('no-such-target');
  });

  it('stands before every second attempt of a write in production, whether a checker is there or not', () => {
    for (const checker of [bo, null]) {
      const duo = duoOf([{}], { checker });
      duo.runs('s0', 'failed');
      expect(duo.runs('s0')).toBe('permission-missing');
      duo.asks(askFor('s0'));
      expect(duo.asks(waive('s0'))).toBe(checker === null ? null : 'checker-here');
    }
    const elsewhere = duoOf([{}], { plan: { production: false } });
    elsewhere.runs('s0', 'failed');
    expect(elsewhere.runs('s0')).toBeNull();
  });

  it('can be asked before the atomic block of the step is entered', () => {
    const duo = duoOf([{ countersign: 'before', block: 0 }]);
    expect(duo.answers('p1', 'wait for the backup')).toBeNull();
    expect(duo.asks(askFor('s0'))).toBeNull();
    expect(duo.answers('p1')).toBeNull();
    expect(duo.asks({ type: 'enter-block', block: 0 })).toBeNull();
    expect(duo.runs('s0')).toBeNull();
  });

  it('stands before approvals too', () => {
    const duo = duoOf([{ ...approval, countersign: 'before' }]);
    const approve = {
      type: 'approve',
      step: 's0',
      target: DESK,
      role: 'owner',
      person: 'Zoe',
      answer: 'approved',
      reason: 'x',
    } as const;
    expect(duo.asks(approve)).toBe('permission-missing');
    duo.answers('p1');
    expect(duo.asks(approve)).toBeNull();
    expect(duo.state.current).toBe(1);
  });
});

describe('the signature after a step', () => {
  it('holds the run until it is given, once the evidence was opened', () => {
    const duo = duoOf([{ countersign: 'after' }, {}]);
    duo.runs('s0');
    const waiting = duo.waits();
    if (waiting === null) throw new Error('nothing waits');
    expect(duo.signs('p1', waiting)).toBe('evidence-not-opened');
    expect(duo.asks(waive('s0'))).toBe('checker-here');
    expect(duo.answers('p1')).toBeNull();
    expect(duo.state.current).toBe(1);
    expect(duo.signs('p1', waiting)).toBe('no-countersignature-waiting');
  });

  it('rejected gives the step back: what ran proves nothing, hosts that are out stay out', () => {
    const duo = duoOf([{ countersign: 'after', targets: ['app1', 'app2'] }]);
    duo.runs('s0', 'passed', ['app1']);
    duo.asks(decide('s0', 'excluded', 'app2'));
    expect(duo.answers('p1', 'the log shows an exception')).toBeNull();
    expect(targetAt(duo, 0)).toMatchObject({
      status: 'inconclusive',
      rejection: { by: 'Bo', reason: 'the log shows an exception' },
    });
    expect(targetAt(duo, 0, 1)).toMatchObject({ status: 'excluded', rejection: null });
    expect(duo.runs('s0')).toBe('permission-missing');
    expect(duo.asks(askFor('s0'))).toBeNull();
    expect(duo.waits()).toMatchObject({ mode: 'before' });
    expect(duo.answers('p1')).toBeNull();
    expect(duo.runs('s0')).toBeNull();
    expect(duo.answers('p1')).toBeNull();
    expect(duo.state.steps[0]?.signings.map((one) => [one.mode, one.rejected])).toEqual([
      ['after', 'the log shows an exception'],
      ['before', null],
      ['after', null],
    ]);
  });

  it('rejected can be answered with a decision, which is then signed or rejected in its turn', () => {
    const duo = duoOf([{ countersign: 'after' }]);
    duo.runs('s0');
    duo.answers('p1', 'no');
    expect(duo.asks(decide('s0', 'overridden'))).toBeNull();
    expect(duo.answers('p1', 'still no')).toBeNull();
    expect(targetAt(duo, 0)).toMatchObject({ status: 'inconclusive', decision: null });
    expect(duo.asks(decide('s0', 'deferred'))).toBeNull();
    expect(duo.answers('p1')).toBeNull();
    expect(duo.state.current).toBe(1);
  });

  it('rejected makes unknown again what was only said to be done, so that nothing runs again blindly', () => {
    const duo = duoOf([{ countersign: 'after', verify }]);
    duo.runs('s0', 'unknown');
    duo.asks(decide('s0', 'was-done'));
    expect(duo.answers('p1', 'show me')).toBeNull();
    expect(targetAt(duo, 0)).toMatchObject({ status: 'unknown', decision: null });
    expect(duo.runs('s0')).toBe('unknown-must-be-decided');
    expect(duo.asks({ type: 'probe', step: 's0', target: 'app1' })).toBeNull();
    expect(targetAt(duo, 0)?.status).toBe('passed');
    expect(duo.answers('p1', 'the probe lies')).toBeNull();
    expect(targetAt(duo, 0)).toMatchObject({ status: 'unknown', probe: null });
  });

  it('rejected makes undone again what was put off, and lets nobody wave through what never ran', () => {
    const duo = duoOf([{ countersign: 'after' }]);
    duo.asks(decide('s0', 'deferred'));
    expect(duo.answers('p1', 'now, please')).toBeNull();
    expect(targetAt(duo, 0)).toMatchObject({ status: 'todo', decision: null });
    expect(duo.asks(decide('s0', 'overridden'))).toBe('decision-not-possible');
    expect(duo.runs('s0')).toBeNull();
  });

  it('rejected asks for approvals anew, of the same people', () => {
    const duo = duoOf([{ ...approval, countersign: 'after' }]);
    const approve = {
      type: 'approve',
      step: 's0',
      target: DESK,
      role: 'owner',
      person: 'Zoe',
      answer: 'approved',
      reason: 'x',
    } as const;
    duo.asks(approve);
    expect(duo.answers('p1', 'Zoe is on leave')).toBeNull();
    expect(duo.asks(approve)).toBeNull();
    expect(duo.answers('p1')).toBeNull();
  });

  it('of a read and of a manual step can be rejected and worked again', () => {
    const duo = duoOf([{ ...wait, countersign: 'after' }]);
    duo.runs('s0', 'passed', [DESK]);
    duo.answers('p1', 'too short');
    expect(duo.runs('s0', 'passed', [DESK])).toBeNull();
    expect(duo.answers('p1')).toBeNull();
    const manual = new Duo(planOf([manualStep('m', { countersign: 'after' })], production), ada);
    manual.joins('p1', bo);
    manual.asks({ type: 'start-run' });
    const confirm = {
      type: 'confirm-manual',
      step: 'm',
      target: DESK,
      verdict: 'passed',
      evidence: {},
      note: null,
    } as const;
    expect(manual.asks({ ...confirm, reason: null })).toBeNull();
    manual.answers('p1', 'wrong ticket');
    expect(manual.asks({ ...confirm, reason: 'the right ticket' })).toBe('permission-missing');
    manual.asks(askFor('m', [DESK]));
    manual.answers('p1');
    expect(manual.asks({ ...confirm, reason: 'the right ticket' })).toBeNull();
    expect(manual.answers('p1')).toBeNull();
  });

  it('is asked for anew in a restored block, and those given before stay in the record', () => {
    const duo = duoOf([{ countersign: 'both', block: 0, rollback: undo }]);
    duo.answers('p1');
    duo.asks({ type: 'enter-block', block: 0 });
    duo.runs('s0', 'failed');
    duo.asks({ type: 'begin-rollback', scope: 'block', reason: 'x', include: [{ step: 's0', target: 'app1' }] });
    expect(duo.state.plan.steps.at(-1)?.countersign).toBe('after');
    expect(duo.runs('undo-s0')).toBeNull();
    expect(duo.answers('p1')).toBeNull();
    expect(duo.state.block).toBeNull();
    expect(duo.waits()).toMatchObject({ step: 's0', mode: 'before' });
    expect(duo.state.steps[0]).toMatchObject({ permitted: {}, countersignature: 'pending' });
    expect(duo.state.steps[0]?.signings).toHaveLength(1);
    duo.answers('p1');
    duo.asks({ type: 'enter-block', block: 0 });
    expect(duo.runs('s0')).toBeNull();
    expect(duo.answers('p1')).toBeNull();
  });
});

describe('a rollback', () => {
  it('waits for no yes beforehand, whatever the step that it undoes waited for', () => {
    const modes = ['none', 'before', 'after', 'both'] as const;
    const duo = duoOf(modes.map((countersign) => ({ countersign, rollback: undo })));
    for (const index of modes.keys()) {
      if (duo.waits() !== null) duo.answers('p1');
      duo.runs(`s${index}`);
      if (duo.waits() !== null) duo.answers('p1');
    }
    expect(rollbackPreview(duo.state, 'run').steps.map((one) => one.countersign)).toEqual([
      'after',
      'after',
      'after',
      'none',
    ]);
  });

  it('begins although the checker is gone, and is not held up by it', () => {
    const duo = duoOf([{ rollback: undo }, { rollback: undo }]);
    duo.runs('s0');
    duo.presence('p1', 'gone');
    expect(duo.state).toMatchObject({ status: 'held', holdCause: 'checker-gone' });
    expect(duo.asks({ type: 'continue' })).toBe('checker-gone');
    expect(duo.asks({ type: 'begin-rollback', scope: 'run', reason: 'orders fail', include: [] })).toBeNull();
    expect(duo.state.status).toBe('running');
    expect(duo.runs('undo-s0')).toBeNull();
    expect(duo.state).toMatchObject({ status: 'held', holdCause: 'checker-gone' });
  });

  it('takes back an offer of the pen', () => {
    const duo = duoOf([{ rollback: undo }, {}]);
    duo.runs('s0');
    duo.asks({ type: 'offer-handover', participant: 'p1', reason: 'shift' });
    expect(duo.asks({ type: 'begin-rollback', scope: 'run', reason: 'orders fail', include: [] })).toBeNull();
    expect(duo.state).toMatchObject({ status: 'running', handover: null });
  });
});

describe('a pause for the other person', () => {
  it('that the checker asked for comes when what runs has ended; nothing new begins before', () => {
    const duo = duoOf([{ targets: ['app1', 'app2'] }]);
    duo.asks({ type: 'run-step', step: 's0', targets: ['app1'], reason: null });
    expect(duo.hears('p1', { type: 'request-hold', reason: 'phone' })).toBeNull();
    expect(duo.hears('p1', { type: 'request-hold', reason: 'phone' })).toBe('hold-requested');
    expect(duo.runs('s0', 'passed', ['app2'])).toBe('hold-requested');
    expect(duo.state.status).toBe('running');
    duo.ends('passed');
    expect(duo.state).toMatchObject({ status: 'held', holdCause: 'checker', holdReason: 'phone', holdRequest: null });
    expect(duo.asks({ type: 'continue' })).toBeNull();
  });

  it('never comes inside an atomic block or its restoration, but right behind it', () => {
    for (const restore of [false, true]) {
      for (const cause of ['checker', 'checker-gone'] as const) {
        const duo = duoOf([{ block: 0, rollback: undo }, { block: 0 }, {}]);
        duo.asks({ type: 'enter-block', block: 0 });
        duo.runs('s0');
        if (cause === 'checker') duo.hears('p1', { type: 'request-hold', reason: 'phone' });
        else duo.presence('p1', 'gone');
        expect(duo.state.status).toBe('running');
        if (restore) {
          expect(duo.asks({ type: 'begin-rollback', scope: 'block', reason: 'x', include: [] })).toBeNull();
          expect(duo.state.status).toBe('running');
          expect(duo.runs('undo-s0')).toBeNull();
        } else expect(duo.runs('s1')).toBeNull();
        expect(duo.state).toMatchObject({ status: 'held', holdCause: cause, block: null });
      }
    }
  });

  it('comes in production when the checker is gone, and lasts until they are back or dismissed', () => {
    const duo = duoOf([{ countersign: 'after', targets: ['app1', 'app2'] }]);
    duo.asks({ type: 'run-step', step: 's0', targets: ['app1'], reason: null });
    duo.presence('p1', 'gone');
    expect(duo.runs('s0', 'passed', ['app2'])).toBe('checker-gone');
    duo.ends('passed');
    expect(duo.state).toMatchObject({ status: 'held', holdCause: 'checker-gone', holdReason: 'Bo' });
    expect(duo.asks({ type: 'continue' })).toBe('checker-gone');
    duo.presence('p1', 'here');
    expect(duo.asks({ type: 'continue' })).toBeNull();
    duo.presence('p1', 'gone');
    expect(duo.asks({ type: 'dismiss', participant: 'p1', reason: 'link down for good' })).toBeNull();
    expect(duo.asks({ type: 'continue' })).toBeNull();
    duo.runs('s0', 'passed', ['app2']);
    expect(duo.asks(waive('s0'))).toBeNull();
  });

  it('does not come elsewhere, where a signature may simply be waived', () => {
    const duo = duoOf([{ countersign: 'after' }], { plan: { production: false } });
    duo.presence('p1', 'gone').runs('s0');
    expect(duo.state.status).toBe('running');
    expect(duo.asks(waive('s0'))).toBeNull();
  });

  it('lets a signature be waived inside a block, where waiting for somebody who is gone is no choice', () => {
    const duo = duoOf([{ block: 0, countersign: 'after' }, { block: 0 }]);
    duo.asks({ type: 'enter-block', block: 0 });
    duo.runs('s0');
    expect(duo.asks(waive('s0'))).toBe('checker-here');
    duo.presence('p1', 'gone');
    expect(duo.asks(waive('s0'))).toBeNull();
    expect(duo.state).toMatchObject({ status: 'running', current: 1, block: 0 });
  });
});

describe('what comes from outside', () => {
  const call = (urgency: 'now' | 'later') =>
    ({ type: 'log-interruption', from: 'Support', what: 'Slow?', urgency }) as const;

  it('is shown at the next safe point and not inside a block', () => {
    const duo = duoOf([{ block: 0 }, {}]);
    duo.asks({ type: 'enter-block', block: 0 });
    duo.hears('p1', call('now'));
    expect(duo.state.interruptions[0]).toMatchObject({ shownAt: null, by: 'Bo' });
    const answer: Intent = { type: 'answer-interruption', interruption: 'i1', answer: 'no' };
    expect(duo.asks(answer)).toBe('no-such-interruption');
    duo.runs('s0');
    expect(duo.state.interruptions[0]?.shownAt).not.toBeNull();
    expect(duo.asks(answer)).toBeNull();
    expect(duo.asks(answer)).toBe('no-such-interruption');
  });

  it('has to be answered before a block is entered where it is urgent', () => {
    const duo = duoOf([{ block: 0 }]);
    duo.hears('p1', call('later'));
    duo.hears('p1', call('now'));
    expect(duo.asks({ type: 'enter-block', block: 0 })).toBe('interruptions-waiting');
    duo.asks({ type: 'answer-interruption', interruption: 'i2', answer: 'no' });
    expect(duo.asks({ type: 'enter-block', block: 0 })).toBeNull();
  });

  it('is shown a thousand at a time, as many as one record can hold', () => {
    const duo = duoOf([{}]);
    duo.asks({ type: 'run-step', step: 's0', targets: ['app1'], reason: null });
    for (let times = 0; times < 1_001; times += 1) duo.hears('p1', call('later'));
    duo.ends('passed');
    expect(duo.state.interruptions.every((one) => one.shownAt !== null)).toBe(true);
  });
});

describe('handing over', () => {
  const offer: Intent = { type: 'offer-handover', participant: 'p1', reason: 'shift' };

  it('happens at safe points only, to a checker who is there', () => {
    const duo = duoOf([{ block: 0, rollback: undo }, {}]);
    expect(duo.asks({ ...offer, participant: 'p9' })).toBe('no-such-participant');
    duo.asks({ type: 'enter-block', block: 0 });
    expect(duo.asks(offer)).toBe('in-atomic-block');
    duo.asks({ type: 'run-step', step: 's0', targets: ['app1'], reason: null });
    duo.ends('passed');
    duo.asks({ type: 'run-step', step: 's1', targets: ['app1'], reason: null });
    expect(duo.asks(offer)).toBe('attempt-running');
    duo.ends('failed');
    expect(duo.asks(offer)).toBeNull();
    expect(duo.state).toMatchObject({ status: 'held', holdCause: 'handover' });
    expect(duo.asks(offer)).toBe('handover-under-way');
    expect(duo.asks({ type: 'continue' })).toBe('handover-under-way');
    expect(duo.hears('p1', { type: 'decline-handover', reason: 'busy' })).toBeNull();
    expect(duo.asks({ type: 'continue' })).toBeNull();
  });

  it('needs every answer as the run shows it, about this very head', () => {
    const duo = duoOf([{}, {}]);
    expect(duo.accepts('p1')).toBe('no-handover');
    duo.asks(offer);
    expect(duo.accepts('p1', true)).toBe('answers-wrong');
    const head = { seq: duo.state.seq - 1, hash: duo.state.head };
    expect(duo.hears('p1', { type: 'accept-handover', head, answers: {}, signature: 'x'.repeat(88) })).toBe(
      'statement-changed',
    );
    expect(duo.accepts('p1')).toBeNull();
    expect(duo.state).toMatchObject({ penWith: { participant: 'p1' }, handover: null });
  });

  it('leaves nothing to be done on the old machine', () => {
    const duo = duoOf([{ rollback: undo }, {}]);
    duo.asks(offer);
    duo.accepts('p1');
    const all: readonly Intent[] = [
      { type: 'continue' },
      { type: 'run-step', step: 's0', targets: ['app1'], reason: null },
      { type: 'abandon', reason: 'x' },
      { type: 'dismiss', participant: 'p1', reason: 'x' },
      { type: 'withdraw-handover', reason: 'x' },
    ];
    for (const intent of all) expect(duo.asks(intent)).toBe('handed-over');
    for (const intent of [{ type: 'leave' }, { type: 'request-hold', reason: 'x' }] as const)
      expect(duo.hears('p1', intent)).toBe('handed-over');
  });

  it('makes the former operator the checker, of everything but what they did themselves', () => {
    const duo = duoOf([{ countersign: 'both' }, { countersign: 'both' }]);
    duo.answers('p1');
    duo.runs('s0');
    duo.asks(offer);
    duo.accepts('p1');
    duo.takesPen('p1');
    expect(duo.state).toMatchObject({ penWith: null, status: 'held', pens: [{ how: 'handover' }] });
    expect(duo.hears('p1', { type: 'request-hold', reason: 'x' })).toBe('not-admitted');
    expect(duo.joins('p2', bo)).toBe('own-key');
    expect(duo.joins('p3', ada)).toBeNull();
    duo.asks({ type: 'continue' });
    // Ada ran it: she may say no to it, but not yes, and is therefore nobody to wait for.
    expect(duo.answers('p3')).toBe('own-work');
    expect(duo.asks(waive('s0'))).toBeNull();
    expect(duo.answers('p3')).toBeNull();
    expect(duo.runs('s1')).toBeNull();
    expect(duo.asks(waive('s1'))).toBe('checker-here');
    expect(duo.answers('p3')).toBeNull();
  });

  it('makes void what the newcomer allowed as the checker: they would be allowing it to themselves', () => {
    const duo = duoOf([{ countersign: 'before' }]);
    duo.answers('p1');
    duo.asks(offer);
    duo.accepts('p1');
    duo.takesPen('p1');
    duo.asks({ type: 'continue' });
    expect(duo.runs('s0')).toBe('permission-missing');
    duo.joins('p2', ada);
    expect(duo.answers('p2')).toBeNull();
    expect(duo.runs('s0')).toBeNull();
  });

  it('knows a former operator whom no key vouched for by their name', () => {
    const duo = new Duo(planOf([step('s0', { countersign: 'after' })], production), ada).opens(ada, false);
    duo.asks({ type: 'start-run' });
    duo.runs('s0');
    duo.opens(bo);
    expect(duo.joins('p1', somebody(' ada'))).toBeNull();
    expect(duo.answers('p1')).toBe('own-work');
  });
});

describe('standing', () => {
  it('decides what somebody on another computer may ask', () => {
    const duo = duoOf([{ countersign: 'before' }]);
    const cy = somebody('Cy');
    duo.joins('p2', cy, 'observer');
    const waiting = duo.waits();
    if (waiting === null) throw new Error('nothing waits');
    for (const intent of [
      { type: 'open-evidence', ...waiting },
      { type: 'countersign', ...waiting, signature: cy.sign(waiting.statement) },
      { type: 'reject', ...waiting, reason: 'x', signature: cy.sign(waiting.statement) },
      { type: 'log-interruption', from: 'a', what: 'b', urgency: 'now' },
      { type: 'request-hold', reason: 'x' },
      { type: 'decline-handover', reason: 'x' },
    ] as const)
      expect(duo.hears('p2', intent)).toBe('not-allowed');
    expect(duo.hears('p9', { type: 'leave' })).toBe('not-admitted');
    expect(duo.hears('p2', { type: 'leave' })).toBeNull();
    expect(duo.hears('p2', { type: 'leave' })).toBe('not-admitted');
    duo.asks({ type: 'dismiss', participant: 'p1', reason: 'x' });
    expect(duo.hears('p1', { type: 'open-evidence', ...waiting })).toBe('not-admitted');
    // Whoever was sent away does not come back by a late sign of life.
    duo.presence('p1', 'here');
    expect(duo.state.participants[0]).toMatchObject({ standing: 'dismissed', presence: 'gone' });
  });

  it('of a run that ended lets nobody sign any more', () => {
    const duo = duoOf([{ countersign: 'after' }]);
    duo.runs('s0');
    const waiting = duo.waits();
    duo.asks({ type: 'abandon', reason: 'enough' });
    if (waiting !== null) expect(duo.signs('p1', waiting)).toBe('run-ended');
    expect(duo.hears('p1', { type: 'leave' })).toBeNull();
  });
});
