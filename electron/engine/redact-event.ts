import type { EventOf, EventType, RunEvent } from '../../shared/contract/events.ts';

/**
 * Who speaks below a field. `all`: every text is somebody's words. `parts`: those fields are that `spokenParts` names.
 * `result`: all but what `structural` names. A field that is not listed is left as it is.
 */
type Speech = 'all' | 'parts' | 'result';

type Spoken = { readonly [T in EventType]: { readonly [F in keyof EventOf<T>['data']]?: Speech } };

/**
 * Where people and hosts speak. Ids, hashes, enums, signed statements, names that keys vouch for, and the plan's own
 * words stay: a word changed in the steps of a rollback would change what is done.
 */
const spoken: Spoken = {
  'run-created': {},
  'session-opened': {},
  'session-identified': {},
  'session-closed': {},
  'journal-repaired': {},
  'host-connected': {},
  'host-failed': { failure: 'parts' },
  'host-lost': { failure: 'parts' },
  'host-key-accepted': {},
  'host-identified': { hostname: 'all', checks: 'parts' },
  'run-started': {},
  'run-held': { reason: 'all' },
  'run-continued': {},
  'block-entered': {},
  'block-left': {},
  'step-entered': {},
  'attempt-started': { reason: 'all', text: 'all' },
  'attempt-noted': { text: 'all' },
  'attempt-ended': {
    checks: 'parts',
    failure: 'parts',
    recording: 'parts',
    evidence: 'all',
    note: 'all',
    result: 'result',
    findings: 'parts',
  },
  'attempt-cancel-requested': {},
  'probe-concluded': {},
  'target-decided': { reason: 'all', owner: 'all', due: 'all' },
  'finding-judged': { finding: 'parts', reason: 'all' },
  'approval-given': { person: 'all', reason: 'all' },
  'no-return-accepted': { reason: 'all' },
  'rollback-begun': { reason: 'all' },
  'rollback-finished': {},
  'redline-seen': {},
  'analysis-filed': { what: 'all', cause: 'all', fix: 'all', confirmedBy: 'all' },
  'paper-recorded': { doneBy: 'all', checkedBy: 'all', note: 'all' },
  'note-added': { text: 'all' },
  'countersign-waived': { reason: 'all' },
  'mirror-opened': {},
  'mirror-closed': {},
  'invitation-made': {},
  'join-refused': {},
  'participant-asked': {},
  'participant-admitted': {},
  'participant-declined': { reason: 'all' },
  'participant-dismissed': { reason: 'all' },
  'participant-left': {},
  'participant-presence': {},
  'permission-asked': { reason: 'all' },
  'evidence-opened': {},
  countersigned: {},
  'countersign-rejected': { reason: 'all' },
  'interruption-logged': { from: 'all', what: 'all' },
  'interruptions-shown': {},
  'interruption-answered': { answer: 'all' },
  'hold-requested': { reason: 'all' },
  'handover-offered': { reason: 'all' },
  'handover-withdrawn': { reason: 'all' },
  'handover-declined': { reason: 'all' },
  'handed-over': {},
  'pen-taken': { reason: 'all' },
  'preflight-checked': { checks: 'parts' },
  'preflight-decided': { reason: 'all' },
  'lockdown-chosen': { reason: 'all' },
  'notifications-blocked': { daemon: 'all' },
  'notifications-released': {},
  'lockdown-entered': {},
  'lockdown-left': {},
  'lockdown-gap-opened': { detail: 'all' },
  'lockdown-gap-closed': {},
  'way-out-refused': {},
  'glass-asked': { reason: 'all' },
  'glass-withdrawn': {},
  'glass-signed': {},
  'glass-refused': { reason: 'all' },
  'glass-broken': { reason: 'all' },
  checkpoint: {},
  'run-ended': { reason: 'all' },
};

/** Of checks, failures, recordings and findings; a difference is named (`id`, `finding`) by a key that a host gave. */
const spokenParts = new Set(['expected', 'found', 'params', 'cause', 'tail', 'id', 'finding', 'title', 'detail']);

/**
 * In a step's result everything is a host's words (answers, lines, command lines, rows, the words of an error) but
 * these: words of closed sets, names and paths that the checklist gave, times, and proofs. Later steps and later runs
 * find things by them, and a secret that happens to spell one must not make the record unreadable.
 */
const structural = new Set([
  ...['kind', 'type', 'what', 'state', 'in', 'keep', 'did', 'why', 'change', 'engine'],
  ...['runId', 'step', 'with', 'attempt', 'channel', 'address', 'via', 'schema', 'path', 'file', 'to', 'kept'],
  ...['at', 'modifiedAt', 'validFrom', 'validTo'],
  ...['sha256', 'fingerprint', 'digest', 'salt', 'boot', 'inode'],
]);

type Redact = (text: string) => string;

/** The event with every secret taken out of what people wrote and hosts answered; it stays what the contract allows. */
export function redactEvent(event: RunEvent, redact: Redact): RunEvent {
  const fields: Readonly<Record<string, Speech | undefined>> = spoken[event.type];
  const data = Object.entries(event.data).map(([field, value]) => {
    const speech = fields[field];
    return [field, speech === undefined ? value : below(value, field, speech, redact)];
  });
  return { ...event, data: Object.fromEntries(data) } as RunEvent;
}

function below(value: unknown, field: string, speech: Speech, redact: Redact): unknown {
  if (typeof value === 'string') return isSpoken(value, field, speech) ? redacted(value, redact) : value;
  if (Array.isArray(value)) return value.map((item) => below(item, field, speech, redact));
  if (value === null || typeof value !== 'object' || isSeal(value)) return value;
  // Where an answer sends us next is no path of the checklist; the words of a failure are all words.
  const under = field === 'redirects' || field === 'params' ? 'all' : speech;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, below(item, key, under, redact)]));
}

function isSpoken(value: string, field: string, speech: Speech): boolean {
  switch (speech) {
    case 'all':
      return true;
    case 'parts':
      return spokenParts.has(field) && !isFingerprint(value, field);
    case 'result':
      return !structural.has(field);
  }
}

/** A finding may be named by the fingerprint of an exception, and a result's groups are found by the same. */
function isFingerprint(value: string, field: string): boolean {
  return (field === 'id' || field === 'finding') && /^[0-9a-f]{16}$/.test(value);
}

/** Marks may be longer than the secrets they stand for, and a text that was as long as it may be must stay so. */
function redacted(text: string, redact: Redact): string {
  const shown = redact(text);
  return shown.length > text.length ? shown.slice(0, Math.max(text.length, roomForMarks)) : shown;
}

/** No text that is redacted is held to fewer characters than this. */
const roomForMarks = 40;

/** A sealed file's path and hash must stay what they are on disk; a seal holds nothing else. */
function isSeal(value: object): boolean {
  return 'sha256' in value && 'path' in value && 'bytes' in value && Object.keys(value).length === 3;
}
