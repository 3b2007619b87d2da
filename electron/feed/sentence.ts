import type { EventType } from '../../shared/contract/events.ts';

/**
 * One English sentence a type, for whoever reads the syslog. `{field}` is a field of the record's data; a sentence is
 * for people, machines take the structured data.
 */
const sentences: Readonly<Record<EventType, string>> = {
  'run-created': 'The run was created ({mode}); the plan is frozen.',
  'session-opened': '{person} took up the pen on {machine}.',
  'session-identified': '{name} vouched for the session with their own key.',
  'session-closed': 'The session was closed: {reason}.',
  'journal-repaired': 'The last line of the journal was torn by a crash and was cut off.',
  'host-connected': 'Host {host} is connected as {user}.',
  'host-failed': 'Host {host} could not be connected: {failure.code}.',
  'host-lost': 'The connection to host {host} was lost: {failure.code}.',
  'host-key-accepted': 'The unknown key of host {host} was accepted: {fingerprint}.',
  'host-identified': 'Host {host} says that it is {hostname}; as expected: {holds}.',
  'run-started': 'The run was started.',
  'run-held': 'The run was held: {reason}',
  'run-continued': 'The run goes on.',
  'block-entered': 'Atomic block {block} was entered.',
  'block-left': 'Atomic block {block} was left.',
  'step-entered': 'Step {step} was entered.',
  'attempt-started': 'Attempt {attempt}: {purpose} {step} on {target}, number {number} ({effect}).',
  'attempt-noted': 'Attempt {attempt}: {text}',
  'attempt-ended': 'Attempt {attempt} ended: {verdict}.',
  'attempt-cancel-requested': 'Somebody asked to stop attempt {attempt}.',
  'probe-concluded': 'The probe says of step {step} on {target}: {says}.',
  'target-decided': 'Step {step} on {target} was decided: {decision}. {reason}',
  'finding-judged': 'A finding of step {step} on {target} was judged: {judgement}. {reason}',
  'approval-given': '{person} {answer} step {step} as {role}. {reason}',
  'no-return-accepted': 'The point of no return at step {step} was accepted. {reason}',
  'rollback-begun': 'The rollback of the {scope} was begun. {reason}',
  'rollback-finished': 'The rollback of the {scope} is finished.',
  'redline-seen': 'The frozen file {path} has been changed on disk.',
  'analysis-filed': 'The problem analysis was filed. {what}',
  'paper-recorded': 'Step {step} on {target} was recorded from paper: {verdict}, done by {doneBy} at {doneAt}.',
  'note-added': 'A note was added: {text}',
  'countersign-waived': 'Step {step} goes without a countersignature. {reason}',
  'mirror-opened': 'The run can be followed from elsewhere, at port {port}.',
  'mirror-closed': 'The run cannot be followed any more.',
  'invitation-made': 'An invitation was made; it ends at {expiresAt}.',
  'join-refused': 'Somebody at {address} was turned away: {code}.',
  'participant-asked': '{name} on {machine} asks to follow ({participant}).',
  'participant-admitted': '{participant} was admitted as {role}.',
  'participant-declined': '{participant} was declined. {reason}',
  'participant-dismissed': '{participant} was dismissed. {reason}',
  'participant-left': '{participant} left.',
  'participant-presence': '{participant} is {presence}.',
  'permission-asked': 'Permission for step {step} was asked. {reason}',
  'evidence-opened': '{participant} looked at the evidence of step {step}.',
  countersigned: '{participant} countersigned step {step} ({mode}).',
  'countersign-rejected': '{participant} refused to countersign step {step} ({mode}). {reason}',
  'interruption-logged': 'An interruption came in from {from}, urgency {urgency}.',
  'interruptions-shown': 'The interruptions that had waited were shown.',
  'interruption-answered': 'Interruption {interruption} was answered. {answer}',
  'hold-requested': '{participant} asks to hold the run. {reason}',
  'handover-offered': 'The pen was offered to {participant}. {reason}',
  'handover-withdrawn': 'The offer of the pen was withdrawn. {reason}',
  'handover-declined': '{participant} declined the pen. {reason}',
  'handed-over': 'The pen was given to {participant}.',
  'pen-taken': '{participant} took up the pen: {how}. {reason}',
  'preflight-checked': 'This computer was looked over ({when}).',
  'preflight-decided': 'The run goes on although {item} was found to be: {code}. {reason}',
  'lockdown-chosen': 'Lockdown for the hot phases: {on}.',
  'notifications-blocked': 'Notifications are kept back by {adapter}; verified: {verified}.',
  'notifications-released': 'Notifications are let through again: {cause}.',
  'lockdown-entered': 'The lockdown began on {displays} display(s).',
  'lockdown-left': 'The lockdown ended: {cause}.',
  'lockdown-gap-opened': 'A gap in the lockdown opened: {gap}.',
  'lockdown-gap-closed': 'A gap in the lockdown closed: {gap}.',
  'way-out-refused': 'A way out of the lockdown was refused: {way}, {times} time(s).',
  'glass-asked': 'The operator asks to leave the lockdown. {reason}',
  'glass-withdrawn': 'The operator no longer asks to leave the lockdown.',
  'glass-signed': '{participant} agreed that the lockdown be left.',
  'glass-refused': '{participant} refused that the lockdown be left. {reason}',
  'glass-broken': 'The glass was broken: the lock is open. {reason}',
  checkpoint: 'A signed seal over {records} records.',
  'run-ended': 'The run ended: {result}. {reason}',
};

const longestWord = 300;

/** What a record says, in English, of bounded length. A type that this version does not know says its name. */
export function sentenceOf(type: string, data: Readonly<Record<string, unknown>>): string {
  const words = Object.hasOwn(sentences, type) ? sentences[type as EventType] : `Recorded: ${type}.`;
  return words.replace(/\{([a-zA-Z.]+)\}/g, (_, field: string) => said(data, field)).trim();
}

function said(data: Readonly<Record<string, unknown>>, field: string): string {
  let value: unknown = data;
  for (const part of field.split('.')) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined;
  }
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return '';
  return value.length <= longestWord ? value : `${value.slice(0, longestWord)}…`;
}
