import type { Plan } from '../../shared/checklist/plan.ts';
import type { Actor, EventOf, Finding, JournalRecord, RunEvent, Verdict } from '../../shared/contract/events.ts';
import type { RunState } from '../../shared/run/state.ts';
import { applyRecord, startState } from '../../shared/run/transition.ts';

type Ended = EventOf<'attempt-ended'>['data'];

const operator: Actor = { kind: 'operator', name: 'Li Wei' };

/** A record as the journal would give it back, except that its hashes are made up. */
export function recordOf(event: RunEvent, seq: number, actor: Actor = operator): JournalRecord {
  const at = new Date(Date.UTC(2026, 10, 20, 14, 0, 0) + seq * 1_000).toISOString();
  const hash = seq.toString(16).padStart(64, '0');
  return { seq, at, mono: seq * 1_000, actor, prev: '0'.repeat(64), hash, ...event } as JournalRecord;
}

/** The first record of a run of this plan. */
export function createdEvent(plan: Plan): Extract<RunEvent, { type: 'run-created' }> {
  const sha256 = 'a'.repeat(64);
  return {
    type: 'run-created',
    data: {
      runId: '20261120T140000Z-abc123',
      plan,
      files: [{ path: 'checklist/release.yaml', sha256, bytes: 1 }],
      source: '/home/li/release.yaml',
      contentHash: sha256,
      mode: 'app',
      rehearsal: null,
      app: { version: '0.1.0', platform: 'test' },
    },
  };
}

/** Tells a run event by event and keeps its state. */
export class Story {
  state: RunState;

  constructor(plan: Plan) {
    this.state = startState(recordOf(createdEvent(plan), 0) as Extract<JournalRecord, { type: 'run-created' }>);
  }

  happens(...events: readonly RunEvent[]): this {
    for (const event of events) this.state = applyRecord(this.state, recordOf(event, this.state.seq + 1));
    return this;
  }

  /** The operator takes a pause. */
  holds(reason = 'phone'): this {
    return this.happens({ type: 'run-held', data: { reason, cause: 'operator', minutes: null } });
  }

  starts(): this {
    return this.happens({ type: 'run-started', data: {} });
  }

  /** An attempt begins and is left running; its id is `a<n>`. */
  begins(step: string, target = 'app1', purpose: 'step' | 'probe' = 'step'): this {
    const data = {
      attempt: `a${this.state.attempts + 1}`,
      step,
      target,
      purpose,
      number: 1,
      effect: 'write' as const,
      command: null,
      sent: null,
      account: null,
      hostKey: null,
      recording: null,
      reason: null,
      choice: null,
      text: null,
    };
    return this.happens({ type: 'attempt-started', data });
  }

  /** The newest attempt ends. */
  ends(verdict: Verdict, attempt = `a${this.state.attempts}`, given: Partial<Ended> = {}): this {
    return this.#ends({ attempt, verdict, ...given });
  }

  /** The newest attempt ends with findings to judge. */
  finds(findings: readonly Finding[], checksHold = true): this {
    const check = { subject: 'silence', expected: '60 s', found: '80 s', holds: checksHold };
    const attempt = `a${this.state.attempts}`;
    return this.#ends({ attempt, verdict: 'inconclusive', findings: [...findings], checks: [check] });
  }

  /** The newest attempt fails and offers moves. */
  offers(offers: readonly string[]): this {
    return this.#ends({ attempt: `a${this.state.attempts}`, verdict: 'failed', offers: [...offers] });
  }

  #ends(given: Pick<Ended, 'attempt' | 'verdict'> & Partial<Ended>): this {
    const data: Ended = {
      effect: given.verdict === 'passed' ? 'full' : 'unknown',
      exit: null,
      checks: [],
      failure: null,
      recording: null,
      evidence: {},
      note: null,
      result: null,
      findings: [],
      offers: [],
      durationMs: 5,
      ...given,
    };
    return this.happens({ type: 'attempt-ended', data });
  }

  /** A whole attempt. */
  attempts(step: string, verdict: Verdict, target = 'app1'): this {
    return this.begins(step, target).ends(verdict);
  }

  status(step: number, target = 0): string | undefined {
    return this.state.steps[step]?.targets[target]?.status;
  }
}
