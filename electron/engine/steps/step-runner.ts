import type { Failure } from '../../../shared/contract/errors.ts';
import type { EvidenceValue, Exit, SealedFile, Verdict } from '../../../shared/contract/events.ts';
import type { EvidenceAnswer } from '../../../shared/contract/intents.ts';
import type { CommandAction } from '../../../shared/steps/actions.ts';
import type { CheckResult } from '../../../shared/steps/expectations.ts';
import type { Clock, Hosts, OutputSink } from '../ports.ts';
import type { Wire } from './wire.ts';

/** What a person answered to a manual step. */
export interface ManualAnswer {
  readonly verdict: 'passed' | 'failed';
  readonly evidence: Readonly<Record<string, EvidenceAnswer>>;
  readonly note: string | null;
}

/** What one attempt on one target has at hand. */
export interface StepContext {
  /** Host name, or `DESK`. */
  readonly target: string;
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
  /** Copies a local file into the run's folder and seals it; rejects with what the disk said. */
  readonly keepFile: (field: string, path: string) => Promise<SealedFile>;
}

/** How an attempt ended, as far as it was sensed. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly exit: Exit | null;
  readonly checks: readonly CheckResult[];
  readonly failure: Failure | null;
  readonly evidence: Readonly<Record<string, EvidenceValue>>;
  readonly note: string | null;
}

/** An outcome with nothing but what is given. */
export function outcome(verdict: Verdict, given: Partial<Omit<Outcome, 'verdict'>> = {}): Outcome {
  return { verdict, exit: null, checks: [], failure: null, evidence: {}, note: null, ...given };
}

/** Does one kind of step on one target. Never rejects for anything a host, a disk or a person can do. */
export type StepRunner<A> = (context: StepContext, action: A) => Promise<Outcome>;
