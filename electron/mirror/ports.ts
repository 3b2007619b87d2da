import type { JournalRecord, RunEvent } from '../../shared/contract/events.ts';
import type { MirrorIntent, Refusal } from '../../shared/contract/intents.ts';
import type { CheckerRequest, LinkView, MirrorView, SigningView } from '../../shared/contract/ipc/people.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Answer } from '../engine/answer.ts';
import type { Clock, Identity, OutputTap, ProgressTap } from '../engine/ports.ts';

export type { Identity };

/** What following and being followed need from the rest of the app. No file here knows Electron. */

/** The run that others follow: its folder on disk, its state, and the pen for what the mirror has to record. */
export interface MirroredRun {
  readonly runId: string;
  readonly folder: string;
  state(): RunState;
  /** Told after a record is durable and folded in. */
  subscribe(listener: (record: JournalRecord) => void): () => void;
  /** Records in the app's own name. */
  record(events: readonly RunEvent[]): Promise<void>;
  /** Decides an intent of somebody on another computer, in their name. */
  submitFrom(participant: string, intent: MirrorIntent): Promise<Answer>;
}

export interface MirrorHostParts {
  readonly run: MirroredRun;
  readonly clock: Clock;
  /** This machine's own name, to tell whether a guest sits at the same one. */
  readonly machine: string;
  /** Address to listen on; null: all of them. Port 0 picks one. */
  readonly listen: { readonly address: string | null; readonly port: number };
  /** An address to be named first in invitations (a forwarded port, a public name), `host` or `host:port`; or null. */
  readonly known: string | null;
  /** True when this key was exchanged beforehand. */
  readonly pinned: (publicKey: string) => boolean;
  readonly onView: (view: MirrorView) => void;
  /** The pen's new holder tells us how to follow them. */
  readonly onInvited: (invitation: string) => void;
}

/** Lets others follow a run. Never holds the run up: viewers that cannot keep up wait in the journal's file. */
export interface MirrorHost {
  view(): MirrorView;
  /** A fresh one-time invitation; an unused one before it is void. */
  invite(): Promise<void>;
  /** Live output and progress of the run, after redaction. */
  readonly output: OutputTap;
  readonly progress: ProgressTap;
  /** Records that nobody can follow any more and lets nobody in; those connected still get what comes. */
  seal(): Promise<void>;
  /** Sends everybody the journal to its last line, waits a little for the checker's last receipt, says bye, closes. */
  close(reason: 'closed' | 'ended' | 'handed-over'): Promise<void>;
}

export interface MirrorGuestParts {
  /** The data folder; the copy lives in `mirrored/<run id>` below it. */
  readonly data: string;
  readonly invitation: string;
  /** `host:port` instead of those of the invitation, or null. */
  readonly address: string | null;
  readonly identity: Identity;
  readonly machine: string;
  readonly clock: Clock;
  readonly onLink: (link: LinkView, signing: SigningView | null) => void;
  /** The state anew: joined, or read back from an earlier copy. */
  readonly onState: (state: RunState) => void;
  readonly onRecord: (record: JournalRecord) => void;
  readonly onOutput: OutputTap;
  readonly onProgress: ProgressTap;
  /** The pen was given to us, and the whole history with all its files is here. */
  readonly onPen: () => void;
}

/** Follows somebody's run, keeps its own copy, and signs what it holds. */
export interface MirrorGuest {
  link(): LinkView;
  signing(): SigningView | null;
  state(): RunState | null;
  /** Where the copy lies; null before the first record came. */
  folder(): string | null;
  /** Signs where needed and asks; null when it was done, else why not (`link-lost` while there is no connection). */
  submit(request: CheckerRequest): Promise<Refusal | null>;
  awake(): void;
  /** Tells the former operator how to follow us. */
  invite(invitation: string): Promise<void>;
  /** Lets go of the copy's files (they may be moved now) but keeps the link, so that `invite` can still be sent. */
  release(): Promise<void>;
  /** Stops following; the copy is on disk when it resolves. `leave` says so to the operator first. */
  close(how: 'leave' | 'quit' | 'pen'): Promise<void>;
}
