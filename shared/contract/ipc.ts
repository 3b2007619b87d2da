import { z } from 'zod';
import type { Plan } from '../checklist/plan.ts';
import type { Problem } from '../checklist/problem.ts';
import { isSyslogHost, webhookFault } from '../feed/address.ts';
import { isHeaderName, isHeaderValue } from '../feed/header.ts';
import type { VerifyFinding } from '../journal/finding.ts';
import type { SaidRecord } from '../run/said.ts';
import type { RunState } from '../run/state.ts';
import type { Failure } from './errors.ts';
import {
  type JournalRecord,
  type MirrorRole,
  type Person,
  type Rehearsal,
  runResults,
  type SigningMode,
  signingModes,
  urgencies,
  type Verdict,
} from './events.ts';
import { checkDecisionSchema, intentSchema, lockdownChoiceSchema, type Refusal } from './intents.ts';
import { limits } from './limits.ts';
import { type PreflightCheck, type PreflightItem, preflightItems, type WayOut } from './lockdown.ts';
import { reportFormats } from './report-formats.ts';

/**
 * Everything a screen may ask of the main process, and everything main may push, in one place.
 * A renamed channel breaks both sides at compile time; payloads are parsed at main's edge before use.
 */

const path = z.string().min(1).max(4_096);
const name = z.string().min(1).max(limits.name);
const nothing = z.strictObject({});

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** Where every record is sent on to. No secret is among it: a header's value lies under the keyring. */
export const feedSettingsSchema = z.strictObject({
  /** RFC 5424 over TCP or TLS (RFC 5425 framing); `ca` is a PEM file's path, null: the system's authorities. */
  syslog: z
    .strictObject({
      host: z.string().trim().min(1).max(255).refine(isSyslogHost),
      port: z.int().min(1).max(65_535),
      tls: z.boolean(),
      ca: path.nullable(),
    })
    .nullable(),
  /** Records are posted as JSON lines; `http:` only to this computer. With `header`, its value tells who we are. */
  webhook: z
    .strictObject({
      url: z
        .url()
        .max(2_000)
        .refine((url) => webhookFault(url) === null),
      header: z.string().refine(isHeaderName).nullable(),
    })
    .nullable(),
});
export type FeedSettings = z.infer<typeof feedSettingsSchema>;
export type FeedKind = keyof FeedSettings;

export const settingsSchema = z.strictObject({
  /** `system` follows the desktop. */
  language: z.enum(['system', ...languages]),
  theme: z.enum(['system', 'light', 'dark']),
  /** The operator's name as it goes into the journal; empty = the login name. */
  person: z.string().max(255),
  recentChecklists: z.array(path).max(20),
  /** Left out: records are sent nowhere. Changed by `feed:set` only. */
  feed: feedSettingsSchema.optional(),
});
export type Settings = z.infer<typeof settingsSchema>;

/** One run in the list on the home screen. */
export interface RunSummary {
  readonly runId: string;
  readonly title: string;
  readonly environment: string;
  readonly production: boolean;
  readonly version: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly status: RunState['status'] | 'unreadable';
  readonly result: RunState['result'];
  readonly stepsDone: number;
  readonly steps: number;
  readonly demo: boolean;
  /** The checker's copy of a run that somebody else operated. */
  readonly mirrored: boolean;
  /** Taken from somebody's zip: to be read only. */
  readonly imported: boolean;
}

export interface ChecklistSummary {
  readonly path: string;
  readonly title: string;
  readonly version: string | null;
  readonly environments: readonly { readonly name: string; readonly production: boolean; readonly hosts: number }[];
  readonly problems: readonly Problem[];
  /** Steps, rollback not counted. */
  readonly steps: number;
}

/** One host on the preflight screen. */
export interface PreflightHost {
  readonly name: string;
  readonly status: 'idle' | 'connecting' | 'connected' | 'failed';
  readonly address: string | null;
  readonly user: string | null;
  readonly keyType: string | null;
  readonly fingerprint: string | null;
  readonly via: readonly string[];
  readonly latencyMs: number | null;
  readonly failure: Failure | null;
}

export interface PromptView {
  readonly id: number;
  readonly kind: 'password' | 'passphrase' | 'keyboard-interactive' | 'sudo' | 'secret' | 'host-key';
  readonly host: string | null;
  readonly params: Readonly<Record<string, string>>;
  readonly fields: readonly { readonly label: string; readonly secret: boolean }[];
}

export interface OutputLines {
  /** Plain text lines (terminal escapes removed) from `first`. */
  readonly lines: readonly string[];
  readonly first: number;
  /** Lines in the whole recording so far. */
  readonly total: number;
}

export interface OutputMatches {
  /** Line numbers, ascending, at most 1,000. */
  readonly matches: readonly number[];
  readonly truncated: boolean;
}

/** The person of this installation, as their key says. */
export interface IdentityView extends Person {
  /** `SHA256:…` of the raw public key, base64 without padding, as people compare it by telephone. */
  readonly fingerprint: string;
  /** How the private key is kept. */
  readonly protection: 'keyring' | 'passphrase';
  /** True until the passphrase was given in this process. */
  readonly locked: boolean;
}

/** Somebody whose key was exchanged beforehand. */
export interface KnownPerson extends Person {
  readonly fingerprint: string;
  readonly pinnedAt: string;
}

/** How somebody may be invited to the open run. */
export interface MirrorView {
  readonly open: boolean;
  /** `host:port` under which the run can be reached, best first. */
  readonly addresses: readonly string[];
  /** `SHA256:…` of the certificate. */
  readonly certificate: string;
  /** The one unused invitation, or null. */
  readonly invitation: { readonly text: string; readonly expiresAt: string } | null;
  /** Live signs of life of those who follow; the journal only knows here and gone. */
  readonly viewers: readonly {
    readonly participant: string;
    /** Milliseconds since the last sign of life; null when not connected. */
    readonly silentMs: number | null;
    /** Records they have not got yet. */
    readonly behind: number;
  }[];
  /** The last record that a checker's receipt covers, or null. */
  readonly receipted: number | null;
}

/** Where somebody who follows another's run stands with the link. */
export interface LinkView {
  readonly status: 'connecting' | 'waiting' | 'connected' | 'lost' | 'refused' | 'over' | 'altered';
  readonly participant: string | null;
  readonly role: MirrorRole | null;
  /** Whom we follow: address and the certificate's fingerprint. */
  readonly address: string;
  readonly certificate: string;
  /** Milliseconds since the host's last sign of life; null when not connected. */
  readonly silentMs: number | null;
  /** Why it was refused, lost or altered. */
  readonly failure: Failure | null;
  /** Why it is over. */
  readonly bye: 'closed' | 'ended' | 'handed-over' | 'dismissed' | 'declined' | null;
  /** Bytes of files still to be copied. */
  readonly missingBytes: number;
  /** The last record we signed for, or null. */
  readonly receipted: number | null;
  /** Somebody should press a key: nobody moved here for the agreed time. ISO 8601 until when, or null. */
  readonly challengeUntil: string | null;
}

/** A display as the person can tell it from another. */
export interface DisplayView {
  readonly id: number;
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly primary: boolean;
  /** The checklist will be here; the others are covered. */
  readonly chosen: boolean;
}

/** How the lock stands just now, as it was last sensed. */
export interface LockView {
  /** `checking` and `entering` take a moment; `open`: notifications may still be kept back. */
  readonly status: 'open' | 'checking' | 'entering' | 'locked';
  /** Null: nothing is kept back. */
  readonly notifications: {
    readonly adapter: string;
    readonly state: 'blocked' | 'not-verified' | 'lost';
    /** Kept back so far; null where the desktop does not tell. Not shown before a safe point. */
    readonly waiting: number | null;
  } | null;
}

/** What the other displays show while the lock is on: a calm clock and the state. */
export interface CoverView {
  readonly language: Language;
  readonly title: string;
  readonly environment: string;
  readonly production: boolean;
  /** The current step's code and title, or null. */
  readonly step: string | null;
  readonly startedAt: string | null;
}

/** A verdict on a run's folder, with the three questions kept apart. */
export interface RunVerdict {
  readonly verdict: 'intact' | 'altered' | 'incomplete' | 'unreadable';
  readonly integrity: 'intact' | 'altered';
  readonly completeness: 'complete' | 'incomplete';
  readonly identity: 'proved' | 'unproved' | 'mismatch';
  /** The first thing that speaks against it, the worst kind first; null where nothing does. */
  readonly first: VerifyFinding | null;
}

/** A run that somebody exported, or that was archived, is here again. */
export interface TakenUp {
  readonly runId: string;
  readonly verdict: RunVerdict;
  /** This very history was here before; nothing was added. */
  readonly known: boolean;
}

/** Whole runs on their way out, in, or away. */
export interface Moving {
  readonly what: 'export' | 'import' | 'archive' | 'remove';
  readonly done: number;
  readonly of: number;
}

/** One run in the history. */
export interface HistoryRow extends RunSummary {
  /** The checklist's name, variables not put in. */
  readonly checklist: string;
  readonly contentHash: string;
  readonly people: readonly string[];
  readonly hosts: readonly string[];
  readonly durationMs: number | null;
  /** Null while it has not been found out for these bytes. */
  readonly verdict: RunVerdict | null;
  /** It was verified once, and its bytes have changed since. */
  readonly changed: boolean;
  /** What the search found it by, a few words of it; null when nothing was searched for. */
  readonly excerpt: string | null;
}

/** A run that the chain of runs knows and that is not here any more. */
export interface AbsentRun {
  readonly runId: string;
  readonly title: string;
  readonly environment: string;
  readonly startedAt: string;
  readonly head: string | null;
  readonly result: RunState['result'];
  /** Null: nobody removed it here, it vanished. */
  readonly retired: {
    readonly how: 'archive' | 'remove';
    readonly by: string;
    readonly at: string;
    readonly reason: string;
  } | null;
}

export interface HistoryPage {
  readonly rows: readonly HistoryRow[];
  /** All that match. */
  readonly total: number;
  /** What can be filtered by, of all runs. */
  readonly environments: readonly string[];
  readonly checklists: readonly string[];
  readonly people: readonly string[];
  readonly hosts: readonly string[];
  readonly absent: readonly AbsentRun[];
  /** Runs are still being read for the first time: `rows` grows. Null when all are here. */
  readonly reading: { readonly done: number; readonly of: number } | null;
  /** How the installation's chain of runs stands. */
  readonly chain: 'intact' | 'altered' | 'incomplete';
  /** Why, as `evidence:runs-<code>` says it, vanished runs apart; some of them where there are many. */
  readonly chainFindings: readonly { readonly code: string; readonly params: Readonly<Record<string, string>> }[];
}

/** A moment one can jump to while replaying; `seq` is the record's. */
export interface ReplayMark {
  readonly seq: number;
  /** Milliseconds since the first record. */
  readonly ms: number;
  readonly type: JournalRecord['type'];
  /** The step and target it is about, or null. */
  readonly step: string | null;
  readonly target: string | null;
  /** Attempt whose terminal it starts or ends. */
  readonly attempt: string | null;
  /** What an attempt that ends was found to be, or null. */
  readonly verdict: Verdict | null;
  /** Whether somebody who follows came or went, or null. */
  readonly presence: 'here' | 'gone' | null;
}

/**
 * How much a recording can be believed: `sealed` has the hash that the journal sealed, `altered` has another one, `cut`
 * is shorter than what was sealed; `unsealed` plays as far as it goes; `unchecked` is too long to be read through when
 * the replay is opened.
 */
export type RecordingStanding = 'sealed' | 'altered' | 'cut' | 'unsealed' | 'missing' | 'unchecked';

/** The first line of a journal that does not hold; `what` is a sentence of the verifier's (`verify:…`). */
export interface JournalFault {
  readonly line: number;
  readonly what: string;
  /** The record that should stand there. */
  readonly expected: number;
  readonly detail: string;
}

export interface ReplayView {
  readonly runId: string;
  /** Until the run ended; what was recorded afterwards stands at that moment, in order. */
  readonly durationMs: number;
  readonly startedAt: string;
  /** Every record, in order; `ms` never falls. */
  readonly marks: readonly ReplayMark[];
  /** Stretches of more than ten seconds in which nothing was recorded and no host wrote anything; milliseconds. */
  readonly quiet: readonly { readonly from: number; readonly until: number }[];
  /** When each recording began, in milliseconds since the first record, and how long it is. */
  readonly recordings: readonly {
    readonly attempt: string;
    readonly ms: number;
    readonly durationMs: number;
    readonly lines: number;
    readonly standing: RecordingStanding;
  }[];
  /** As it stood after the first record. */
  readonly state: RunState;
  /** Where the journal was altered: only what stands before it is replayed. Null: its chain holds. */
  readonly fault: JournalFault | null;
}

export interface ReplayOutput {
  /** As the terminal got it, escape sequences kept; at most the last 256 KiB. */
  readonly text: string;
  /** Bytes of the recording before `text` that were left out; 0 when it is whole or goes on from `after`. */
  readonly skipped: number;
  /** True: `text` goes on from what the screen has already; false: it takes its place. */
  readonly goesOn: boolean;
  /** Where in the recording this moment lies, in bytes; the next question's `after`. */
  readonly at: number;
  /** Lines written by then. */
  readonly lines: number;
  /** True: the recording was there when the replay was opened, and is there no more. */
  readonly gone: boolean;
}

export interface ReplayMatch {
  readonly attempt: string;
  /** Line in the recording, counted from 0. */
  readonly line: number;
  /** Milliseconds since the first record when it was written. */
  readonly ms: number;
  readonly text: string;
}

/** One step on one target in two runs; null where a run has none of it. */
export interface ComparedTarget {
  readonly step: string;
  readonly code: string;
  readonly title: string;
  readonly target: string;
  readonly left: ComparedSide | null;
  readonly right: ComparedSide | null;
  /** What differs. */
  readonly differs: readonly ('verdict' | 'duration' | 'output' | 'attempts' | 'decision')[];
}
export interface ComparedSide {
  readonly status: string;
  readonly durationMs: number | null;
  readonly attempts: number;
  /** Attempt whose output is compared, and the SHA-256 of its text; null where nothing was recorded. */
  readonly attempt: string | null;
  readonly sha256: string | null;
  readonly decision: string | null;
}
/** A run that is compared with another. */
export interface ComparedRun {
  readonly runId: string;
  readonly title: string;
  readonly environment: string;
  readonly production: boolean;
  /** The checklist's name, variables not put in. */
  readonly checklist: string;
  readonly startedAt: string;
  readonly durationMs: number | null;
  readonly result: RunState['result'];
}
export interface CompareView {
  readonly left: ComparedRun;
  readonly right: ComparedRun;
  readonly sameChecklist: boolean;
  /** True when both ran the same frozen files. */
  readonly sameContent: boolean;
  readonly targets: readonly ComparedTarget[];
}

/** How far each place has got. */
export interface FeedView {
  readonly settings: FeedSettings;
  /** Whether this computer can keep the value of a header, and whether it has the one that the webhook wants. */
  readonly secret: { readonly keyring: boolean; readonly kept: boolean };
  readonly places: readonly {
    readonly kind: FeedKind;
    /** Records of all runs that it has not taken yet. */
    readonly behind: number;
    /** When it last took records; null: never. */
    readonly lastSentAt: string | null;
    /** Why it takes nothing just now; tried again by itself. */
    readonly failure: Failure | null;
    /** How the last test message went, since the app was started. */
    readonly tested: { readonly at: string; readonly failure: Failure | null } | null;
  }[];
}

export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

const signing = { step: name, mode: z.enum(signingModes), statement: z.string().regex(/^[0-9a-f]{64}$/) };
const say = z.string().trim().min(1).max(limits.text);

/** What the checker's screen asks of its own main process: mirror intents before they are signed. */
export const checkerRequestSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('open-evidence'), ...signing }),
  z.strictObject({ type: z.literal('countersign'), ...signing }),
  z.strictObject({ type: z.literal('reject'), ...signing, reason: say }),
  z.strictObject({
    type: z.literal('log-interruption'),
    from: z.string().trim().min(1).max(255),
    what: say,
    urgency: z.enum(urgencies),
  }),
  z.strictObject({ type: z.literal('request-hold'), reason: say }),
  z.strictObject({ type: z.literal('accept-handover'), answers: z.record(name, z.string().max(500)) }),
  z.strictObject({ type: z.literal('decline-handover'), reason: say }),
  /** `asked`: `seq` of the record that asks, as it stood on the screen. */
  z.strictObject({ type: z.literal('sign-glass'), asked: z.int().min(0) }),
  z.strictObject({ type: z.literal('refuse-glass'), reason: say }),
]);
export type CheckerRequest = z.infer<typeof checkerRequestSchema>;

export const historyResults = [...runResults, 'open', 'unreadable'] as const;
export const retirements = ['archive', 'remove'] as const;
export const paperSizes = ['A4', 'Letter'] as const;
export type PaperSize = (typeof paperSizes)[number];

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
  /** Appends the problem analysis to a run that was rolled back. */
  /** Writes what the log watches of a run have seen as a file of known exceptions, where the person says. */
  'run:baseline': z.strictObject({ runId: name }),
  'run:analysis': z.strictObject({
    runId: name,
    what: z.string().trim().min(1).max(limits.text),
    cause: z.string().trim().min(1).max(limits.text),
    fix: z.string().trim().min(1).max(limits.text),
    confirmedBy: z.string().trim().min(1).max(255),
  }),
} as const;
export type RequestName = keyof typeof requestSchemas;
export type RequestOf<N extends RequestName> = z.input<(typeof requestSchemas)[N]>;

export interface VerifySummary {
  readonly verdict: 'intact' | 'altered' | 'incomplete';
  readonly records: number;
  readonly head: string;
  /** Plain sentences, the first bad record first. */
  readonly findings: readonly string[];
}

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
  'output:read': OutputLines;
  'output:search': OutputMatches;
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
  'compare:output': OutputLines;
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

/** What waits for the checker's signature just now, as this machine's own copy of the history says. */
export interface SigningView {
  readonly step: string;
  readonly mode: SigningMode;
  /** SHA-256 of the canonical statement. */
  readonly statement: string;
  /** True when every output it binds is here, whole, and has the sealed hash. */
  readonly complete: boolean;
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
  /** How far the zip of a run is, in bytes of its files. */
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
export type PushName = keyof Pushes;

/** The one object the preload exposes, frozen, as `window.countersign`. */
export interface CountersignApi {
  request<N extends RequestName>(name: N, payload: RequestOf<N>): Promise<Answers[N]>;
  subscribe<N extends PushName>(name: N, listener: (payload: Pushes[N]) => void): () => void;
}
