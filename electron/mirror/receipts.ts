import { constants } from 'node:fs';
import { open, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { Head } from '../../shared/contract/events.ts';
import { canonicalJson } from '../../shared/journal/canonical.ts';
import { type Receipt, receiptSchema } from '../../shared/people/receipts.ts';
import { receiptStatement, statementHash } from '../../shared/people/statements.ts';
import { sha256Text } from '../engine/journal/digest.ts';
import { systemCode } from '../engine/journal/journal-error.ts';
import type { Clock, Identity } from '../engine/ports.ts';
import { type MirrorCopy, unwritable } from './copy.ts';

/**
 * What the checker signed for: that they hold the history up to a record. Kept in the copy's own `receipts.jsonl`,
 * durably, before anybody is told; and again only after the history itself is on disk.
 */
export class Receipts {
  readonly #copy: MirrorCopy;
  readonly #identity: Identity;
  readonly #clock: Clock;
  /** Not confirmed by the host yet, oldest first. */
  #open: Receipt[] = [];
  #signed: number | null = null;

  constructor(copy: MirrorCopy, identity: Identity, clock: Clock) {
    this.#copy = copy;
    this.#identity = identity;
    this.#clock = clock;
  }

  /** The last record that a receipt covers, or null. */
  get signed(): number | null {
    return this.#signed;
  }

  /** Receipts that the host has not confirmed. */
  get open(): readonly Receipt[] {
    return this.#open;
  }

  /**
   * Reads our own receipts of an earlier time, and cuts a last line that a crash tore: it is signed again. The last
   * one covers all before it: the host gets it once more.
   */
  async readBack(): Promise<void> {
    const bytes = await readFile(this.#path).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return Buffer.alloc(0);
      throw unwritable(this.#copy.folder, error);
    });
    const whole = bytes.subarray(0, bytes.lastIndexOf(10) + 1);
    if (whole.length < bytes.length) {
      await truncate(this.#path, whole.length).catch((error: unknown) => {
        throw unwritable(this.#copy.folder, error);
      });
    }
    const own = whole
      .toString('utf8')
      .split('\n')
      .flatMap((line) => this.#parse(line));
    const last = own.at(-1);
    this.#open = last === undefined ? [] : [last];
    this.#signed = last?.seq ?? null;
  }

  /** Signs for everything that is kept; null when there is nothing new. Throws CopyError where the disk refuses. */
  async sign(): Promise<Receipt | null> {
    const { head, state } = this.#copy;
    if (head === null || state === null || (this.#signed !== null && head.seq <= this.#signed)) return null;
    await this.#copy.sync();
    const receipt = this.#make(state.runId, head);
    await this.#keep(receipt);
    this.#signed = head.seq;
    this.#open.push(receipt);
    return receipt;
  }

  /** The host has them on disk up to here. */
  confirmed(seq: number): void {
    this.#open = this.#open.filter((one) => one.seq > seq);
  }

  get #path(): string {
    return join(this.#copy.folder, 'receipts.jsonl');
  }

  #parse(line: string): readonly Receipt[] {
    try {
      const receipt = receiptSchema.parse(JSON.parse(line));
      const ours = receipt.publicKey === this.#identity.person.publicKey && receipt.seq < this.#copy.next;
      return ours ? [receipt] : [];
    } catch {
      return [];
    }
  }

  #make(runId: string, head: Head): Receipt {
    const at = this.#clock.now().toISOString();
    const { name, publicKey } = this.#identity.person;
    const signature = this.#identity.sign(statementHash(receiptStatement(runId, head, at), sha256Text));
    return { format: 'countersign-receipt-1', runId, ...head, at, name, publicKey, signature };
  }

  async #keep(receipt: Receipt): Promise<void> {
    try {
      const file = await open(this.#path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o600);
      try {
        const { size } = await file.stat();
        try {
          await file.writeFile(`${canonicalJson(receipt)}\n`);
          await file.sync();
        } catch (error) {
          await file.truncate(size).catch(() => undefined);
          throw error;
        }
      } finally {
        await file.close();
      }
    } catch (error) {
      throw unwritable(this.#copy.folder, error);
    }
  }
}
