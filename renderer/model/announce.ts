import { stepIndex } from '../../shared/checklist/plan-lookup.ts';
import type { EventOf, JournalRecord } from '../../shared/contract/events.ts';
import { participantOf } from '../../shared/run/people-policy.ts';
import type { RunState } from '../../shared/run/state.ts';
import { findingsOf, nextFinding } from './findings.ts';

type JudgedData = EventOf<'finding-judged'>['data'];

/** Something a screen reader should hear; failures interrupt, everything else waits its turn. */
export interface Announcement {
  readonly urgent: boolean;
  readonly key:
    | 'hear-step'
    | 'hear-passed'
    | 'hear-failed'
    | 'hear-inconclusive'
    | 'hear-unknown'
    | 'hear-paper-passed'
    | 'hear-paper-failed'
    | 'hear-lost'
    | 'hear-held'
    | 'hear-continued'
    | 'hear-locked'
    | 'hear-unlocked'
    | 'hear-glass-broken'
    | 'hear-glass-refused'
    | 'hear-ended'
    | 'hear-undo-step'
    | 'hear-findings'
    | 'hear-judged'
    | 'hear-approved'
    | 'hear-refused'
    | 'hear-excluded'
    | 'hear-no-return'
    | 'hear-rollback-begun'
    | 'hear-restore-begun'
    | 'hear-rollback-finished'
    | 'hear-restore-finished'
    | 'hear-asks'
    | 'hear-gone'
    | 'hear-back'
    | 'hear-signed'
    | 'hear-allowed'
    | 'hear-rejected'
    | 'hear-interruptions'
    | 'hear-pause'
    | 'hear-handed-over'
    | 'hear-declined-handover'
    | 'hear-wrong-host'
    | 'hear-redline'
    | 'hear-back-out-warn'
    | 'hear-back-out-alarm'
    | 'hear-back-out-past';
  readonly params: Readonly<Record<string, string | number>>;
}

/** What to say about one record, or null. `state` is the state after it. */
export function announcementFor(state: RunState, record: JournalRecord): Announcement | null {
  switch (record.type) {
    case 'step-entered': {
      const step = state.plan.steps[stepIndex(state.plan, record.data.step)];
      if (step === undefined) return null;
      return polite(step.undoes.length > 0 ? 'hear-undo-step' : 'hear-step', { code: step.code, title: step.title });
    }
    case 'attempt-ended':
      return verdictFor(state, record.data.attempt, record.data.verdict);
    case 'paper-recorded': {
      const { step: id, target, verdict } = record.data;
      const step = state.plan.steps[stepIndex(state.plan, id)];
      const params = { code: step?.code ?? id, target };
      return { urgent: verdict === 'failed', key: `hear-paper-${verdict}`, params };
    }
    case 'host-lost':
      return { urgent: true, key: 'hear-lost', params: { host: record.data.host } };
    case 'host-identified':
      return record.data.holds ? null : { urgent: true, key: 'hear-wrong-host', params: { host: record.data.host } };
    case 'finding-judged':
      return judgedWords(state, record.data);
    case 'approval-given': {
      const { answer, role, person } = record.data;
      return answer === 'approved'
        ? polite('hear-approved', { role, person })
        : { urgent: true, key: 'hear-refused', params: { role, person } };
    }
    case 'target-decided': {
      const { decision, target } = record.data;
      return decision === 'excluded' || decision === 'failed' ? polite('hear-excluded', { target }) : null;
    }
    case 'no-return-accepted':
      return { urgent: true, key: 'hear-no-return', params: {} };
    case 'rollback-begun':
      return {
        urgent: true,
        key: record.data.scope === 'run' ? 'hear-rollback-begun' : 'hear-restore-begun',
        params: { count: String(record.data.steps.length) },
      };
    case 'rollback-finished':
      return polite(record.data.scope === 'run' ? 'hear-rollback-finished' : 'hear-restore-finished', {});
    case 'redline-seen':
      return polite('hear-redline', { path: record.data.path });
    case 'run-held':
      return polite('hear-held', {});
    case 'run-continued':
      return polite('hear-continued', {});
    case 'run-ended':
      return polite('hear-ended', {});
    case 'lockdown-entered':
      return polite('hear-locked', {});
    case 'lockdown-left':
      // Whoever broke the glass has heard that it is open.
      return record.data.cause === 'glass' ? null : polite('hear-unlocked', {});
    case 'glass-broken':
      return polite('hear-glass-broken', {});
    default:
      return heardOfPeople(state, record);
  }
}

/** What the second person did. What came from outside is heard of only once it is shown. */
function heardOfPeople(state: RunState, record: JournalRecord): Announcement | null {
  const named = (key: Announcement['key'], id: string): Announcement =>
    polite(key, { name: participantOf(state, id)?.name ?? id });
  switch (record.type) {
    case 'participant-asked':
      return polite('hear-asks', { name: record.data.name });
    case 'participant-presence':
      return named(record.data.presence === 'gone' ? 'hear-gone' : 'hear-back', record.data.participant);
    case 'countersigned':
    case 'countersign-rejected': {
      const { participant, step: id, mode } = record.data;
      const params = {
        name: participantOf(state, participant)?.name ?? participant,
        code: state.plan.steps[stepIndex(state.plan, id)]?.code ?? id,
      };
      if (record.type === 'countersigned') return polite(mode === 'before' ? 'hear-allowed' : 'hear-signed', params);
      return { urgent: true, key: 'hear-rejected', params: { ...params, reason: record.data.reason } };
    }
    case 'interruptions-shown':
      return polite('hear-interruptions', { count: record.data.interruptions.length });
    case 'hold-requested':
      return named('hear-pause', record.data.participant);
    case 'glass-refused': {
      const { participant, reason } = record.data;
      const name = participantOf(state, participant)?.name ?? participant;
      return { urgent: true, key: 'hear-glass-refused', params: { name, reason } };
    }
    case 'handed-over':
      return named('hear-handed-over', record.data.participant);
    case 'handover-declined':
      return named('hear-declined-handover', record.data.participant);
    default:
      return null;
  }
}

const polite = (key: Announcement['key'], params: Announcement['params']): Announcement => ({
  urgent: false,
  key,
  params,
});

function judgedWords(state: RunState, { step: id, target, finding }: JudgedData): Announcement | null {
  const found = state.steps[stepIndex(state.plan, id)]?.targets.find((one) => one.target === target);
  if (found === undefined) return null;
  const all = findingsOf(found);
  const title = all.find((one) => one.finding.id === finding)?.finding.title ?? '';
  const open = all.filter(({ judgement }) => judgement === null).length;
  return polite('hear-judged', { title, open: String(open) });
}

function verdictFor(
  state: RunState,
  id: string,
  verdict: 'passed' | 'failed' | 'inconclusive' | 'unknown',
): Announcement | null {
  for (const [index, step] of state.steps.entries()) {
    const target = step.targets.find(({ attempts }) => attempts.some(({ attempt }) => attempt === id));
    if (target === undefined) continue;
    const plan = state.plan.steps[index];
    const params = { code: plan?.code ?? '', title: plan?.title ?? '', target: target.target };
    const open = nextFinding(target) === null ? 0 : findingsOf(target).filter((one) => one.judgement === null).length;
    if (open > 0) return { urgent: true, key: 'hear-findings', params: { ...params, open: String(open) } };
    return { urgent: verdict !== 'passed', key: `hear-${verdict}`, params };
  }
  return null;
}
