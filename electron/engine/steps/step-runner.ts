import type { Plan, PlanStep } from '../../../shared/checklist/plan.ts';
import type { Failure } from '../../../shared/contract/errors.ts';
import type {
  AttemptEffect,
  EvidenceValue,
  Exit,
  Finding,
  SealedFile,
  Verdict,
} from '../../../shared/contract/events.ts';
import type { EvidenceAnswer } from '../../../shared/contract/intents.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { CommandAction } from '../../../shared/steps/actions.ts';
import type { CheckResult } from '../../../shared/steps/expectations.ts';
import type { StepResult } from '../../../shared/steps/results.ts';
import type { Clock, Hosts, OutputSink, RunFiles, StreamRedactor } from '../ports.ts';
import type { Wire } from './wire.ts';

/** What a person answered to a manual step. */
export interface ManualAnswer {
  readonly verdict: 'passed' | 'failed';
  readonly evidence: Readonly<Record<string, EvidenceAnswer>>;
  readonly note: string | null;
}

/** Where an attempt is to be made. */
export interface AttemptPlace {
  readonly plan: Plan;
  readonly step: PlanStep;
  /** Host name, or `DESK`. */
  readonly target: string;
  /** The move that was chosen of those the attempt before offered, or null for the step itself. */
  readonly choice: string | null;
  /** The text that the person saw and sends, or null. */
  readonly text: string | null;
}

/** What must be there before an attempt may start, and what is written down about it beforehand. */
export interface Sending {
  /** Hosts whose connections it uses; they are connected first. */
  readonly hosts: readonly string[];
  /** Names of the plan's secrets that it uses; asked for first. */
  readonly secrets: readonly string[];
  /** Account to become with sudo on the target, or null. */
  readonly sudo: string | null;
  /** The effect in the checklist's words, or null where nothing leaves this computer. */
  readonly command: string | null;
  /** The effect as it travels to the target, where it is one command; its exact words are written down. */
  readonly wire: CommandAction | null;
  /** True when it produces output that is recorded. */
  readonly recorded: boolean;
}

/** A sending of nothing: what happens at the desk alone. */
export const nothingSent: Sending = {
  hosts: [],
  secrets: [],
  sudo: null,
  command: null,
  wire: null,
  recorded: false,
};

/** The sending of one command to the target. */
export function commandSending(target: string, command: CommandAction): Sending {
  const { secrets, sudo } = command;
  return { hosts: [target], secrets, sudo, command: command.command, wire: command, recorded: true };
}

/** What one attempt on one target has at hand. */
export interface StepContext extends AttemptPlace, RunFiles {
  readonly attempt: string;
  readonly runId: string;
  /** The run as it stands now. */
  readonly state: () => RunState;
  readonly hosts: Hosts;
  readonly clock: Clock;
  readonly output: OutputSink;
  /** Aborted when a person cancels the attempt. */
  readonly cancelled: AbortSignal;
  /** The command as it travels, secrets on stdin. */
  readonly wire: (action: CommandAction) => Wire;
  /** The words that signal this attempt's processes from a second channel. */
  readonly signalWords: (signal: 'TERM' | 'KILL') => string;
  /** Only for manual steps. */
  readonly answer: ManualAnswer | null;
  /** A secret's value; asked for before the attempt began, where `Sending` names it. */
  readonly secret: (name: string) => string | null;
  /** Hides secrets in a stream of bytes, for what is worked on beside the recording: a secret must not be cut first. */
  readonly redactor: () => StreamRedactor;
  /** Writes down durably what is about to be done next. Rejects when the journal refuses: then it must not be done. */
  readonly note: (text: string) => Promise<void>;
  /** Tells screens how far it is. */
  readonly progress: (done: number, of: number | null, label: string) => void;
  /** Copies a local file into the run's folder and seals it; rejects with what the disk said. */
  readonly keepFile: (field: string, path: string) => Promise<SealedFile>;
  /** Keeps bytes as a file of the run's folder under this name and seals it; rejects with what the disk said. */
  readonly keepBytes: (name: string, bytes: Buffer) => Promise<SealedFile>;
  /** What a sealed file of the run holds; null when it is gone or is not what was sealed. */
  readonly keptBytes: (file: SealedFile) => Promise<Buffer | null>;
}

/** How an attempt ended, as far as it was sensed. */
export interface Outcome {
  readonly verdict: Verdict;
  /** What it changed; left to `outcome()`, a pass changed everything and nothing else is known. */
  readonly effect: AttemptEffect;
  readonly exit: Exit | null;
  readonly checks: readonly CheckResult[];
  readonly failure: Failure | null;
  readonly evidence: Readonly<Record<string, EvidenceValue>>;
  readonly note: string | null;
  readonly result: StepResult | null;
  readonly findings: readonly Finding[];
  readonly offers: readonly string[];
}

/** An outcome with nothing but what is given. */
export function outcome(verdict: Verdict, given: Partial<Omit<Outcome, 'verdict'>> = {}): Outcome {
  return {
    verdict,
    effect: verdict === 'passed' ? 'full' : 'unknown',
    exit: null,
    checks: [],
    failure: null,
    evidence: {},
    note: null,
    result: null,
    findings: [],
    offers: [],
    ...given,
  };
}

/** Does one kind of step on one target. Never rejects for anything a host, a disk or a person can do. */
export type StepRunner<A> = (context: StepContext, action: A) => Promise<Outcome>;

/** The engine's door of a step kind. */
export interface StepEngine<A> {
  sending(action: A, place: AttemptPlace): Sending;
  readonly run: StepRunner<A>;
}
