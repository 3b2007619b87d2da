import type { ReportContext } from './html-context.ts';
import type { ReportException } from './model.ts';

/** The classes of deviations as the first page counts them, the gravest first. */
const classes = [
  'deferred',
  'overridden',
  'retried',
  'unknown',
  'failed',
  'excluded',
  'paper',
  'presence',
  'lockdown',
  'unsigned',
  'rollback',
  'held',
  'crash',
  'hosts',
  'other',
] as const;
type DeviationClass = (typeof classes)[number];

function classOf(one: ReportException): DeviationClass {
  switch (one.kind) {
    case 'decided':
      if (one.decision === 'deferred' || one.decision === 'overridden') return one.decision;
      return one.decision === 'excluded' || one.decision === 'failed' ? 'excluded' : 'other';
    case 'attempt':
      return one.verdict === 'unknown' ? 'unknown' : 'failed';
    case 'retried':
    case 'paper':
    case 'rollback':
    case 'held':
      return one.kind;
    case 'checker-gone':
    case 'checker-left':
    case 'participant-dismissed':
      return 'presence';
    case 'lockdown-off':
    case 'check-decided':
    case 'lock-not-sensed':
    case 'locked-without-quiet':
    case 'notifications-not-verified':
    case 'notifications-not-restored':
    case 'lockdown-gap':
    case 'died-while-locked':
    case 'glass':
      return 'lockdown';
    case 'countersign-waived':
    case 'countersign-rejected':
    case 'refused-approval':
      return 'unsigned';
    case 'session-interrupted':
    case 'journal-repaired':
    case 'takeover':
      return 'crash';
    case 'host-lost':
    case 'host-failed':
    case 'host-key-accepted':
    case 'wrong-host':
      return 'hosts';
    default:
      return 'other';
  }
}

/** All deviations counted by class, so that the first page tells of each even where their table goes on for pages. */
export function deviationCounts({ model, say }: ReportContext): string | null {
  const found = new Map<DeviationClass, number>();
  for (const one of model.exceptions) found.set(classOf(one), (found.get(classOf(one)) ?? 0) + 1);
  const corrections = model.notes.filter(({ corrects }) => corrects !== null).length;
  const words = classes.flatMap((kind) => {
    const count = found.get(kind) ?? 0;
    return count === 0 ? [] : [say(`dev_${kind}`, { count })];
  });
  if (corrections > 0) words.push(say('dev_corrected', { count: corrections }));
  return words.length === 0 ? null : words.join(' · ');
}
