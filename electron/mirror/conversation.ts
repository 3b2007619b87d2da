import { assertNever } from '../../shared/assert-never.ts';
import type { Failure } from '../../shared/contract/errors.ts';
import type { JournalRecord, MirrorRole } from '../../shared/contract/events.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { MirrorIntent, Refusal } from '../../shared/contract/intents.ts';
import type { LinkView } from '../../shared/contract/ipc/people.ts';
import { limits } from '../../shared/contract/limits.ts';
import { type HostFrame, MIRROR_PROTOCOL } from '../../shared/contract/mirror-protocol.ts';
import type { MirrorRefusal } from '../../shared/contract/mirror-refusals.ts';
import { joinStatement, statementHash } from '../../shared/people/statements.ts';
import { sha256Text } from '../engine/journal/digest.ts';
import type { Clock, Identity } from '../engine/ports.ts';
import type { Attention } from './attention.ts';
import { ASK_AGAIN_MS, type FileAnswer } from './copied-files.ts';
import { CopyError } from './copy.ts';
import type { Dialed } from './dial.ts';
import type { Holdings } from './holdings.ts';
import { HostLink } from './host-link.ts';

/** After a disk refused a file, it is tried again this much later, in milliseconds. */
const TROUBLE_MS = 5_000;

/** How long the former operator's app gets to say that our invitation arrived. */
const INVITED_MS = 3_000;

type FrameOf<T extends HostFrame['type']> = Extract<HostFrame, { type: T }>;

/** How a conversation ended. */
export type Ending =
  | { readonly type: 'lost'; readonly failure: Failure }
  | { readonly type: 'altered'; readonly failure: Failure }
  | { readonly type: 'refused'; readonly code: MirrorRefusal; readonly detail: string }
  | { readonly type: 'bye'; readonly reason: NonNullable<LinkView['bye']> }
  /** We ended it ourselves. */
  | { readonly type: 'closed' };

export interface ConversationParts {
  readonly runId: string;
  /** SHA-256 (hex) of the certificate that the other side has shown. */
  readonly certificate: string;
  /** The invitation's secret, or null when our key alone is to let us in. */
  readonly token: string | null;
  readonly identity: Identity;
  readonly machine: string;
  readonly clock: Clock;
  readonly holdings: Holdings;
  readonly attention: Attention;
  readonly onWaiting: (participant: string) => void;
  readonly onWelcome: (participant: string, role: MirrorRole) => void;
  /** `more`: further records are probably on their way. */
  readonly onRecords: (records: readonly JournalRecord[], more: boolean) => void;
  readonly onOutput: (frame: FrameOf<'output'>) => void;
  readonly onProgress: (frame: FrameOf<'progress'>) => void;
  /** Something else in the link's view has changed. */
  readonly onChange: () => void;
}

/** One connection from challenge to end: proves who we are, keeps what comes, pulls files, signs and asks. */
export class Conversation {
  readonly ended: Promise<Ending>;
  readonly #parts: ConversationParts;
  readonly #link: HostLink;
  readonly #over = new AbortController();
  /** Aborted when our invitation has arrived. */
  readonly #invited = new AbortController();
  readonly #answers = new Map<number, (refusal: Refusal | null) => void>();
  #stage: 'dialed' | 'said-hello' | 'waiting' | 'welcomed' = 'dialed';
  #role: MirrorRole | null = null;
  #ending: Ending | null = null;
  #resuming = false;
  #intents = 0;
  #fileAnswer: ((answer: FileAnswer | null) => void) | null = null;
  #wake: (() => void) | null = null;
  #trouble: Failure | null = null;
  #pulling: Promise<void> | null = null;

  constructor(dialed: Dialed, parts: ConversationParts) {
    this.#parts = parts;
    this.#link = new HostLink(dialed, parts.clock, { take: (frame) => this.#take(frame) });
    const work = Promise.all([this.#expectAnswer(), this.#beat()]);
    this.ended = this.#link.ended.then(async (reason) => {
      this.#over.abort();
      this.#fileAnswer?.(null);
      await work;
      await this.#pulling;
      // Whatever becomes of the other machine now: up to here we can say what we saw.
      await this.#receipt(true);
      const refusal: Refusal = { code: 'link-lost', params: {} };
      for (const answer of this.#answers.values()) answer(refusal);
      return this.#ending ?? (reason === null ? { type: 'closed' } : { type: 'lost', failure: reason });
    });
  }

  get address(): string {
    return this.#link.address;
  }

  get welcomed(): boolean {
    return this.#stage === 'welcomed' && !this.#link.over;
  }

  get silentMs(): number {
    return this.#link.silentMs;
  }

  /** What keeps files from being copied, though the link is there. */
  get trouble(): Failure | null {
    return this.#trouble ?? this.#parts.holdings.files.failure;
  }

  /** Asks and waits for the answer; `link-lost` where there is none. */
  async ask(intent: MirrorIntent): Promise<Refusal | null> {
    this.#intents += 1;
    const id = this.#intents;
    const answered = new Promise<Refusal | null>((resolve) => this.#answers.set(id, resolve));
    const sent = this.welcomed && (await this.#link.send({ type: 'intent', id, intent }));
    if (!sent) this.#answers.get(id)?.({ code: 'link-lost', params: {} });
    const refusal = await answered;
    this.#answers.delete(id);
    return refusal;
  }

  /** Resolves when the host has said that it arrived, or after a while; also when the link is gone. */
  async invite(invitation: string): Promise<void> {
    if (!this.welcomed || !(await this.#link.send({ type: 'invite', invitation }))) return;
    await this.#parts.clock
      .sleep(INVITED_MS, AbortSignal.any([this.#over.signal, this.#invited.signal]))
      .catch(() => {});
  }

  /** Tells the host at once whether somebody is there. */
  heartbeat(): void {
    if (this.welcomed) void this.#link.send({ type: 'heartbeat', awake: this.#parts.attention.awake });
  }

  /** Signs for what we have and says so. */
  async seal(): Promise<void> {
    await this.#receipt(true);
  }

  close(): void {
    this.#link.close();
  }

  #lose(cause: string): void {
    this.#link.fail(failure('mirror-lost', { address: this.address }, cause));
  }

  #end(ending: Ending): void {
    this.#ending ??= ending;
    this.#link.close();
  }

  #nonsense(detail: string): void {
    this.#link.fail(failure('mirror-not-countersign', { address: this.address }, detail));
  }

  /** The host has to say who it is and what becomes of us. */
  async #expectAnswer(): Promise<void> {
    await this.#parts.clock.sleep(limits.mirrorHandshakeMs, this.#over.signal).catch(() => undefined);
    if (this.#stage === 'dialed' || this.#stage === 'said-hello') this.#lose('the host did not answer in time');
  }

  async #beat(): Promise<void> {
    const { clock, attention, holdings } = this.#parts;
    const { signal } = this.#over;
    while (!signal.aborted) {
      await clock.sleep(limits.heartbeatMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      if (this.silentMs > limits.goneMs) this.#lose(`silent for ${this.silentMs} ms`);
      this.#link.ping();
      if (this.welcomed) {
        if (this.#role === 'checker') attention.tick(holdings.state?.plan.people.challengeMs ?? null);
        this.heartbeat();
        await this.#receipt(false);
      }
      this.#parts.onChange();
    }
  }

  async #take(frame: HostFrame): Promise<void> {
    try {
      if (this.#stage === 'dialed' && frame.type !== 'challenge' && frame.type !== 'refused')
        this.#nonsense(`${frame.type} before the challenge`);
      else await this.#takeInTurn(frame);
    } catch (error) {
      if (!(error instanceof CopyError)) throw error;
      this.#link.fail(error.failure);
    }
  }

  async #takeInTurn(frame: HostFrame): Promise<void> {
    switch (frame.type) {
      case 'challenge':
        return await this.#prove(frame);
      case 'waiting':
        this.#stage = 'waiting';
        return this.#parts.onWaiting(frame.participant);
      case 'welcome':
        return this.#enter(frame);
      case 'refused':
        return this.#end({ type: 'refused', code: frame.code, detail: frame.detail });
      case 'bye':
        return await this.#bye(frame);
      case 'records':
      case 'output':
      case 'progress':
      case 'file':
      case 'answer':
      case 'receipted':
      case 'invited':
        if (this.#stage !== 'welcomed') return this.#nonsense(`${frame.type} before the welcome`);
        return await this.#takeInside(frame);
      default:
        return assertNever(frame);
    }
  }

  async #takeInside(
    frame: FrameOf<'records' | 'output' | 'progress' | 'file' | 'answer' | 'receipted' | 'invited'>,
  ): Promise<void> {
    switch (frame.type) {
      case 'records':
        return await this.#records(frame);
      case 'output':
        return this.#parts.onOutput(frame);
      case 'progress':
        return this.#parts.onProgress(frame);
      case 'file':
        return this.#fileAnswer?.(frame);
      case 'answer':
        // An answer that comes twice finds nobody waiting.
        return this.#answers.get(frame.id)?.(frame.refusal);
      case 'receipted':
        return this.#parts.holdings.receipts.confirmed(frame.seq);
      case 'invited':
        return this.#invited.abort();
      default:
        return assertNever(frame);
    }
  }

  async #prove({ protocol, runId, nonce }: FrameOf<'challenge'>): Promise<void> {
    if (this.#stage !== 'dialed') return this.#nonsense('a second challenge');
    if (protocol !== MIRROR_PROTOCOL)
      return this.#end({
        type: 'refused',
        code: 'protocol-version',
        detail: `theirs ${protocol}, ours ${MIRROR_PROTOCOL}`,
      });
    if (runId !== this.#parts.runId) return this.#nonsense(`another run: ${runId}`);
    const { identity, certificate, token, machine, holdings } = this.#parts;
    const { person } = identity;
    const signature = identity.sign(statementHash(joinStatement(runId, certificate, nonce, person), sha256Text));
    this.#stage = 'said-hello';
    await this.#link.send({ type: 'hello', protocol, token, person, machine, signature, have: holdings.copy.head });
  }

  #enter({ participant, role }: FrameOf<'welcome'>): void {
    if (this.#stage === 'welcomed') {
      this.#nonsense('a second welcome');
      return;
    }
    this.#stage = 'welcomed';
    this.#role = role;
    const { holdings, onWelcome } = this.#parts;
    holdings.beginLink(role);
    onWelcome(participant, role);
    for (const receipt of holdings.receipts.open) void this.#link.send({ type: 'receipt', receipt });
    this.#pulling = this.#pullFiles();
  }

  async #bye({ reason }: FrameOf<'bye'>): Promise<void> {
    await this.#receipt(true);
    this.#end({ type: 'bye', reason });
  }

  async #records({ first, lines }: FrameOf<'records'>): Promise<void> {
    const { holdings, onRecords } = this.#parts;
    const taken = await holdings.take(first, lines);
    if (taken.type === 'gap') {
      // Until the host has heard of it, more of the same comes.
      if (!this.#resuming) await this.#link.send({ type: 'resume', have: holdings.copy.head });
      this.#resuming = true;
      return;
    }
    this.#resuming = false;
    const bytes = lines.reduce((sum, line) => sum + line.length, 0);
    if (taken.records.length > 0) onRecords(taken.records, bytes > limits.mirrorBatch / 2);
    if (taken.altered !== null) return this.#end({ type: 'altered', failure: taken.altered });
    this.#wake?.();
    await this.#receipt(false);
  }

  async #receipt(now: boolean): Promise<void> {
    if (this.#ending?.type === 'altered') return;
    try {
      const receipt = await this.#parts.holdings.receipt(now);
      if (receipt === null) return;
      this.#trouble = null;
      await this.#link.send({ type: 'receipt', receipt });
    } catch (error) {
      if (!(error instanceof CopyError)) throw error;
      this.#trouble = error.failure;
    }
  }

  /** One question at a time, as long as the link is there. */
  async #pullFiles(): Promise<void> {
    const { files } = this.#parts.holdings;
    while (!this.#link.over) {
      try {
        const asked = await files.next();
        if (asked === null) {
          await this.#untilMoreIsSealed(ASK_AGAIN_MS);
          continue;
        }
        const answered = new Promise<FileAnswer | null>((resolve) => {
          this.#fileAnswer = resolve;
        });
        if (this.#over.signal.aborted) return;
        await this.#link.send({ type: 'fetch', ...asked });
        const answer = await answered;
        this.#fileAnswer = null;
        if (answer === null) return;
        if (!(await files.take(asked, answer))) this.#nonsense(`an answer that does not belong to ${asked.path}`);
        this.#trouble = null;
      } catch (error) {
        if (!(error instanceof CopyError)) throw error;
        this.#trouble = error.failure;
        this.#parts.onChange();
        await this.#parts.clock.sleep(TROUBLE_MS, this.#over.signal).catch(() => undefined);
      }
      this.#parts.onChange();
    }
  }

  /** Waits, at most until the next record comes. */
  async #untilMoreIsSealed(ms: number): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await this.#parts.clock.sleep(ms, AbortSignal.any([this.#over.signal, woken.signal])).catch(() => undefined);
    this.#wake = null;
  }
}
