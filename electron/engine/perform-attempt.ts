import type { Recording } from '../../shared/contract/events.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Action, CommandAction } from '../../shared/steps/actions.ts';
import { keepEvidenceBytes, keepEvidenceFile, keptEvidence } from './evidence-files.ts';
import { JournalRefused } from './journal-refused.ts';
import { createMatcherSource, Redactor } from './output/redactor.ts';
import type { Clock, Hosts, OutputSink, OutputStore, ProgressTap, RunFiles, SecretStore } from './ports.ts';
import { sudoSecret } from './prompting.ts';
import { runAction } from './steps/index.ts';
import { type AttemptPlace, type ManualAnswer, type Outcome, outcome, type StepContext } from './steps/step-runner.ts';
import { attemptMark, signalScript, type Wire, wireCommand, wireScript } from './steps/wire.ts';

/** What an attempt needs of the run it belongs to. */
export interface AttemptSurroundings {
  readonly folder: string;
  readonly hosts: Hosts;
  readonly output: OutputStore;
  readonly secrets: SecretStore;
  readonly clock: Clock;
  readonly files: RunFiles;
  readonly progress: ProgressTap;
}

/** One attempt, its start already on disk. */
export interface StartedAttempt extends AttemptPlace {
  readonly attempt: string;
  readonly runId: string;
  readonly state: () => RunState;
  readonly note: (text: string) => Promise<void>;
  readonly action: Action;
  readonly answer: ManualAnswer | null;
  /** False at the desk, where there is no output. */
  readonly recorded: boolean;
  readonly cancelled: AbortSignal;
}

export interface PerformedAttempt {
  readonly outcome: Outcome;
  readonly recording: Recording | null;
  /** Redacted stdout, as far as it was captured. */
  readonly stdout: string;
}

/** Does one attempt and seals its recording. Never rejects for anything a host, a disk or a person can do. */
export async function performAttempt(parts: AttemptSurroundings, started: StartedAttempt): Promise<PerformedAttempt> {
  const { attempt, target, action, step, recorded } = started;
  let sink: OutputSink = silent;
  try {
    if (recorded) sink = await parts.output.open(attempt, `${step.code} ${step.title} · ${target}`);
  } catch (error) {
    // Nothing was sent yet, and nothing runs unrecorded.
    const problem = failure('recording-unwritable', {}, error);
    return { outcome: outcome('failed', { effect: 'none', failure: problem }), recording: null, stdout: '' };
  }
  const ended = await runAction(contextOf(parts, started, sink), action).catch(cutShort);
  if (ended.failure?.code === 'sudo-refused') parts.secrets.forget(sudoSecret(target));
  // What is no address at all was mistyped: the next attempt asks for it again.
  if (ended.failure?.code === 'announce-url') parts.secrets.forget(ended.failure.params['secret'] ?? '');
  if (!recorded) return { outcome: ended, recording: null, stdout: '' };
  const stdout = sink.captured('stdout').text;
  try {
    return { outcome: ended, recording: await sink.seal(ended.exit?.code ?? null), stdout };
  } catch (error) {
    return { outcome: unsealed(ended, error), recording: null, stdout };
  }
}

/**
 * A kind that throws has a fault of ours. How far it had come nobody knows, but the attempt must end: one that runs for
 * ever can neither be probed nor decided.
 */
function cutShort(error: unknown): Outcome {
  const problem = error instanceof JournalRefused ? error.failure : failure('local-error', {}, error);
  return outcome('unknown', { failure: problem });
}

function contextOf(parts: AttemptSurroundings, started: StartedAttempt, output: OutputSink): StepContext {
  const { plan, step, attempt, runId, target, choice, text, state, note, cancelled, answer } = started;
  const mark = attemptMark(runId, attempt);
  return {
    ...parts.files,
    plan,
    step,
    target,
    choice,
    text,
    attempt,
    runId,
    state,
    note,
    secret: (name) => parts.secrets.known(name),
    redactor: () => new Redactor(createMatcherSource(parts.secrets)),
    progress: (done, of, label) => parts.progress({ attempt, done, of, label }),
    hosts: parts.hosts,
    clock: parts.clock,
    output,
    cancelled,
    wire: (command) => wireFor(parts.secrets, command, mark, target),
    signalWords: (signal) => wireScript(signalScript(mark, signal)),
    answer,
    keepFile: (field, path) => keepEvidenceFile(parts.folder, attempt, field, path),
    keepBytes: (name, bytes) => keepEvidenceBytes(parts.folder, attempt, name, bytes),
    keptBytes: (file) => keptEvidence(parts.folder, file),
  };
}

/** A command as it travels, with the secrets known for it. */
export function wireFor(secrets: SecretStore, action: CommandAction, mark: string, target: string): Wire {
  const sudoPassword = action.sudo === null ? null : secrets.known(sudoSecret(target));
  return wireCommand(action, mark, (name) => secrets.known(name) ?? '', sudoPassword);
}

/** A recording that could not be sealed is no evidence: a pass becomes inconclusive, anything worse stays. */
function unsealed(ended: Outcome, error: unknown): Outcome {
  const problem = ended.failure ?? failure('recording-unwritable', {}, error);
  return { ...ended, verdict: ended.verdict === 'passed' ? 'inconclusive' : ended.verdict, failure: problem };
}

/** For attempts at the desk, which produce no output. */
const silent: OutputSink = {
  write: () => {},
  captured: () => ({ text: '', complete: true, lines: 0 }),
  seal: async () => {
    throw new Error('an attempt without output has nothing to seal');
  },
};
