import type { Plan } from '../../shared/checklist/plan.ts';
import type { Gap, PreflightCheck, PreflightItem, WayOut } from '../../shared/contract/lockdown.ts';

/**
 * What lockdown needs from the desktop. No file in this folder knows Electron: windows, displays and power are handed
 * in, so that notifications, checks and recovery are tested in plain Node against real daemons.
 */

/** A program of the system, run without a shell. `code` null: it was killed or took longer than it may. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program by name or path with these arguments; rejects only when it cannot be started (not installed). */
export type RunProgram = (program: string, args: readonly string[]) => Promise<Ran>;

/** What was there before we changed anything; plain data, because it is written to disk before the change. */
export type PriorState = Readonly<Record<string, string | number | boolean | null>>;

export const adapterNames = ['dunst', 'mako', 'gnome', 'kde', 'xfce', 'macos', 'windows'] as const;
export type AdapterName = (typeof adapterNames)[number];

/** Whether an adapter can do its work on this desktop. */
export type Probe =
  /** `daemon`: who shows notifications here, with its version where it says one. */
  | { readonly type: 'here'; readonly daemon: string | null }
  | { readonly type: 'not-here' }
  /** This is the desktop, but something is missing: which sentence says what. */
  | { readonly type: 'lacking'; readonly code: PreflightCheck['code']; readonly params: PreflightCheck['params'] };

/** `unverifiable`: the desktop cannot be asked. */
export type Verified = 'blocked' | 'not-blocked' | 'unverifiable';

/**
 * Notifications of one desktop. Every call may reject when a program is gone or the daemon does not answer; callers
 * take that for "not sensed".
 */
export interface NotificationAdapter {
  readonly name: AdapterName;
  probe(): Promise<Probe>;
  /** What has to be put back later. */
  read(): Promise<PriorState>;
  /** Keeps notifications back, critical ones too where the desktop can. Doing it twice changes nothing. */
  block(prior: PriorState): Promise<void>;
  /** Asks the desktop afresh. */
  verify(): Promise<Verified>;
  /** How many are kept back; null where the desktop does not tell. */
  waiting(): Promise<number | null>;
  /** Puts back what was there, and only what we changed: a person who had them off keeps them off. */
  restore(prior: PriorState): Promise<void>;
  /** Lets go of what is held open (a connection, a child process), without changing anything. */
  close(): Promise<void>;
}

/** How notifications stand. */
export interface QuietView {
  readonly adapter: AdapterName;
  readonly daemon: string | null;
  readonly state: 'blocked' | 'not-verified' | 'lost';
  readonly waiting: number | null;
}

/** Told while notifications are kept back: the block was lost (a daemon restarted), and it stands again. */
export type QuietListener = (change: { readonly type: 'lost' | 'blocked-again'; readonly detail: string }) => void;

/**
 * Keeps notifications back for one run at a time. What was there before is on disk (fsynced) before it is changed, so
 * that it is put back exactly once whatever happens to the process.
 */
export interface Quiet {
  /** Blocks for a moment, reads back, puts back: what preflight knows. Never leaves anything changed. */
  trial(): Promise<PreflightCheck>;
  /** Null when no adapter fits this desktop or the block could not even be asked for. */
  block(runId: string): Promise<QuietView | null>;
  view(): QuietView | null;
  subscribe(listener: QuietListener): () => void;
  /** Puts back what was changed; null when nothing was. */
  release(): Promise<{ readonly verified: boolean; readonly waiting: number | null } | null>;
  /** At the start of the app: puts back what a process that died had changed; null when there was nothing. */
  recover(): Promise<{
    readonly runId: string;
    readonly verified: boolean;
    readonly waiting: number | null;
  } | null>;
  /** Stops looking and lets go; changes nothing on the desktop. */
  close(): Promise<void>;
}

/** What checks are told about the run that is about to begin or goes on. */
export interface CheckSubject {
  readonly plan: Plan;
  /** Where journal and recordings will be written. */
  readonly folder: string;
  /** What each host's clock says: its offset from ours in milliseconds, or null where it could not be asked. */
  readonly clockOffsets: () => Promise<ReadonlyMap<string, number | null>>;
  /** Hosts of the plan that are connected. */
  readonly connected: () => ReadonlySet<string>;
  /** Null before the run began; else the checker who is there, by name, or null inside. */
  readonly checker: { readonly name: string | null } | null;
}

/** Sensed by whoever has windows and Electron's power monitor. */
export interface DesktopSenses {
  /** Whether the window can be held here, and what this system does not let us prevent. */
  desktop(): Promise<PreflightCheck>;
  /** Asks for no sleep and no screen lock for a moment, and says what can be known of it. */
  sleep(): Promise<PreflightCheck>;
  /** `onBattery` null: not known. */
  power(): Promise<{ readonly onBattery: boolean | null }>;
}

/** One item at a time; never rejects: what could not be sensed is a finding. */
export type SenseItem = (item: PreflightItem, subject: CheckSubject) => Promise<PreflightCheck>;

/** The window that covers its display. Implemented with Electron in `electron/app/lock`. */
export interface LockWindow {
  /** Takes the chosen display, covers the others, keeps the machine awake. */
  enter(): Promise<{
    readonly display: { readonly width: number; readonly height: number };
    readonly displays: number;
    readonly sensed: boolean;
  }>;
  leave(): Promise<void>;
  /** Something came between, and is over again. `durationMs` of a gap that is over. */
  onGap(
    listener: (
      change:
        | { readonly type: 'opened'; readonly gap: Gap; readonly detail: string }
        | { readonly type: 'closed'; readonly gap: Gap; readonly durationMs: number },
    ) => void,
  ): void;
  /** A way out was tried and refused, locked or not. */
  onWayOut(listener: (way: WayOut) => void): void;
}
