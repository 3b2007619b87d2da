import { z } from 'zod';
import type { Plan } from '../checklist/plan.ts';
import type { Problem } from '../checklist/problem.ts';
import { isHeaderValue } from '../feed/header.ts';
import type { SaidRecord } from '../run/said.ts';
import type { RunState } from '../run/state.ts';
import type { Failure } from './errors.ts';
import type { JournalRecord, Rehearsal } from './events.ts';
import { checkDecisionSchema, intentSchema, lockdownChoiceSchema, type Refusal } from './intents.ts';
import type { CompareView } from './ipc/compare.ts';
import { type Moving, type RunVerdict, retirements, type TakenUp, type VerifySummary } from './ipc/evidence.ts';
import { type FeedView, feedSettingsSchema } from './ipc/feed.ts';
import { name, path, say } from './ipc/fields.ts';
import { type HistoryPage, historyResults } from './ipc/history.ts';
import type { ChecklistSummary, RunSummary } from './ipc/home.ts';
import type { CoverView, DisplayView, LockView } from './ipc/lock.ts';
import type { OutputLines, OutputMatches } from './ipc/output.ts';
import {
  checkerRequestSchema,
  type IdentityView,
  type KnownPerson,
  type LinkView,
  type MirrorView,
  type SigningView,
} from './ipc/people.ts';
import type { PreflightHost, PromptView } from './ipc/preflight.ts';
import { paperSizes } from './ipc/print.ts';
import type { ReplayMatch, ReplayOutput, ReplayView } from './ipc/replay.ts';
import { type Language, type Settings, settingsSchema } from './ipc/settings.ts';
import { limits } from './limits.ts';
import { type PreflightCheck, type PreflightItem, preflightItems, type WayOut } from './lockdown.ts';
import { reportFormats } from './report-formats.ts';

/**
 * Everything a screen may ask of the main process, and everything main may push, in one table; what they carry lies
 * beside it, by area, in `ipc/`.
 * A renamed channel breaks both sides at compile time; payloads are parsed at main's edge before use.
 */

const nothing = z.strictObject({});

/** What may fail without anybody having done wrong. */
export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** Requests: the schema of what the screen sends. */
export const requestSchemas = {
  'app:info': nothing,
  'settings:get': nothing,
  'settings:set': settingsSchema.omit({ feed: true }).partial(),
  'home:list': nothing,
  /** Null asks the person with a file dialog. */
  'checklist:open': z.strictObject({ path: path.nullable() }),
  'checklist:forget': z.strictObject({ path }),
  'demo:open': nothing,
  /** Resolves the plan and shows what will run; connects nothing yet. */
  'preflight:open': z.strictObject({ path, environment: name }),
  'preflight:connect': z.strictObject({ hosts: z.array(name) }),
  'preflight:close': nothing,
  'prompt:answer': z.strictObject({
    id: z.int(),
    /** Null cancels. */
    values: z.array(z.string().max(10_000)).max(20).nullable(),
  }),
  /** Senses these items (again); each answer is pushed as `preflight:check`. */
  'preflight:check': z.strictObject({ items: z.array(z.enum(preflightItems)).max(preflightItems.length) }),
  /** Creates the run that was shown in preflight and starts it. */
  'run:create': z.strictObject({
    lockdown: lockdownChoiceSchema,
    decisions: z.array(checkDecisionSchema).max(preflightItems.length),
  }),
  /** The displays there are, and which of them the lock will cover with the checklist. */
  'lock:displays': nothing,
  'lock:choose-display': z.strictObject({ id: z.number() }),
  /** Null while the window is not locked and nothing is kept back. */
  'lock:get': nothing,
  /** The page itself refused something (a dropped file, a link): it is recorded like the others. */
  'lock:refused': z.strictObject({ way: z.enum(['file-drop', 'external-link']) }),
  /** Opens a run; a run that was not ended is recovered and can go on. */
  'run:open': z.strictObject({ runId: name }),
  'run:close': nothing,
  'run:intent': z.strictObject({ intent: intentSchema }),
  /** Live text so far of an attempt (at most the last 256 KiB); later text is pushed. */
  'output:tail': z.strictObject({ attempt: name }),
  'output:read': z.strictObject({ attempt: name, first: z.int().min(0), count: z.int().min(1).max(1_000) }),
  'output:search': z.strictObject({ attempt: name, text: z.string().min(1).max(500) }),
  'evidence:pick-file': nothing,
  'report:save': z.strictObject({ runId: name, format: z.enum(reportFormats) }),
  'report:show': z.strictObject({ runId: name }),
  'run:verify': z.strictObject({ runId: name }),
  'identity:get': nothing,
  /** Makes this installation's key. Without a system keyring a passphrase (12 characters or more) protects it. */
  'identity:create': z.strictObject({
    name: z.string().trim().min(1).max(255),
    contact: z.string().trim().max(255),
    passphrase: z.string().min(12).max(1_000).nullable(),
  }),
  'identity:unlock': z.strictObject({ passphrase: z.string().max(1_000) }),
  'people:list': nothing,
  /** `card`: the text that the other person's app shows as their card. */
  'people:pin': z.strictObject({ card: z.string().max(limits.text) }),
  'people:forget': z.strictObject({ publicKey: z.string().length(44) }),
  /** Lets others follow the run on the screen (operator). */
  'mirror:open': z.strictObject({ address: z.string().trim().max(300).nullable() }),
  'mirror:invite': nothing,
  'mirror:close': nothing,
  'mirror:get': nothing,
  /** Follows somebody's run. `address` (host:port) stands in for those of the invitation, e.g. a forwarded port. */
  'mirror:join': z.strictObject({
    invitation: z.string().trim().min(1).max(limits.invitation),
    address: z.string().trim().max(300).nullable(),
  }),
  /** Follows a run again whose copy is here, after this app was closed; shown at once as far as the copy goes. */
  'mirror:rejoin': z.strictObject({ runId: name }),
  /** Ends following; the copy is kept. */
  'mirror:leave': nothing,
  'mirror:link': nothing,
  /** What the checker asks for; main adds statement and signature where one is needed. */
  'mirror:intent': z.strictObject({ intent: checkerRequestSchema }),
  /** Somebody moved here: the question whether they are there is answered. */
  'mirror:awake': nothing,
  /** So much waits for whoever follows: the taskbar shows it, and the window asks for attention when it grows. */
  'window:attention': z.strictObject({ count: z.int().min(0).max(999) }),
  /** Runs that match every word of `text` and every filter that is set, newest first. */
  'history:find': z.strictObject({
    text: z.string().max(500),
    environment: name.nullable(),
    /** A checklist's name, variables not put in. */
    checklist: z.string().max(limits.text).nullable(),
    result: z.enum(historyResults).nullable(),
    person: z.string().max(255).nullable(),
    host: name.nullable(),
    first: z.int().min(0),
    count: z.int().min(1).max(200),
  }),
  /** The verdict on a run as it was last found for exactly these bytes; verifies where it is not known. */
  'history:verdict': z.strictObject({ runId: name }),
  /** Opens a run to be replayed; one at a time. */
  'replay:open': z.strictObject({ runId: name }),
  /** The run as it stood after the record `seq`. */
  'replay:state': z.strictObject({ seq: z.int().min(0) }),
  /**
   * What a terminal had shown `ms` milliseconds after its recording began. `after`: the `at` of the answer that the
   * screen shows, or null.
   */
  'replay:output': z.strictObject({ attempt: name, ms: z.number().min(0), after: z.int().min(0).nullable() }),
  'replay:search': z.strictObject({ text: z.string().min(1).max(500) }),
  'replay:close': nothing,
  /** Two runs side by side. */
  'compare:open': z.strictObject({ left: name, right: name }),
  /** The beginning of an attempt's output in one of the runs, as plain lines. */
  'compare:output': z.strictObject({ runId: name, attempt: name }),
  /** The whole run as one zip, where the person says. */
  'run:export': z.strictObject({ runId: name }),
  /** Takes up a zip that somebody exported, to be read; it stays marked as imported. */
  'run:import': nothing,
  /** Moves whole runs to the archive, or removes them; the chain of runs keeps their tombstones. */
  'run:retire': z.strictObject({ runIds: z.array(name).min(1).max(200), how: z.enum(retirements), reason: say }),
  /** Takes an archived run up again, to be read. */
  'run:take-back': z.strictObject({ runId: name }),
  /** Stops the export, import or putting away that is under way. */
  'run:stop-moving': nothing,
  /** A checklist on paper, resolved for one environment. */
  'print:checklist': z.strictObject({ path, environment: name, paper: z.enum(paperSizes), show: z.boolean() }),
  /** Says or corrects something about a run that has ended. */
  'note:add': z.strictObject({
    runId: name,
    text: say,
    step: name.nullable(),
    target: name.nullable(),
    corrects: z.int().min(0).nullable(),
  }),
  'note:may': z.strictObject({ runId: name }),
  /** What was said and found on one target of a step (nulls: wherever, or of the run as a whole), to be corrected. */
  'note:records': z.strictObject({ runId: name, step: name.nullable(), target: name.nullable() }),
  'feed:get': nothing,
  'feed:set': z.strictObject({ settings: feedSettingsSchema, secret: z.string().refine(isHeaderValue).nullable() }),
  /** Sends one test message to each place and says how it went. */
  'feed:test': nothing,
  /** The operator's machine is out of reach: goes on with the run from this copy. */
  'mirror:take-over': z.strictObject({ reason: z.string().trim().min(1).max(limits.text) }),
  /** Both sides of a frozen file that has changed on disk. */
  'run:redline': z.strictObject({ path: z.string().min(1).max(500) }),
  /** Writes what the log watches of a run have seen as a file of known exceptions, where the person says. */
  'run:baseline': z.strictObject({ runId: name }),
  /** Appends the problem analysis to a run that was rolled back. */
  'run:analysis': z.strictObject({
    runId: name,
    what: z.string().trim().min(1).max(limits.text),
    cause: z.string().trim().min(1).max(limits.text),
    fix: z.string().trim().min(1).max(limits.text),
    confirmedBy: z.string().trim().min(1).max(255),
  }),
} as const;
/** A request's name. */
export type RequestName = keyof typeof requestSchemas;
/** What the screen sends with it, before defaults. */
export type RequestOf<N extends RequestName> = z.input<(typeof requestSchemas)[N]>;

/** What each request answers. */
export interface Answers {
  'app:info': {
    readonly version: string;
    readonly runtime: string;
    readonly dataDir: string;
    readonly systemLanguage: Language;
    readonly login: string;
  };
  'settings:get': Settings;
  'settings:set': Settings;
  'home:list': { readonly checklists: readonly ChecklistSummary[]; readonly runs: readonly RunSummary[] };
  /** Null when the person closed the dialog. */
  'checklist:open': Reply<ChecklistSummary> | null;
  'checklist:forget': null;
  'demo:open': Reply<ChecklistSummary>;
  'preflight:open':
    | {
        readonly ok: true;
        readonly plan: Plan;
        /** What is known of a rehearsal; null where there was none, and outside production. */
        readonly rehearsal: Rehearsal | null;
        /** A production run that was rolled back and not explained: until it is, no other may begin. */
        readonly unexplained: { readonly runId: string; readonly title: string } | null;
      }
    | { readonly ok: false; readonly problems: readonly Problem[] };
  'preflight:connect': null;
  'preflight:close': null;
  'prompt:answer': null;
  'preflight:check': null;
  'run:create': Reply<{ readonly runId: string; readonly state: RunState }>;
  'lock:displays': readonly DisplayView[];
  'lock:choose-display': readonly DisplayView[];
  'lock:get': LockView | null;
  'lock:refused': null;
  'run:open': Reply<{ readonly runId: string; readonly state: RunState; readonly live: boolean }>;
  /** Refused (with the reason) inside an atomic block. */
  'run:close': { readonly ok: true } | { readonly ok: false; readonly refusal: Refusal };
  'run:intent': { readonly ok: true } | { readonly ok: false; readonly refusal: Refusal };
  'output:tail': { readonly text: string; readonly skipped: number };
  'output:read': Reply<OutputLines>;
  'output:search': Reply<OutputMatches>;
  'evidence:pick-file': { readonly path: string } | null;
  /** Null when the person closed the dialog. */
  'report:save': Reply<{ readonly path: string }> | null;
  /** Writes the PDF into the run's folder and opens it with the system's viewer. */
  'report:show': Reply<{ readonly path: string }>;
  'run:verify': VerifySummary;
  'run:redline': { readonly frozen: string | null; readonly now: string | null };
  /** Null when the person closed the dialog, or when there is nothing to keep. */
  'run:baseline': Reply<{ readonly path: string }> | null;
  'run:analysis': Reply<null>;
  /**
   * `keyring`: whether the system can protect the key; otherwise a passphrase is needed. `failure`: why the key that
   * lies on disk cannot be used (damaged, or the keyring does not give it back).
   */
  'identity:get': {
    readonly identity: IdentityView | null;
    readonly keyring: boolean;
    readonly card: string | null;
    readonly failure: Failure | null;
  };
  'identity:create': Reply<IdentityView>;
  'identity:unlock': Reply<IdentityView>;
  'people:list': readonly KnownPerson[];
  'people:pin': Reply<KnownPerson>;
  'people:forget': null;
  'mirror:open': Reply<MirrorView>;
  'mirror:invite': Reply<MirrorView>;
  'mirror:close': null;
  'mirror:get': MirrorView | null;
  /** Resolves once the operator's app answered (waiting to be admitted counts); the run is then shown by pushes. */
  'mirror:join': Reply<LinkView>;
  'mirror:rejoin': Reply<LinkView>;
  'mirror:leave': null;
  'mirror:link': {
    readonly link: LinkView;
    readonly state: RunState | null;
    readonly statement: SigningView | null;
  } | null;
  'mirror:intent': { readonly ok: true } | { readonly ok: false; readonly refusal: Refusal };
  'history:find': HistoryPage;
  'history:verdict': RunVerdict;
  'replay:open': Reply<ReplayView>;
  'replay:state': RunState;
  'replay:output': ReplayOutput;
  'replay:search': {
    readonly matches: readonly ReplayMatch[];
    readonly truncated: boolean;
    /** Attempts whose recordings are not there, so that nobody can say what they hold. */
    readonly missing: readonly string[];
  };
  'replay:close': null;
  'compare:open': Reply<CompareView>;
  'compare:output': Reply<OutputLines>;
  /** Null when the person closed the dialog. */
  'run:export':
    | Reply<{
        readonly path: string;
        /** False when the run is not over or does not hold together: it is in there as far as it goes. */
        readonly complete: boolean;
        /** What lies in the run's folder and belongs to no run. */
        readonly leftOut: readonly string[];
      }>
    | 'stopped'
    | null;
  'run:import': Reply<TakenUp> | 'stopped' | null;
  /** How many were retired; the first that could not be stops it, and so does `run:stop-moving`. */
  'run:retire': Reply<{ readonly retired: number }>;
  'run:take-back': Reply<TakenUp> | 'stopped';
  'run:stop-moving': null;
  'print:checklist':
    | Reply<{ readonly path: string }>
    | { readonly ok: false; readonly problems: readonly Problem[] }
    | null;
  'note:add': Reply<null>;
  /** Why nothing can be added to a run of the past; null: it can. */
  'note:may': Failure | null;
  /** In order, at most the newest 1,000; with every record that some note corrects. */
  'note:records': Reply<readonly SaidRecord[]>;
  'feed:get': FeedView;
  'feed:set': Reply<FeedView>;
  'feed:test': FeedView;
  'mirror:awake': null;
  'window:attention': null;
  'mirror:take-over': Reply<{ readonly runId: string; readonly state: RunState }>;
}

/** What main pushes without being asked. */
export interface Pushes {
  /** A record became durable; fold it. */
  'run:record': { readonly runId: string; readonly record: JournalRecord };
  /** Live output, batched by time and size. */
  'run:output': { readonly attempt: string; readonly data: string; readonly skipped: number };
  /** How far a running attempt is; shown, never recorded. */
  'run:progress': {
    readonly attempt: string;
    readonly done: number;
    readonly of: number | null;
    readonly label: string;
  };
  /** How far an export, an import or a putting away is; `of` 0 while that cannot be told. Null: it is over. */
  'run:moving': Moving | null;
  'run:journal': { readonly writable: boolean; readonly failure: Failure | null };
  'preflight:host': PreflightHost;
  /** One item was sensed, or is being sensed (`check` null). */
  'preflight:check': { readonly item: PreflightItem; readonly check: PreflightCheck | null };
  /** A run's verdict was found out. */
  'history:verdict': { readonly runId: string; readonly verdict: RunVerdict };
  /** More runs have been read since the history was asked for; null: all are here now. */
  'history:reading': HistoryPage['reading'];
  'feed:view': FeedView;
  'lock:view': LockView | null;
  /** A way out was refused just now: say why in a few words. */
  'lock:way-refused': { readonly way: WayOut };
  /** For the covers on the other displays. */
  'lock:cover': CoverView;
  'prompt:ask': PromptView;
  'prompt:withdraw': { readonly id: number };
  'settings:changed': Settings;
  'identity:changed': IdentityView | null;
  /** The operator's side: who follows, and the invitation; null when nobody can. */
  'mirror:view': MirrorView | null;
  /** The other side: the link and what is to be signed; null when nothing is followed. */
  'mirror:linked': { readonly link: LinkView; readonly statement: SigningView | null } | null;
  /** The followed run's state anew (joined, or caught up after a gap); records follow as `run:record`. */
  'mirror:state': { readonly runId: string; readonly state: RunState };
  /** The pen came here: the followed run is now held by this window. */
  'mirror:pen': { readonly runId: string; readonly state: RunState };
  /** The window was asked to close and may not (atomic block) or wants a confirmation first. */
  'window:close-refused': { readonly refusal: Refusal };
}
/** A push's name. */
export type PushName = keyof Pushes;

/** The one object the preload exposes, frozen, as `window.countersign`. */
export interface CountersignApi {
  request<N extends RequestName>(name: N, payload: RequestOf<N>): Promise<Answers[N]>;
  subscribe<N extends PushName>(name: N, listener: (payload: Pushes[N]) => void): () => void;
}
