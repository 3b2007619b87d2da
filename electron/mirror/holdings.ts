import type { Failure } from '../../shared/contract/errors.ts';
import type { JournalRecord, MirrorRole } from '../../shared/contract/events.ts';
import type { SigningView } from '../../shared/contract/ipc/people.ts';
import { limits } from '../../shared/contract/limits.ts';
import type { Receipt } from '../../shared/people/receipts.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Clock, Identity } from '../engine/ports.ts';
import { SerialQueue } from '../engine/serial-queue.ts';
import { CopiedFiles } from './copied-files.ts';
import { copyFolder, MirrorCopy } from './copy.ts';
import { signingView } from './guest-signing.ts';
import { Receipts } from './receipts.ts';

/** What became of a batch of lines. */
export type Taken =
  | { readonly type: 'taken'; readonly records: readonly JournalRecord[]; readonly altered: Failure | null }
  /** Lines before these are missing. */
  | { readonly type: 'gap' };

/** The moments at which the checker signs for the history. */
const sealing: ReadonlySet<JournalRecord['type']> = new Set(['checkpoint', 'run-ended', 'session-closed']);

/** Everything this machine holds of a followed run: journal, files, and our own receipts. */
export class Holdings {
  readonly copy: MirrorCopy;
  readonly files: CopiedFiles;
  readonly receipts: Receipts;
  readonly #clock: Clock;
  #role: MirrorRole | null = null;
  /** When the first record came that no receipt covers; on the monotonic clock. */
  #unsignedSince: number | null = null;
  #sealDue = false;
  /** One after the other, so that the folder can be let go of between two of them. */
  readonly #queue = new SerialQueue();
  #released = false;
  #view: { readonly key: string; readonly view: SigningView | null } | null = null;

  private constructor(copy: MirrorCopy, files: CopiedFiles, receipts: Receipts, clock: Clock) {
    this.copy = copy;
    this.files = files;
    this.receipts = receipts;
    this.#clock = clock;
  }

  /** Takes up what is here of an earlier time. Throws CopyError. */
  static async open(data: string, runId: string, identity: Identity, clock: Clock): Promise<Holdings> {
    const files = new CopiedFiles(copyFolder(data, runId), () => clock.mono());
    const copy = await MirrorCopy.open(data, runId, (record) => files.note(record));
    const receipts = new Receipts(copy, identity, clock);
    try {
      if (copy.kept) await receipts.readBack();
    } catch (error) {
      await copy.close();
      throw error;
    }
    return new Holdings(copy, files, receipts, clock);
  }

  get state(): RunState | null {
    return this.copy.state;
  }

  /** A link began on which we are this. */
  beginLink(role: MirrorRole): void {
    this.#role = role;
    this.files.beginLink(role);
  }

  /** Keeps lines of the journal, the first of which has this sequence number. Throws CopyError. */
  async take(first: number, lines: readonly string[]): Promise<Taken> {
    return await this.#queue.run(() => this.#take(first, lines));
  }

  /** Makes everything durable and lets go of the folder for good. Throws CopyError. */
  async release(): Promise<void> {
    await this.files.stop();
    await this.#queue.run(async () => {
      this.#released = true;
      await this.copy.close();
    });
  }

  async #take(first: number, lines: readonly string[]): Promise<Taken> {
    if (this.#released) return { type: 'taken', records: [], altered: null };
    if (first > this.copy.next) return { type: 'gap' };
    // What we have already comes again after a resume; the chain tells whether the rest fits behind it.
    const { records, altered } = await this.copy.append(lines.slice(this.copy.next - first));
    for (const record of records) this.files.note(record);
    if (records.length > 0) this.#unsignedSince ??= this.#clock.mono();
    if (records.some(({ type }) => sealing.has(type))) this.#sealDue = true;
    return { type: 'taken', records, altered };
  }

  /**
   * The checker's receipt when one is due: at a seal of the history, at least every minute while it grows, and (`now`)
   * when the link ends. Null when none is. Throws CopyError.
   */
  async receipt(now: boolean): Promise<Receipt | null> {
    return await this.#queue.run(() => this.#receipt(now));
  }

  async #receipt(now: boolean): Promise<Receipt | null> {
    if (this.#role !== 'checker' || this.#unsignedSince === null || this.#released) return null;
    const waited = this.#clock.mono() - this.#unsignedSince;
    if (!now && !this.#sealDue && waited < limits.receiptMs - limits.heartbeatMs) return null;
    const receipt = await this.receipts.sign();
    this.#unsignedSince = null;
    this.#sealDue = false;
    return receipt;
  }

  /** What waits for our signature; null for an observer. */
  signing(): SigningView | null {
    const { state } = this.copy;
    if (state === null || this.#role !== 'checker') return null;
    const key = `${state.head} ${this.files.missingBytes} ${this.files.complete}`;
    if (this.#view?.key !== key) this.#view = { key, view: signingView(state, (file) => this.files.has(file)) };
    return this.#view.view;
  }

  /** The pen was given to this participant, and everything is here. */
  hasPen(participant: string | null): boolean {
    const { state, last } = this.copy;
    if (participant === null || state?.penWith?.participant !== participant || last !== 'session-closed') return false;
    return this.files.complete;
  }
}
