import type { Plan } from '../../../shared/checklist/plan.ts';
import type {
  Actor,
  EventOf,
  JournalRecord,
  Recording,
  RunEvent,
  SigningMode,
} from '../../../shared/contract/events.ts';
import { NO_RECEIPTS } from '../../../shared/journal/receipts.ts';
import type { ReportProof } from '../../../shared/report/model.ts';
import { createdEvent, recordOf } from '../../helpers/story.ts';

/** The engine's own name in a journal. */
export const app: Actor = { kind: 'app', name: 'Countersign' };

/** Tells a whole run as records, for the report's tests. A pair names who did it; a bare event is the operator's. */
export function tell(
  plan: Plan,
  events: readonly (RunEvent | readonly [Actor, RunEvent])[],
  created: Partial<EventOf<'run-created'>['data']> = {},
): JournalRecord[] {
  const first = createdEvent(plan);
  const records = [recordOf({ ...first, data: { ...first.data, ...created } }, 0, app)];
  for (const told of events) {
    const [actor, event] = 'type' in told ? [undefined, told] : told;
    records.push(recordOf(event, records.length, actor));
  }
  return records;
}

export function opened(
  session: string,
  given: Partial<EventOf<'session-opened'>['data']> = {},
): readonly [Actor, RunEvent] {
  const data = { session, publicKey: 'KEY=', machine: 'desk-1', person: 'Li Wei', pid: 7, resumed: false, ...given };
  return [app, { type: 'session-opened', data }];
}

export function begun(
  attempt: string,
  step: string,
  target: string,
  given: Partial<EventOf<'attempt-started'>['data']> = {},
): RunEvent {
  return {
    type: 'attempt-started',
    data: {
      attempt,
      step,
      target,
      purpose: 'step',
      number: 1,
      effect: 'write',
      command: `echo ${step}`,
      sent: `echo ${step}`,
      account: 'release',
      hostKey: 'SHA256:abc',
      recording: `output/${attempt}.cast`,
      reason: null,
      choice: null,
      text: null,
      ...given,
    },
  };
}

export function over(
  attempt: string,
  given: Partial<EventOf<'attempt-ended'>['data']> = {},
): readonly [Actor, RunEvent] {
  const data = {
    attempt,
    verdict: 'passed' as const,
    effect: 'full' as const,
    exit: { code: 0, signal: null },
    checks: [],
    failure: null,
    recording: null,
    evidence: {},
    note: null,
    result: null,
    findings: [],
    offers: [],
    durationMs: 1_500,
    ...given,
  };
  return [app, { type: 'attempt-ended', data }];
}

export function recording(attempt: string, tail: string): Recording {
  const lines = tail.split('\n').length - 1;
  return {
    path: `output/${attempt}.cast`,
    sha256: 'c'.repeat(64),
    bytes: tail.length + 90,
    lines,
    tail,
    undecodable: 0,
  };
}

/** A step that ran once on one target and passed. */
export function passed(attempt: string, step: string, target: string): (RunEvent | readonly [Actor, RunEvent])[] {
  return [begun(attempt, step, target), over(attempt, { recording: recording(attempt, `${step} says hello\n`) })];
}

export const entered = (step: string): readonly [Actor, RunEvent] => [app, { type: 'step-entered', data: { step } }];

/** A report without receipts, whose fingerprints are easily told. */
export const proof: ReportProof = {
  receipts: { ...NO_RECEIPTS, contradict: false },
  fingerprint: (publicKey) => `SHA256:of-${publicKey}`,
};

const key = (letter: string) => letter.repeat(44);

export function asked(
  participant: string,
  name: string,
  given: Partial<EventOf<'participant-asked'>['data']> = {},
): readonly [Actor, RunEvent] {
  const who = { name, contact: `${name}@bank`, publicKey: key(name.charAt(0)) };
  const data = {
    participant,
    ...who,
    machine: `${name}-pc`,
    address: '10.0.0.9:5000',
    sameMachine: false,
    pinned: true,
  };
  return [app, { type: 'participant-asked', data: { ...data, ...given } }];
}

export const admitted = (participant: string, role: 'checker' | 'observer' = 'checker'): RunEvent => ({
  type: 'participant-admitted',
  data: { participant, role },
});

export function identified(session: string, name: string): readonly [Actor, RunEvent] {
  const data = { session, name, contact: '', publicKey: key(name.charAt(0)), signature: 's'.repeat(88) };
  return [app, { type: 'session-identified', data }];
}

export function signing(
  type: 'countersigned' | 'countersign-rejected',
  step: string,
  mode: SigningMode,
  reason = '',
): readonly [Actor, RunEvent] {
  const data = { participant: 'p1', step, mode, statement: 'e'.repeat(64), signature: 'f'.repeat(88) };
  const event = type === 'countersigned' ? { type, data } : { type, data: { ...data, reason } };
  return [{ kind: 'checker', name: 'Bo' }, event];
}
