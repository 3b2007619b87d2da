import { describe, expect, it } from 'vitest';
import { DESK } from '../../../shared/checklist/plan-lookup.ts';
import { type HeadlessAnswers, nextMove } from '../../../shared/run/autopilot.ts';
import { Duo, somebody } from '../../helpers/duo.ts';
import { manualStep, planOf, step } from '../../helpers/plans.ts';

/** Drives a run as the command line does; every attempt ends as told, by default passed. */
function drive(duo: Duo, answers: HeadlessAnswers, verdicts: ('passed' | 'failed')[] = []): string[] {
  const tried = { run: new Set<string>(), probed: new Set<string>() };
  const moves: string[] = [];
  while (moves.length < 40) {
    const move = nextMove(duo.state, answers, tried);
    if (move.type !== 'intent') return [...moves, move.type === 'stop' ? `stop: ${move.why}` : move.type];
    expect([move.intent, duo.asks(move.intent)]).toEqual([move.intent, null]);
    moves.push(move.intent.type);
    if (move.intent.type !== 'run-step') continue;
    for (const target of move.intent.targets) tried.run.add(`${move.intent.step}@${target}`);
    for (const attempt of Object.keys(duo.state.running)) duo.ends(verdicts.shift() ?? 'passed', attempt);
  }
  throw new Error(`no end: ${moves.join(', ')}`);
}

describe('a run without a person at the screen', () => {
  it('waives the question before a step and the signature after it, and says why', () => {
    const duo = new Duo(planOf([step('stop', { countersign: 'both' })]), somebody('Ada'));
    expect(drive(duo, {})).toEqual([
      ...['start-run', 'waive-countersignature', 'run-step', 'waive-countersignature', 'finish', 'ended'],
    ]);
    expect(duo.state.steps[0]?.waiver?.reason).toBe('Headless run: no checker can be connected');
    expect(duo.state.result).toBe('completed-except');
  });

  it('asks anew, with the reason from the answers, before it tries such a step again', () => {
    const duo = new Duo(planOf([step('stop', { countersign: 'before' })]), somebody('Ada'));
    expect(drive(duo, { stop: { retry: 'the disk was full' } }, ['failed'])).toEqual([
      ...['start-run', 'waive-countersignature', 'run-step'],
      ...['stop: failed'],
    ]);
    expect(drive(duo, { stop: { retry: 'the disk was full' } })).toEqual([
      ...['ask-permission', 'waive-countersignature', 'run-step', 'finish', 'ended'],
    ]);
    expect(duo.state.steps[0]?.targets[0]?.attempts.at(-1)?.reason).toBe('the disk was full');
  });

  it('asks for the very move that it then makes', () => {
    const duo = new Duo(planOf([step('stop', { countersign: 'before' })]), somebody('Ada'));
    drive(duo, {}, ['failed']);
    duo.asks({ type: 'ask-permission', step: 'stop', targets: ['app1'], reason: 'once more' });
    duo.asks({ type: 'waive-countersignature', step: 'stop', reason: 'x' });
    duo.asks({ type: 'run-step', step: 'stop', targets: ['app1'], reason: 'once more' });
    duo.ends('failed', 'a2', { offers: ['kill'] });
    expect(drive(duo, { stop: { retry: 'it hangs', choice: 'kill' } })).toEqual([
      ...['ask-permission', 'waive-countersignature', 'run-step', 'finish', 'ended'],
    ]);
    expect(duo.state.steps[0]?.targets[0]?.attempts.at(-1)?.choice).toBe('kill');
  });

  it('waives inside an atomic block, and for manual steps and approvals', () => {
    const duo = new Duo(
      planOf([
        step('stop', { block: 0, countersign: 'both' }),
        manualStep('phone', { countersign: 'both' }),
        step('agree', {
          ...{ kind: 'approval', effect: 'read', targets: [DESK], countersign: 'both' },
          action: { kind: 'approval', roles: [{ role: 'owner', needed: 1 }] },
        }),
      ]),
      somebody('Ada'),
    );
    const answers = {
      phone: { done: true },
      agree: { approvals: [{ role: 'owner', person: 'Zoe', reason: 'fine' }] },
    };
    expect(drive(duo, answers).at(-1)).toBe('ended');
    expect(duo.state.steps.map((one) => one.countersignature)).toEqual(['waived', 'waived', 'waived']);
  });
});
