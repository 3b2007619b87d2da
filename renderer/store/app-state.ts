import type { Plan } from '../../shared/checklist/plan.ts';
import type { Problem } from '../../shared/checklist/problem.ts';
import type { Failure } from '../../shared/contract/errors.ts';
import type { Rehearsal } from '../../shared/contract/events.ts';
import type { LockdownChoice, Refusal } from '../../shared/contract/intents.ts';
import type { Moving, RunVerdict, TakenUp } from '../../shared/contract/ipc/evidence.ts';
import type { FeedView } from '../../shared/contract/ipc/feed.ts';
import type { HistoryPage } from '../../shared/contract/ipc/history.ts';
import type { ChecklistSummary, RunSummary } from '../../shared/contract/ipc/home.ts';
import type { DisplayView, LockView } from '../../shared/contract/ipc/lock.ts';
import type { KnownPerson, MirrorView } from '../../shared/contract/ipc/people.ts';
import type { PreflightHost, PromptView } from '../../shared/contract/ipc/preflight.ts';
import type { Language, Settings } from '../../shared/contract/ipc/settings.ts';
import type { Answers, Pushes, RequestOf } from '../../shared/contract/ipc.ts';
import type { WayOut } from '../../shared/contract/lockdown.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Announcement } from '../model/announce.ts';
import type { EvidenceDraft } from '../model/evidence.ts';
import type { Checks, Decisions } from '../model/preflight-checks.ts';
import type { Followed } from './mirror-link-state.ts';
import type { CompareState, ReplayState } from './replay-state.ts';

export type AppInfo = Answers['app:info'];

export interface HomeState {
  /** Null until the first answer came. */
  readonly checklists: readonly ChecklistSummary[] | null;
  readonly runs: readonly RunSummary[];
  readonly failure: Failure | null;
  /** What is being opened just now, so that a second click does nothing. */
  readonly busy: 'demo' | 'file' | 'preflight' | 'run' | null;
  /** A demo with several environments waits for a choice. */
  readonly demo: ChecklistSummary | null;
}

/** What is searched for, by what it is filtered, and what was found. */
export interface HistoryState {
  readonly query: HistoryFilters;
  /** Null until the first answer came; rows come page by page. */
  readonly page: HistoryPage | null;
  /** An answer is on its way that will take the place of `page`. */
  readonly searching: boolean;
  /** Why nothing could be looked for. */
  readonly failure: Failure | null;
  /** Why what was asked for last was not done. */
  readonly undone: Failure | null;
  /** Runs that are chosen, by run id, in the order in which they were. */
  readonly chosen: readonly string[];
  /** What was done last: told in words until something else is done. */
  readonly done: HistoryDone | null;
  readonly busy: boolean;
}
/** Whole runs on their way, as main told last. */
export type MovingState = Moving & { readonly stopping: boolean };
export type HistoryFilters = Omit<RequestOf<'history:find'>, 'first' | 'count'>;
export type HistoryDone =
  | {
      readonly type: 'retired';
      readonly how: 'archive' | 'remove';
      /** Those that were; fewer than `of` when it was stopped. */
      readonly runIds: readonly string[];
      readonly of: number;
    }
  | ({ readonly type: 'imported' } & TakenUp)
  | { readonly type: 'taken-back'; readonly count: number }
  | ({ readonly type: 'exported' } & Exported)
  | { readonly type: 'stopped' };
/** A run that was written as one file. */
export type Exported = Extract<Answers['run:export'], { ok: true }>['value'];
/** The export that was begun last on the screen of a finished run. */
export interface Exporting {
  readonly runId: string;
  readonly standing:
    | { readonly type: 'writing' | 'stopped' }
    | { readonly type: 'done'; readonly exported: Exported }
    | { readonly type: 'failed'; readonly failure: Failure };
  /** What became of it was told where it was begun. */
  readonly told: boolean;
}
/** How a run's verdict stands on the screen. */
export type VerdictStanding = RunVerdict | 'asking' | 'failed';

export interface PreflightState {
  readonly path: string;
  readonly environment: string;
  readonly plan: Plan | null;
  readonly problems: readonly Problem[];
  /** What is known of a rehearsal; null where there was none, and outside production. */
  readonly rehearsal: Rehearsal | null;
  /** The production run that was rolled back and not explained; it has to be before another begins. */
  readonly unexplained: { readonly runId: string; readonly title: string } | null;
  readonly hosts: Readonly<Record<string, PreflightHost>>;
  /** What was sensed of this computer, and what the person goes past. */
  readonly checks: Checks;
  readonly decisions: Decisions;
  /** Why the checks could not even be asked for. */
  readonly checksFailure: Failure | null;
  readonly lockdown: LockdownChoice;
  /** Empty until main was asked. */
  readonly displays: readonly DisplayView[];
  readonly creating: boolean;
  readonly failure: Failure | null;
}

/** The text panes of the run screen that may lie over it. */
export type RunDialog = 'keys' | 'rollback' | 'recording' | 'redlines' | 'invite' | 'interruptions' | 'glass' | null;

export interface OpenRun {
  readonly state: RunState;
  /** This process holds the pen; otherwise the run can only be looked at. */
  readonly live: boolean;
  /** Opened again after it had been left or had crashed. */
  readonly resumed: boolean;
  /** An intent is on its way; nothing else may be asked until it is answered. */
  readonly pending: boolean;
  readonly refusal: Refusal | null;
  readonly journal: { readonly writable: boolean; readonly failure: Failure | null };
  /** Why what was added after the end is not shown yet: it is in the journal, but the run could not be read again. */
  readonly unread: Failure | null;
  /** The step being looked at; null follows the current one. */
  readonly viewStep: number | null;
  readonly viewTarget: string | null;
  readonly dialog: RunDialog;
  /** Attempt whose whole recording is shown. */
  readonly recording: string | null;
  /** The line it is opened at, counted from 0; null: its beginning. */
  readonly recordingLine: number | null;
  /** What was typed into manual steps, by `step/target`; survives looking at another step. */
  readonly drafts: Readonly<Record<string, EvidenceDraft>>;
  /** How far running attempts are, by attempt: only ever shown, and gone when the attempt ends. */
  readonly progress: Readonly<Record<string, AttemptProgress>>;
  /** The lock as main sensed it last; null while nothing is locked and nothing is kept back. */
  readonly lock: LockView | null;
  /** The way out that was refused just now, with a number so that the same one is seen twice; null again soon. */
  readonly refusedWay: { readonly way: WayOut; readonly number: number } | null;
}

export type AttemptProgress = Pushes['run:progress'];

/** Who follows, and when that was heard (wall clock, milliseconds): silence grows from there. */
export interface HeardMirror {
  readonly view: MirrorView;
  readonly at: number;
}

/** The person of this installation, and whom they know. */
export interface IdentityState {
  /** Null until main was asked. */
  readonly known: Answers['identity:get'] | null;
  /** Something waits for the key: making or unlocking it is asked for. */
  readonly wanted: boolean;
  /** Null until main was asked. */
  readonly people: readonly KnownPerson[] | null;
}

/** Somebody's invitation on its way to being followed; what was typed survives a failed attempt. */
export interface JoinState {
  readonly invitation: string;
  readonly address: string;
  readonly busy: boolean;
  readonly failure: Failure | null;
}

export type AnalysisDraft = Omit<RequestOf<'run:analysis'>, 'runId'>;

export interface AppState {
  readonly info: AppInfo | null;
  readonly settings: Settings | null;
  readonly screen: 'home' | 'preflight' | 'run' | 'checker' | 'history' | 'replay' | 'compare';
  readonly settingsOpen: boolean;
  /** Where records are sent on to; null until main was asked. */
  readonly feed: FeedView | null;
  readonly identity: IdentityState;
  readonly home: HomeState;
  /** Null until it was first opened; what was searched for stays while a run is looked at. */
  readonly history: HistoryState | null;
  /** Null while no run is exported, imported or put away. */
  readonly moving: MovingState | null;
  /** Outlives the screen where it was begun: it may be left before the run is written. */
  readonly exporting: Exporting | null;
  /** What the verifier said of runs, by run id, as main answered since the screen was loaded. */
  readonly verdicts: Readonly<Record<string, VerdictStanding>>;
  readonly preflight: PreflightState | null;
  readonly prompts: readonly PromptView[];
  /** What was typed of problem analyses and not filed yet, by run id; survives leaving the screen. */
  readonly analysisDrafts: Readonly<Record<string, AnalysisDraft>>;
  readonly run: OpenRun | null;
  /** The open run's mirror as main last told of it; null while nobody can follow. */
  readonly mirror: HeardMirror | null;
  /** The dialog for following somebody's run; null while it is not open. */
  readonly joining: JoinState | null;
  /** Somebody else's run is followed; then `run` is a mirror of it. */
  readonly followed: Followed | null;
  /** A run of the past that is replayed; then `run` is what it was at that moment. */
  readonly replay: ReplayState | null;
  /** Two runs of the past side by side. */
  readonly compare: CompareState | null;
  /** The last thing to be heard, with a number so that the same words are heard twice. */
  readonly heard: { readonly number: number; readonly announcement: Announcement } | null;
}

export const initialState: AppState = {
  info: null,
  settings: null,
  screen: 'home',
  settingsOpen: false,
  feed: null,
  identity: { known: null, wanted: false, people: null },
  home: { checklists: null, runs: [], failure: null, busy: null, demo: null },
  history: null,
  moving: null,
  exporting: null,
  verdicts: {},
  preflight: null,
  prompts: [],
  analysisDrafts: {},
  run: null,
  mirror: null,
  joining: null,
  followed: null,
  replay: null,
  compare: null,
  heard: null,
};

/** The language the screens speak: the person's choice, or the system's. */
export function languageOf(state: Pick<AppState, 'settings' | 'info'>): Language {
  const chosen = state.settings?.language ?? 'system';
  return chosen === 'system' ? (state.info?.systemLanguage ?? 'en') : chosen;
}

/** Under which name the person works here: their key's, else the one they set, else their login. Main goes by the same. */
export function personOf({ identity, settings, info }: Pick<AppState, 'identity' | 'settings' | 'info'>): string {
  return identity.known?.identity?.name ?? (settings?.person.trim() || info?.login || '');
}
