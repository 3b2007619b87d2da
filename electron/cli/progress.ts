import type { Plan } from '../../shared/checklist/plan.ts';
import { stepIndex } from '../../shared/checklist/plan-lookup.ts';
import type { JournalRecord } from '../../shared/contract/events.ts';
import type { Translate } from '../../shared/text/translate.ts';
import type { CliIo } from './cli-io.ts';

/** One line on stderr for what a person following a headless run wants to see; most records say nothing here. */
export function tellRecord(record: JournalRecord, plan: Plan, t: Translate, io: CliIo): void {
  const line = sentence(record, plan, t);
  if (line !== null) io.stderr(`${record.at.slice(11, 19)} ${line}\n`);
}

function sentence(record: JournalRecord, plan: Plan, t: Translate): string | null {
  switch (record.type) {
    case 'run-started':
      return t('cli:progress-started', { title: plan.title, environment: plan.environment });
    case 'step-entered': {
      const step = plan.steps[stepIndex(plan, record.data.step)];
      return step === undefined ? null : t('cli:progress-step', { code: step.code, title: step.title });
    }
    case 'block-entered':
      return t('cli:progress-block', { title: plan.blocks[record.data.block]?.title ?? '' });
    case 'attempt-started':
      return t('cli:progress-attempt', { attempt: record.data.attempt, target: record.data.target });
    case 'attempt-ended': {
      const { attempt, verdict, failure, durationMs } = record.data;
      const why = failure === null ? '' : `: ${t(`errors:${failure.code}`, failure.params)}`;
      const seconds = (durationMs / 1000).toFixed(1);
      return t('cli:progress-verdict', { attempt, verdict: t(`cli:verdict-${verdict}`), seconds, why });
    }
    case 'paper-recorded': {
      const { attempt, target, verdict, doneBy, doneAt } = record.data;
      const params = { attempt, target, name: doneBy, at: doneAt.slice(0, 16) };
      return t('cli:progress-paper', { ...params, verdict: t(`cli:verdict-${verdict}`) });
    }
    case 'probe-concluded':
      return t('cli:progress-probe', { target: record.data.target, says: t(`cli:probe-${record.data.says}`) });
    case 'host-failed':
    case 'host-lost':
      return `${record.data.host}: ${t(`errors:${record.data.failure.code}`, record.data.failure.params)}`;
    // A glass that was signed before the app died breaks when the run is taken up, with a screen or without.
    case 'glass-broken':
      return t('cli:progress-glass', { reason: record.data.reason });
    case 'rollback-begun':
      return t(`cli:progress-rollback-${record.data.scope}`, { reason: record.data.reason });
    case 'rollback-finished':
      return t('cli:progress-rollback-finished');
    case 'run-ended':
      return t(`cli:result-${record.data.result}`);
    default:
      return null;
  }
}
