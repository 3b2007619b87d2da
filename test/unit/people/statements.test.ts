import { describe, expect, it } from 'vitest';
import { sha256Text, signatureHolds } from '../../../electron/engine/journal/digest.ts';
import type { Plan, PlanStep } from '../../../shared/checklist/plan.ts';
import { wordsToSign } from '../../../shared/people/proof.ts';
import {
  handoverStatement,
  joinStatement,
  penStatement,
  receiptStatement,
  rejectionStatement,
  sessionStatement,
  statementHash,
} from '../../../shared/people/statements.ts';
import { Duo, somebody } from '../../helpers/duo.ts';
import { command, planOf, step } from '../../helpers/plans.ts';

const ada = somebody('Ada');
const bo = somebody('Bo');

/** A production run that stands at a step of this mode, with Bo as the checker. */
function duoOf(given: Partial<PlanStep>, plan: Partial<Plan> = {}, runId?: string): Duo {
  const steps = [step('stop', given), step('start', given)];
  const people = { checkers: 1, challengeMs: null };
  const duo = new Duo(
    planOf(steps, { production: true, people, ...plan }),
    ada,
    () => {},
    runId === undefined ? {} : { runId },
  );
  duo.joins('p1', bo);
  duo.asks({ type: 'start-run' });
  return duo;
}

const asking = (given: Partial<PlanStep> = {}, plan: Partial<Plan> = {}, runId?: string) =>
  duoOf({ countersign: 'before', ...given }, plan, runId).waits()?.statement;

/** After one attempt that ended with these facts. */
function worked(ended: Parameters<Duo['ends']>[2] = {}, verdict: 'passed' | 'failed' = 'passed'): string | undefined {
  const duo = duoOf({ countersign: 'after' });
  duo.asks({ type: 'run-step', step: 'stop', targets: ['app1'], reason: null });
  duo.ends(verdict, 'a1', ended);
  if (verdict === 'failed') {
    const decided = { decision: 'overridden', reason: 'known', owner: null } as const;
    duo.asks({ type: 'decide', step: 'stop', target: 'app1', ...decided });
  }
  return duo.waits()?.statement;
}

const host = (address: string) => ({
  ...{ name: 'app1', address, port: null, user: null, jump: null, groups: ['app'], identity: null },
});

describe('what a countersignature binds', () => {
  it('beforehand is the run, the environment, the step, the machine, the action and the attempt', () => {
    const statements = [
      asking(),
      asking({}, {}, '20261121T140000Z-abc123'),
      asking({}, { environment: 'prod' }),
      asking({ title: 'Stop the service' }),
      asking({ effect: 'read' }),
      asking({ countersign: 'both', targets: ['app2'] }),
      asking({ action: command('systemctl stop other') }),
      asking({ action: command('echo stop', { sudo: 'root' }) }),
      asking({ perTarget: { app1: command('systemctl stop this') } }),
      asking({}, { hosts: [host('10.0.0.1')] }),
      asking({}, { hosts: [host('10.0.0.2')] }),
    ];
    expect(statements).not.toContain(undefined);
    expect(new Set(statements).size).toBe(statements.length);
    expect(asking()).toBe(asking());
  });

  it('beforehand changes with the reason, the move and the number that is asked for', () => {
    const asked = (reason: string, choice?: string) => {
      const duo = duoOf({ countersign: 'none' });
      duo.asks({ type: 'run-step', step: 'stop', targets: ['app1'], reason: null });
      duo.ends('failed', 'a1', { offers: ['kill'] });
      const move = choice === undefined ? {} : { choice };
      expect(duo.asks({ type: 'ask-permission', step: 'stop', targets: ['app1'], reason, ...move })).toBeNull();
      return duo.waits()?.statement;
    };
    expect(new Set([asked('full disk'), asked('other'), asked('full disk', 'kill'), asking()]).size).toBe(4);
  });

  it('is another each time, even when the very same thing is asked for again', () => {
    const duo = duoOf({ countersign: 'before' });
    duo.answers('p1', 'no');
    const asked = () => {
      duo.asks({ type: 'ask-permission', step: 'stop', targets: ['app1'], reason: 'please' });
      const { statement } = duo.waits() ?? {};
      duo.answers('p1', 'no');
      return statement;
    };
    expect(asked()).not.toBe(asked());
  });

  it('afterwards is the verdict, the output, the findings, the evidence and what was decided', () => {
    const recording = {
      path: 'output/a1.cast',
      sha256: 'b'.repeat(64),
      bytes: 7,
      lines: 1,
      tail: 'ok',
      undecodable: 0,
    };
    const check = { subject: 'exit', expected: '0', found: '0', holds: true };
    const statements = [
      worked(),
      worked({ exit: { code: 0, signal: null } }),
      worked({ recording }),
      worked({ recording: { ...recording, sha256: 'c'.repeat(64) } }),
      worked({ recording: { ...recording, tail: 'ko' } }),
      worked({ checks: [check] }),
      worked({ checks: [{ ...check, found: '1' }] }),
      worked({ note: 'seen' }),
      worked({ evidence: { ticket: 'T-1' } }),
      worked({ evidence: { ticket: 'T-2' } }),
      worked({ durationMs: 6 }),
      worked({}, 'failed'),
    ];
    expect(statements).not.toContain(undefined);
    expect(new Set(statements).size).toBe(statements.length);
  });

  it('changes when something more is done or decided, so that a look at the old is no look at the new', () => {
    const duo = duoOf({ countersign: 'after', targets: ['app1', 'app2'] });
    duo.runs('stop', 'passed', ['app1']);
    duo.asks({ type: 'decide', step: 'stop', target: 'app2', decision: 'excluded', reason: 'x', owner: null });
    const first = duo.waits();
    if (first === null) throw new Error('nothing waits');
    expect(duo.hears('p1', { type: 'open-evidence', ...first })).toBeNull();
    expect(duo.answers('p1', 'why is app2 out?')).toBeNull();
    duo.asks({ type: 'decide', step: 'stop', target: 'app1', decision: 'overridden', reason: 'x', owner: null });
    expect(duo.waits()).toMatchObject({ step: 'stop', mode: 'after' });
    expect(duo.signs('p1', first)).toBe('evidence-not-opened');
    expect(duo.hears('p1', { type: 'open-evidence', ...first })).toBe('statement-changed');
  });
});

describe('a signature', () => {
  it('holds for one statement, one answer, one person and one mode', () => {
    const duo = duoOf({ countersign: 'both' });
    const waiting = duo.waits();
    if (waiting === null) throw new Error('nothing waits');
    duo.hears('p1', { type: 'open-evidence', ...waiting });
    expect(duo.signs('p1', waiting, null, ada)).toBe('signature-wrong');
    const no = bo.sign(wordsToSign('reject', waiting.statement, sha256Text));
    expect(duo.hears('p1', { type: 'countersign', ...waiting, signature: no })).toBe('signature-wrong');
    const yes = bo.sign(waiting.statement);
    expect(duo.hears('p1', { type: 'reject', ...waiting, reason: 'x', signature: yes })).toBe('signature-wrong');
    expect(duo.hears('p1', { type: 'countersign', ...waiting, mode: 'after', signature: yes })).toBe(
      'no-countersignature-waiting',
    );
    expect(duo.hears('p1', { type: 'countersign', ...waiting, step: 'start', signature: yes })).toBe(
      'no-countersignature-waiting',
    );
    expect(duo.signs('p1', waiting)).toBeNull();
  });

  it('given to another run is worth nothing here', () => {
    const [one, other] = [duoOf({ countersign: 'before' }), duoOf({ countersign: 'before' }, {}, 'another-run')];
    const [here, there] = [one.waits(), other.waits()];
    if (here === null || there === null) throw new Error('nothing waits');
    other.answers('p1');
    one.hears('p1', { type: 'open-evidence', ...here });
    expect(one.hears('p1', { type: 'countersign', ...there, signature: bo.sign(there.statement) })).toBe(
      'evidence-not-opened',
    );
    expect(one.hears('p1', { type: 'open-evidence', ...there })).toBe('statement-changed');
    expect(one.hears('p1', { type: 'countersign', ...here, signature: bo.sign(there.statement) })).toBe(
      'signature-wrong',
    );
  });

  it('of one kind never stands for another: every statement names its kind and what it is about', () => {
    const head = { seq: 3, hash: 'a'.repeat(64) };
    const person = { name: 'Bo', contact: '', publicKey: bo.publicKey };
    const statements = [
      sessionStatement('r', 's', 'k', person),
      joinStatement('r', 'c'.repeat(64), 'n', person),
      receiptStatement('r', head, '2026-11-21T14:00:00.000Z'),
      handoverStatement('r', head, bo.publicKey),
      penStatement('r', 'handover', head, 's', bo.publicKey),
      penStatement('r', 'takeover', head, 's', bo.publicKey),
      rejectionStatement('a'.repeat(64)),
    ];
    const formats = statements.map((one) => (one as { format: string }).format);
    expect(new Set(formats).size).toBe(6);
    const hashes = statements.map((one) => statementHash(one, sha256Text));
    expect(new Set(hashes).size).toBe(statements.length);
    const signature = bo.sign(hashes[0] ?? '');
    expect(hashes.filter((hash) => signatureHolds(bo.publicKey, hash, signature))).toEqual([hashes[0]]);
  });
});
