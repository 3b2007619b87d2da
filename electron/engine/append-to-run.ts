import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Failure } from '../../shared/contract/errors.ts';
import type { JournalRecord } from '../../shared/contract/events.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { Intent } from '../../shared/contract/intents.ts';
import { auditPeople, type PeopleAudit } from '../../shared/journal/people-audit.ts';
import { auditRecord, FIRST_AUDIT, type RunAudit } from '../../shared/journal/verify.ts';
import { eventsFor } from '../../shared/run/events-for.ts';
import { may } from '../../shared/run/policy.ts';
import type { RunState } from '../../shared/run/state.ts';
import { noteAppended } from '../evidence/keep-runs.ts';
import { placesOf } from '../evidence/run-places.ts';
import { importedFolder, mirroredFolder, RUN_ID } from './data-folder.ts';
import { createSessionSigner, type SessionSigner, sha256Text, signatureHolds } from './journal/digest.ts';
import { type OpenedJournal, openJournal } from './journal/journal.ts';
import { JournalError, systemCode } from './journal/journal-error.ts';
import { journalPath } from './journal/read-run.ts';
import { isUntakenCopy, readLinkFile } from './link-file.ts';
import { sessionOpened } from './open-run.ts';
import type { Clock, Identity, Result } from './ports.ts';
import { identified } from './session-records.ts';
import { viewRun } from './view-run.ts';

/** What may still be said of a run when it is over. */
export type Afterwards = Extract<Intent, { type: 'file-analysis' | 'add-note' }>;

export interface Appending {
  readonly data: string;
  readonly runId: string;
  /** Who says it. */
  readonly person: string;
  /** Their own key where it is unlocked: it vouches for the session. */
  readonly identity: Identity | null;
  readonly clock: Clock;
  readonly intent: Afterwards;
}

/** How long somebody else may write before we say so, and how often we look; milliseconds. */
const patienceMs = 2_000;
const lookMs = 25;

/** Why nothing was appended, thrown through the journal's own reading. */
class Refused extends Error {
  readonly failure: Failure;
  constructor(why: Failure) {
    super(why.code);
    this.failure = why;
  }
}

/**
 * Says something of a run that has ended: one human event in a session of its own, signed, behind everything that
 * stands there already. All of it reaches the disk in one write or none of it. Everything written before is read and
 * checked first, under the lock; nothing is appended to a history that does not hold.
 *
 * Fails as `run-altered`, `run-is-copy`, `run-is-imported`, `run-read-only`, `run-not-over`, `run-being-written`,
 * `disk-full`, `append-refused` (the policy's code is the cause), `local-error`.
 */
export async function appendToRun(run: Appending): Promise<Result<null>> {
  const { data, runId, clock } = run;
  try {
    const folder = await ownFolder(data, runId);
    // Before anything is touched, the lock file and a torn line included.
    const seen = await viewRun(folder);
    if (seen.status !== 'ended') throw new Refused(failure('run-not-over'));
    if (await isUntakenCopy(folder, seen)) throw new Refused(failure('run-is-copy'));
    mustBeAllowed(seen, run.intent);
    await append(run, folder);
    await noteAppended(data, runId, clock);
    return { ok: true, value: null };
  } catch (error) {
    return { ok: false, failure: reasonOf(error, runId) };
  }
}

/** Why nothing can be added to an ended run, before anybody has typed anything; null: it can. Writes nothing. */
export async function whyNotAppend(data: string, runId: string): Promise<Failure | null> {
  try {
    const folder = await ownFolder(data, runId);
    // The whole run is read only where there is a doubt whose it is.
    const followed = (await readLinkFile(folder)) !== null;
    if (followed && (await isUntakenCopy(folder, await viewRun(folder)))) throw new Refused(failure('run-is-copy'));
    await access(journalPath(folder), constants.W_OK);
    return null;
  } catch (error) {
    return reasonOf(error, runId);
  }
}

/** The folder of a run that was worked here; copies and other people's zips are read, never written. */
async function ownFolder(data: string, runId: string): Promise<string> {
  const [folder] = RUN_ID.test(runId) ? await placesOf(data, runId) : [];
  if (folder === undefined) throw new JournalError('missing', `There is no run ${runId}.`);
  if (folder.startsWith(mirroredFolder(data))) throw new Refused(failure('run-is-copy'));
  if (folder.startsWith(importedFolder(data))) throw new Refused(failure('run-is-imported'));
  return folder;
}

function mustBeAllowed(state: RunState, intent: Afterwards): void {
  const refusal = may(state, intent);
  if (refusal !== null) throw new Refused(failure('append-refused', {}, refusal.code));
}

async function append({ person, identity, clock, intent }: Appending, folder: string): Promise<void> {
  const signer = createSessionSigner();
  const { opened, read } = await openChecked(folder, clock, signer);
  const { journal, repaired } = opened;
  try {
    const state = read.state();
    // Somebody may have been quicker while we waited.
    mustBeAllowed(state, intent);
    const app = { kind: 'app', name: 'Countersign' } as const;
    const opening = sessionOpened(signer, person, true);
    const { session, publicKey } = opening.data;
    await journal.append([
      { actor: app, ...opening },
      ...(repaired === null ? [] : [{ actor: app, type: 'journal-repaired', data: { cut: repaired } } as const]),
      ...(identity === null ? [] : [{ actor: app, ...identified(state.runId, session, publicKey, identity) }]),
      ...eventsFor(state, intent).map((event) => ({ actor: { kind: 'operator', name: person } as const, ...event })),
      { actor: app, type: 'session-closed', data: { reason: 'ended' } },
    ]);
  } finally {
    await journal.close();
  }
}

/** Takes the pen of a run whose every record holds; waits a moment for whoever else is writing. */
async function openChecked(
  folder: string,
  clock: Clock,
  signer: SessionSigner,
): Promise<{ readonly opened: OpenedJournal; readonly read: CheckedReading }> {
  for (const until = performance.now() + patienceMs; ; ) {
    const read = new CheckedReading();
    try {
      const opened = await openJournal({ folder, clock, signer, onRecord: (record) => read.take(record) });
      return { opened, read };
    } catch (error) {
      const busy = error instanceof JournalError && error.code === 'locked';
      if (!busy || performance.now() > until) throw error;
      await pause(lookMs);
    }
  }
}

/** Checks what the chain alone cannot tell, record by record, and stops at the first that does not hold. */
class CheckedReading {
  #audit: RunAudit = FIRST_AUDIT;
  #people: PeopleAudit | null = null;

  take(record: JournalRecord): void {
    const ordered = auditRecord(this.#audit, record, signatureHolds);
    const signed = auditPeople(this.#people, record, { sha256: sha256Text, signatureHolds });
    const fault = [...ordered.faults, ...signed.faults.filter(({ severity }) => severity === 'altered')][0];
    if (fault !== undefined)
      throw new Refused(failure('run-altered', { line: String(record.seq + 1), what: fault.code }));
    this.#audit = ordered.audit;
    this.#people = signed.audit;
  }

  state(): RunState {
    const [unproved] = this.#audit.waiting;
    if (this.#people === null || unproved !== undefined)
      throw new Refused(failure('run-altered', { line: String(unproved?.line ?? 1), what: 'signed-without-session' }));
    return this.#people.state;
  }
}

function reasonOf(error: unknown, runId: string): Failure {
  if (error instanceof Refused) return error.failure;
  if (error instanceof JournalError) {
    const { line = '?', code = '?' } = error.fault ?? {};
    if (error.code === 'altered') return failure('run-altered', { line: String(line), what: code }, error);
    if (error.code === 'locked') return failure('run-being-written', { path: runId }, error);
  }
  switch (systemCode(error instanceof JournalError ? error.cause : error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return failure('disk-full', { path: runId }, error);
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return failure('run-read-only', {}, error);
    default:
      return failure('local-error', { path: runId }, error);
  }
}
