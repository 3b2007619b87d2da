import { stepIndex } from '../../shared/checklist/plan-lookup.ts';
import type { JournalRecord } from '../../shared/contract/events.ts';
import type { RunState } from '../../shared/run/state.ts';

/** Something a screen reader should hear; failures interrupt, everything else waits its turn. */
export interface Announcement {
  readonly urgent: boolean;
  readonly key:
    | 'hear-step'
    | 'hear-passed'
    | 'hear-failed'
    | 'hear-inconclusive'
    | 'hear-unknown'
    | 'hear-lost'
    | 'hear-held'
    | 'hear-continued'
    | 'hear-ended';
  readonly params: Readonly<Record<string, string>>;
}

/** What to say about one record, or null. `state` is the state after it. */
export function announcementFor(state: RunState, record: JournalRecord): Announcement | null {
  switch (record.type) {
    case 'step-entered': {
      const step = state.plan.steps[stepIndex(state.plan, record.data.step)];
      return step === undefined ? null : polite('hear-step', { code: step.code, title: step.title });
    }
    case 'attempt-ended':
      return verdictFor(state, record.data.attempt, record.data.verdict);
    case 'host-lost':
      return { urgent: true, key: 'hear-lost', params: { host: record.data.host } };
    case 'run-held':
      return polite('hear-held', {});
    case 'run-continued':
      return polite('hear-continued', {});
    case 'run-ended':
      return polite('hear-ended', {});
    default:
      return null;
  }
}

const polite = (key: Announcement['key'], params: Announcement['params']): Announcement => ({
  urgent: false,
  key,
  params,
});

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
    return { urgent: verdict !== 'passed', key: `hear-${verdict}`, params };
  }
  return null;
}
