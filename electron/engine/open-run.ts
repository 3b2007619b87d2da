import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import type { Plan } from '../../shared/checklist/plan.ts';
import type { Failure } from '../../shared/contract/errors.ts';
import type { EventOf, Rehearsal, RunEvent } from '../../shared/contract/events.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { RunState } from '../../shared/run/state.ts';
import { applyRecord, startState } from '../../shared/run/transition.ts';
import { noteRun } from '../evidence/keep-runs.ts';
import { runsFolder } from './data-folder.ts';
import { whatWentBefore } from './history.ts';
import { createSessionSigner, type SessionSigner } from './journal/digest.ts';
import { createJournal, openJournal } from './journal/journal.ts';
import { JournalError } from './journal/journal-error.ts';
import { syncFolder } from './journal/torn.ts';
import { isUntakenCopy } from './link-file.ts';
import { createOutputStore } from './output/output-store.ts';
import { redactText } from './output/redact-text.ts';
import type {
  Clock,
  HostEvent,
  Hosts,
  Identity,
  Journal,
  OutputStore,
  OutputTap,
  ProgressTap,
  Prompter,
  Result,
  SecretStore,
} from './ports.ts';
import { watchRedlines } from './redlines.ts';
import { RunController, type SessionEnd } from './run-controller.ts';
import { runFiles } from './run-files.ts';
import { identified, penTaken } from './session-records.ts';
import { version } from './version.ts';

/** A run with its pen: exactly one process holds it at any time. */
export interface OpenRun {
  readonly runId: string;
  readonly folder: string;
  readonly controller: RunController;
  readonly hosts: Hosts;
  readonly output: OutputStore;
  /** A person vouches with their own key for this session; once is enough. */
  identify(identity: Identity): Promise<void>;
  close(reason: SessionEnd): Promise<void>;
}

/** What every run needs, new or taken up again. */
export interface RunSurroundings {
  /** The data folder; the run lives in `runs/<id>` below it. */
  readonly data: string;
  readonly hosts: Hosts;
  readonly secrets: SecretStore;
  readonly prompter: Prompter;
  readonly clock: Clock;
  /** The operator's name. */
  readonly person: string;
  readonly tap: OutputTap;
  readonly progress: ProgressTap;
}

export interface NewRun extends RunSurroundings {
  readonly plan: Plan;
  /** The checklist's files as read; frozen into the run. The first is the checklist itself. */
  readonly files: readonly { readonly path: string; readonly bytes: Buffer }[];
  readonly source: string;
  readonly mode: 'app' | 'headless';
  /** What the hosts did before there was a journal to say so (keys accepted in preflight, connections made). */
  readonly earlier: readonly HostEvent[];
}

export interface ExistingRun extends Omit<RunSurroundings, 'hosts'> {
  readonly runId: string;
  /** The hosts of the frozen plan; connects nothing by itself. */
  readonly makeHosts: (plan: Plan) => Hosts;
  /** How the pen came here from another machine; null for a run of this one. */
  readonly pen: Pen | null;
}

/** The pen changes hands to the person of this installation, who was `participant` in the run. */
export interface Pen {
  readonly how: 'handover' | 'takeover';
  readonly participant: string;
  readonly reason: string;
  readonly identity: Identity;
}

/** `20261120T140500Z-3f9a1c`: sorts by time, unique enough for one installation (the folder is made exclusively). */
function newRunId(clock: Clock): string {
  const stamp = clock.now().toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
  return `${stamp}-${randomBytes(3).toString('hex')}`;
}

/**
 * Creates a run: freezes the checklist, opens the journal and records what is known so far. Nothing is sent to any
 * host. Fails as `local-error` when the data folder cannot be written.
 */
export async function createRun(run: NewRun): Promise<Result<OpenRun>> {
  const runId = newRunId(run.clock);
  const folder = join(runsFolder(run.data), runId);
  let journal: Journal | null = null;
  try {
    const { files, contentHash, rehearsal, unexplained } = await whatWentBefore(run.data, run.plan, run.files);
    const missing = refusedBeforehand(run.plan, rehearsal, unexplained);
    if (missing !== null) return { ok: false, failure: missing };
    await mkdir(runsFolder(run.data), { recursive: true, mode: 0o700 });
    await mkdir(folder, { mode: 0o700 });
    await freeze(folder, run.files);
    const signer = createSessionSigner();
    journal = await createJournal({ folder, clock: run.clock, signer });
    const [first] = await journal.append([
      { actor: { kind: 'app', name: 'Countersign' }, ...created(run, { runId, files, contentHash, rehearsal }) },
    ]);
    if (first?.type !== 'run-created') throw new Error('the journal did not take the first record');
    const opened = assemble(run, run.hosts, journal, startState(first), folder);
    await opened.controller.recordByApp([sessionOpened(signer, run.person, false)]);
    await opened.controller.recordHosts(run.earlier);
    return { ok: true, value: opened };
  } catch (error) {
    await journal?.close();
    return { ok: false, failure: failure('local-error', { path: folder }, error) };
  }
}

/** Why a production run may not begin, or null. */
function refusedBeforehand(plan: Plan, rehearsal: Rehearsal | null, unexplained: RunState | null): Failure | null {
  if (unexplained !== null) return failure('analysis-missing', { run: unexplained.runId });
  const refused = plan.rehearsal === 'refuse' && rehearsal?.sameContent !== true;
  return refused ? failure('rehearsal-missing', { title: plan.title }) : null;
}

type Created = Pick<EventOf<'run-created'>['data'], 'runId' | 'files' | 'contentHash' | 'rehearsal'>;

function created(run: NewRun, known: Created): RunEvent {
  const app = { version, platform: `${process.platform} ${process.arch}` };
  const { plan, source, mode } = run;
  return { type: 'run-created', data: { ...known, plan, source, mode, app } };
}

/** The record with which a session takes up the pen. */
export function sessionOpened(
  signer: SessionSigner,
  person: string,
  resumed: boolean,
): Extract<RunEvent, { type: 'session-opened' }> {
  const data = {
    session: randomUUID(),
    publicKey: signer.publicKey,
    machine: hostname(),
    person,
    pid: process.pid,
    resumed,
  };
  return { type: 'session-opened', data };
}

/** Copies the checklist's files into the run, durably, before anything refers to them. */
async function freeze(folder: string, files: NewRun['files']): Promise<void> {
  for (const { path, bytes } of files) {
    const full = join(folder, 'checklist', path);
    await mkdir(dirname(full), { recursive: true });
    const file = await open(full, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await syncFolder(dirname(full));
  }
}

function assemble(
  run: Omit<RunSurroundings, 'hosts'>,
  hosts: Hosts,
  journal: Journal,
  state: RunState,
  folder: string,
): OpenRun {
  const { data, clock, secrets, prompter, tap, progress, person } = run;
  const output = createOutputStore({ folder, clock, secrets, tap });
  const controller = new RunController({
    state,
    journal,
    hosts,
    output,
    secrets,
    prompter,
    clock,
    folder,
    files: runFiles({ data, folder, state }),
    progress,
    operator: { kind: 'operator', name: person },
    redact: (text) => redactText(text, secrets.values()),
  });
  const chain = noteRun(data, state, clock);
  const closing = new AbortController();
  const watching = watchRedlines({
    state: () => controller.state,
    record: (events) => controller.recordByApp(events),
    clock,
    closed: closing.signal,
  });
  return {
    runId: state.runId,
    folder,
    controller,
    hosts,
    output,
    identify: async (identity) => {
      const { runId, sessions } = controller.state;
      const session = sessions.at(-1);
      if (session === undefined || session.identity !== null) return;
      await controller.recordByApp([identified(runId, session.session, session.publicKey, identity)]);
    },
    close: async (reason) => {
      closing.abort();
      await watching;
      await controller.close(reason);
      await chain.closed(controller.state);
      await hosts.close();
    },
  };
}

/**
 * Takes up a run that was left or whose process died: checks the chain, cuts a torn last line, and settles what was
 * under way by what can be known: its end was never seen, so it is *unknown*. Nothing is sent to any host. A run that
 * ended, but whose process died before it could close its session, is taken up to be closed.
 * Fails as `local-error` with the journal's own words (altered, locked by another process, missing).
 */
export async function openRun(run: ExistingRun): Promise<Result<OpenRun>> {
  const folder = join(runsFolder(run.data), run.runId);
  const signer = createSessionSigner();
  let journal: Journal | null = null;
  try {
    let state: RunState | null = null;
    const read = await openJournal({
      folder,
      clock: run.clock,
      signer,
      onRecord: (record) => {
        if (state !== null) state = applyRecord(state, record);
        else if (record.type === 'run-created') state = startState(record);
      },
    });
    journal = read.journal;
    const found = state as RunState | null;
    if (found === null) throw new JournalError('altered', 'The journal does not begin with the creation of a run.');
    if (isClosed(found)) {
      throw new JournalError('closed', 'The run has ended; it can be read, but not taken up again.');
    }
    const { pen } = run;
    const given = found.penWith?.participant ?? null;
    if (given !== (pen?.how === 'handover' ? pen.participant : null)) {
      await journal.close();
      return { ok: false, failure: failure('handed-over', { name: nameOf(found, given) }) };
    }
    const opening = sessionOpened(signer, run.person, true);
    if (pen === null && (await isUntakenCopy(folder, found))) {
      throw new JournalError('closed', 'This is the copy of somebody else’s run; its pen has not been taken.');
    }
    const taking = pen === null ? cutOff(found) : penTaken(found, opening.data, pen);
    // Only now may this session write: the records below are what makes it the one that holds the pen.
    const opened = assemble(run, run.makeHosts(found.plan), journal, { ...found, penWith: null }, folder);
    await opened.controller.recordByApp([
      opening,
      ...(read.repaired === null ? [] : [{ type: 'journal-repaired', data: { cut: read.repaired } } as const]),
      ...taking,
    ]);
    await opened.controller.recordByApp(await interrupted(found, opened.output));
    return { ok: true, value: opened };
  } catch (error) {
    // Otherwise the run stays locked by this very process, and making room on the disk would not help.
    await journal?.close();
    return { ok: false, failure: failure('local-error', { path: folder }, error) };
  }
}

/** Whoever followed when the process died does not any more: they have to be invited anew. */
function cutOff({ mirroredSince }: RunState): readonly RunEvent[] {
  return mirroredSince === null ? [] : [{ type: 'mirror-closed', data: {} }];
}

function nameOf(state: RunState, participant: string | null): string {
  return state.participants.find((one) => one.participant === participant)?.name ?? '';
}

/** True when a run has ended and its last session was closed: there is nothing left to record. */
export function isClosed(state: RunState): boolean {
  return state.status === 'ended' && state.sessions.at(-1)?.closedAt !== null;
}

/** The end of every attempt that was open when the process died, with what its recording holds. */
async function interrupted(state: RunState, output: OutputStore): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for (const [attempt, [step, target]] of Object.entries(state.running)) {
    const found = state.steps[step]?.targets[target]?.attempts.find((one) => one.attempt === attempt);
    const recording = found?.recordingPath ? await output.sealLeftover(attempt) : null;
    const data: EventOf<'attempt-ended'>['data'] = {
      attempt,
      verdict: 'unknown',
      effect: 'unknown',
      exit: null,
      checks: [],
      failure: failure('interrupted'),
      recording,
      evidence: {},
      note: null,
      result: null,
      findings: [],
      offers: [],
      durationMs: 0,
    };
    events.push({ type: 'attempt-ended', data });
  }
  return events;
}
