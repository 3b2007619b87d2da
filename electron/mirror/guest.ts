import type { Failure } from '../../shared/contract/errors.ts';
import type { JournalRecord, MirrorRole } from '../../shared/contract/events.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { Refusal } from '../../shared/contract/intents.ts';
import type { CheckerRequest, LinkView, SigningView } from '../../shared/contract/ipc/people.ts';
import { limits } from '../../shared/contract/limits.ts';
import { parseInvitation } from '../../shared/people/invitation.ts';
import type { RunState } from '../../shared/run/state.ts';
import { readLinkFile, writeLinkFile } from '../engine/link-file.ts';
import type { Result } from '../engine/ports.ts';
import { Attention } from './attention.ts';
import { Conversation, type Ending } from './conversation.ts';
import { CopyError, copyFolder } from './copy.ts';
import { certificateText, dial } from './dial.ts';
import { intentFor } from './guest-signing.ts';
import { Holdings } from './holdings.ts';
import { OutputPlaces } from './output-places.ts';
import type { MirrorGuest, MirrorGuestParts } from './ports.ts';

/** Waits between attempts to reach the host again, in milliseconds; the last one is kept to. */
const BACKOFF_MS = [1_000, 2_000, 4_000, 8_000, 15_000] as const;
/** Every wait is longer by up to this share, so that many guests do not come back at the same moment. */
const JITTER = 0.25;
/** Small changes of the link are told at most this often. */
const TELL_MS = 250;
/** While records pour in, the state is shown when they pause for so long. */
const SETTLE_MS = 200;
/** How long the operator's app gets to hear that we leave. */
const LEAVE_MS = 2_000;
/** More new records than this at once are shown as a new state. */
const MANY = 200;

/**
 * Follows the run of an invitation. Resolves when the host first answered: asked to wait, or let in. Fails with why
 * not: `invitation-invalid`, `mirror-unreachable`, `mirror-wrong-certificate`, `mirror-not-countersign`,
 * `mirror-refused`, `mirror-lost`, or what is wrong with our own copy of an earlier time.
 */
export async function openMirrorGuest(parts: MirrorGuestParts): Promise<Result<MirrorGuest>> {
  const invitation = parseInvitation(parts.invitation);
  if (!invitation.ok) return { ok: false, failure: failure('invitation-invalid') };
  const { address } = parts;
  const { runId, certificate, token, addresses } = invitation.value;
  const way = { runId, certificate, token, addresses: address === null ? addresses : [address], known: null };
  const opened = await openGuest(parts, way);
  if (!opened.ok) return opened;
  const trouble = await opened.value.answered;
  if (trouble === null) return opened;
  await opened.value.close('quit');
  return { ok: false, failure: trouble };
}

/**
 * Follows a run again of which a copy is here: shown at once as far as it goes, whether the host can be reached or not.
 * Fails as `mirror-lost` where we were never let in, or with what is wrong with the copy.
 */
export async function reopenMirrorGuest(parts: GuestParts, runId: string): Promise<Result<MirrorGuest>> {
  const link = await readLinkFile(copyFolder(parts.data, runId));
  if (link === null) return { ok: false, failure: failure('mirror-lost') };
  const { certificate, addresses, participant, role } = link;
  return await openGuest(parts, { runId, certificate, token: null, addresses, known: { participant, role } });
}

/** What following needs, however the run was found. */
export type GuestParts = Omit<MirrorGuestParts, 'invitation' | 'address'>;

/** Where the host is, what it must show, and what lets us in. */
interface Way {
  readonly runId: string;
  readonly certificate: string;
  readonly addresses: readonly string[];
  /** The invitation's secret, or null where our key is known. */
  readonly token: string | null;
  /** Who we were there before. */
  readonly known: { readonly participant: string; readonly role: MirrorRole } | null;
}

async function openGuest(parts: GuestParts, way: Way): Promise<Result<Guest>> {
  try {
    return {
      ok: true,
      value: new Guest(parts, way, await Holdings.open(parts.data, way.runId, parts.identity, parts.clock)),
    };
  } catch (error) {
    if (error instanceof CopyError) return { ok: false, failure: error.failure };
    throw error;
  }
}

class Guest implements MirrorGuest {
  /** Settles when the host first answered: null, or why there is nothing to follow. */
  readonly answered: Promise<Failure | null>;
  readonly #parts: GuestParts;
  readonly #way: Way;
  readonly #holdings: Holdings;
  readonly #attention: Attention;
  readonly #outputs = new OutputPlaces();
  readonly #stopped = new AbortController();
  readonly #following: Promise<void>;
  #answer: (trouble: Failure | null) => void = () => undefined;
  #conversation: Conversation | null = null;
  #status: LinkView['status'] = 'connecting';
  #participant: string | null = null;
  #role: MirrorRole | null = null;
  #address: string;
  #failure: Failure | null = null;
  #bye: LinkView['bye'] = null;
  /** The invitation's secret is good for one time only; afterwards our key lets us in. */
  #token: string | null;
  #shown = false;
  #settling = false;
  #telling = false;
  #penGiven = false;
  #linkKept = false;
  #signingTold = '';

  constructor(parts: GuestParts, way: Way, holdings: Holdings) {
    this.#parts = parts;
    this.#way = way;
    this.#holdings = holdings;
    this.#attention = new Attention(parts.clock);
    this.#address = way.addresses[0] ?? '';
    this.#token = way.token;
    this.answered = new Promise((resolve) => {
      this.#answer = resolve;
    });
    if (holdings.state !== null) this.#show(holdings.state);
    if (way.known !== null) {
      this.#participant = way.known.participant;
      this.#role = way.known.role;
      this.#answer(null);
      this.#lookForPen();
    }
    this.#following = this.#follow();
  }

  link(): LinkView {
    const { files, receipts } = this.#holdings;
    const connected = this.#status === 'connected' || this.#status === 'waiting';
    return {
      status: this.#status,
      participant: this.#participant,
      role: this.#role,
      address: this.#address,
      certificate: certificateText(this.#way.certificate),
      silentMs: connected ? (this.#conversation?.silentMs ?? null) : null,
      failure: this.#failure ?? this.#conversation?.trouble ?? null,
      bye: this.#bye,
      missingBytes: files.missingBytes,
      receipted: receipts.signed,
      challengeUntil: this.#attention.challengeUntil,
    };
  }

  signing(): SigningView | null {
    return this.#holdings.signing();
  }

  state(): RunState | null {
    return this.#holdings.state;
  }

  folder(): string | null {
    return this.#holdings.copy.kept ? this.#holdings.copy.folder : null;
  }

  async submit(request: CheckerRequest): Promise<Refusal | null> {
    const lost: Refusal = { code: 'link-lost', params: {} };
    const { state, copy } = this.#holdings;
    if (state === null || this.#conversation?.welcomed !== true) return lost;
    const intent = intentFor(state, request, this.signing(), this.#parts.identity);
    if ('code' in intent) return intent;
    try {
      // What is signed must not be forgotten here by a crash.
      if ('signature' in intent) await copy.sync();
    } catch (error) {
      if (!(error instanceof CopyError)) throw error;
      return { code: 'journal-unwritable', params: {} };
    }
    return (await this.#conversation?.ask(intent)) ?? null;
  }

  awake(): void {
    if (!this.#attention.move()) return;
    this.#conversation?.heartbeat();
    this.#tell();
  }

  async invite(invitation: string): Promise<void> {
    await this.#conversation?.invite(invitation);
  }

  async release(): Promise<void> {
    await this.#holdings.release();
  }

  async close(how: 'leave' | 'quit' | 'pen'): Promise<void> {
    const conversation = this.#conversation;
    if (how === 'leave' && conversation?.welcomed === true) {
      const patience = this.#parts.clock.sleep(LEAVE_MS, this.#stopped.signal).catch(() => undefined);
      await conversation.seal();
      await Promise.race([conversation.ask({ type: 'leave' }), patience]);
    }
    this.#stopped.abort();
    this.#conversation?.close();
    await this.#following;
    await this.#holdings.release();
  }

  /** Link after link, until there is nothing more to follow. */
  async #follow(): Promise<void> {
    const { clock } = this.#parts;
    const { signal } = this.#stopped;
    for (let failed = 0; !signal.aborted; ) {
      const begun = clock.mono();
      const ending = await this.#converse();
      // Links that break as soon as they stand (a full disk here, a fault there) must not flood the operator's journal.
      if (clock.mono() - begun > limits.goneMs) failed = 0;
      this.#conversation = null;
      if (signal.aborted) break;
      if (!this.#goesOn(ending)) break;
      const wait = BACKOFF_MS[Math.min(failed, BACKOFF_MS.length - 1)] ?? 0;
      failed += 1;
      await clock.sleep(wait * (1 + Math.random() * JITTER), signal).catch(() => undefined);
    }
    this.#answer(failure('cancelled'));
  }

  async #converse(): Promise<Ending> {
    const { clock } = this.#parts;
    const { runId, certificate, addresses } = this.#way;
    const dialed = await dial({ addresses, certificate }, clock, this.#stopped.signal);
    if (!dialed.ok) return { type: 'lost', failure: dialed.failure };
    this.#address = dialed.value.address;
    const conversation = new Conversation(dialed.value, {
      runId,
      certificate,
      token: this.#token,
      identity: this.#parts.identity,
      machine: this.#parts.machine,
      clock,
      holdings: this.#holdings,
      attention: this.#attention,
      onWaiting: (participant) => this.#isIn('waiting', participant, null),
      onWelcome: (participant, role) => this.#welcomed(participant, role),
      onRecords: (records, more) => this.#recorded(records, more),
      onOutput: (frame) => {
        const chunk = this.#outputs.place(frame);
        if (chunk !== null) this.#parts.onOutput(chunk);
      },
      onProgress: ({ type: _, ...progress }) => this.#parts.onProgress(progress),
      onChange: () => this.#changed(),
    });
    this.#conversation = conversation;
    if (this.#stopped.signal.aborted) conversation.close();
    return await conversation.ended;
  }

  /** Keeps the way back as soon as there is a copy it can lie beside. */
  #welcomed(participant: string, role: MirrorRole): void {
    this.#linkKept = false;
    this.#isIn('connected', participant, role);
    this.#keepLink();
  }

  #keepLink(): void {
    const { copy } = this.#holdings;
    const [participant, role] = [this.#participant, this.#role];
    if (this.#linkKept || !copy.kept || participant === null || role === null) return;
    this.#linkKept = true;
    const { certificate, addresses } = this.#way;
    // Without it an invitation is needed to come back; the run goes on all the same.
    writeLinkFile(copy.folder, { certificate, addresses: [...addresses], participant, role }).catch(() => undefined);
  }

  #isIn(status: 'waiting' | 'connected', participant: string, role: MirrorRole | null): void {
    this.#status = status;
    this.#participant = participant;
    this.#role = role;
    this.#failure = null;
    if (status === 'connected') this.#token = null;
    this.#tell();
    this.#answer(null);
    this.#lookForPen();
  }

  /** Shows how a conversation ended; true when another one is to be tried. */
  #goesOn(ending: Ending): boolean {
    switch (ending.type) {
      case 'lost':
        this.#status = 'lost';
        this.#failure = ending.failure;
        break;
      case 'altered':
        this.#status = 'altered';
        this.#failure = ending.failure;
        break;
      case 'refused':
        this.#refused(ending);
        break;
      case 'bye':
        this.#status = 'over';
        this.#bye = ending.reason;
        break;
      case 'closed':
        return false;
    }
    this.#answer(this.#failure);
    this.#tell();
    return ending.type === 'lost';
  }

  #refused({ code, detail }: Extract<Ending, { type: 'refused' }>): void {
    // The host says that its history is not the one it sent us: one of the two was rewritten.
    const rewritten = code === 'history-differs';
    this.#status = rewritten ? 'altered' : 'refused';
    const line = String(this.#holdings.copy.next);
    this.#failure = rewritten
      ? failure('history-altered', { what: code, line }, detail)
      : failure('mirror-refused', { code }, detail);
  }

  #recorded(records: readonly JournalRecord[], more: boolean): void {
    const { state } = this.#holdings;
    if (state === null) return;
    for (const record of records) if (record.type === 'attempt-ended') this.#outputs.ended(record.data.attempt);
    if (this.#shown && !this.#settling && records.length <= MANY) {
      for (const record of records) this.#parts.onRecord(record);
    } else if (more) this.#showWhenSettled();
    else this.#show(state);
    this.#keepLink();
    this.#changed();
  }

  #show(state: RunState): void {
    this.#shown = true;
    this.#settling = false;
    this.#parts.onState(state);
  }

  #showWhenSettled(): void {
    if (this.#settling) return;
    this.#settling = true;
    void this.#later(SETTLE_MS, () => {
      if (this.#settling && this.#holdings.state !== null) this.#show(this.#holdings.state);
    });
  }

  async #later(ms: number, what: () => void): Promise<void> {
    await this.#parts.clock.sleep(ms, this.#stopped.signal).then(what, () => undefined);
  }

  /** What is to be signed is told at once, all else a little later. */
  #changed(): void {
    this.#lookForPen();
    const view = this.signing();
    const signing = view === null ? '' : `${view.statement} ${view.complete}`;
    if (signing !== this.#signingTold) {
      this.#tell();
      return;
    }
    if (this.#telling) return;
    this.#telling = true;
    void this.#later(TELL_MS, () => {
      if (this.#telling) this.#tell();
    });
  }

  #tell(): void {
    const view = this.signing();
    this.#signingTold = view === null ? '' : `${view.statement} ${view.complete}`;
    this.#telling = false;
    this.#parts.onLink(this.link(), view);
  }

  #lookForPen(): void {
    if (this.#penGiven || !this.#holdings.hasPen(this.#participant)) return;
    this.#penGiven = true;
    // Whoever opened us has to know us before the pen comes.
    void this.answered.then(() => setImmediate(() => this.#parts.onPen()));
  }
}
