import type { EventType } from '../../shared/contract/events.ts';

/** RFC 5424, table 2, as far as records need it. */
export const severities = { warning: 4, notice: 5, info: 6 } as const;
export type Severity = keyof typeof severities;

/** Types that are not merely information whatever they say. */
const byType: Readonly<Partial<Record<EventType, Severity>>> = {
  'run-created': 'notice',
  'run-started': 'notice',
  'run-held': 'notice',
  'run-continued': 'notice',
  'rollback-finished': 'notice',
  'analysis-filed': 'notice',
  'note-added': 'notice',
  'no-return-accepted': 'notice',
  'target-decided': 'notice',
  'host-key-accepted': 'notice',
  'handed-over': 'notice',
  'hold-requested': 'notice',
  'glass-asked': 'notice',
  'preflight-decided': 'notice',
  'way-out-refused': 'notice',
  'lockdown-gap-opened': 'warning',
  'countersign-rejected': 'warning',
  'countersign-waived': 'warning',
  'glass-broken': 'warning',
  'host-failed': 'warning',
  'host-lost': 'warning',
  'join-refused': 'warning',
  'journal-repaired': 'warning',
  'redline-seen': 'warning',
  'rollback-begun': 'warning',
};

type Facts = Readonly<Record<string, unknown>>;

/** Types whose weight depends on what they say. */
const byData: Readonly<Partial<Record<EventType, (data: Facts) => Severity>>> = {
  'attempt-ended': ({ verdict }) => (verdict === 'passed' ? 'info' : 'warning'),
  'approval-given': ({ answer }) => (answer === 'approved' ? 'info' : 'warning'),
  'host-identified': ({ holds }) => (holds === true ? 'info' : 'warning'),
  'paper-recorded': ({ verdict }) => (verdict === 'passed' ? 'notice' : 'warning'),
  'participant-presence': ({ presence }) => (presence === 'here' ? 'info' : 'notice'),
  'pen-taken': ({ how }) => (how === 'takeover' ? 'warning' : 'notice'),
  'run-ended': ({ result }) => (result === 'completed' ? 'notice' : 'warning'),
};

/** How much a record weighs. A type that this version does not know is information. */
export function severityOf(type: string, data: Facts): Severity {
  const depends = Object.hasOwn(byData, type) ? byData[type as EventType] : undefined;
  if (depends !== undefined) return depends(data);
  return (Object.hasOwn(byType, type) ? byType[type as EventType] : undefined) ?? 'info';
}
