import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../../shared/journal/canonical.ts';
import { type Receipt, receiptSchema } from '../../shared/people/receipts.ts';
import { SerialQueue } from '../engine/serial-queue.ts';

/** The receipts that the operator's side holds: `receipts.jsonl` in the run's folder, only ever appended to. */
export class ReceiptBook {
  readonly #file: FileHandle;
  readonly #writing = new SerialQueue();
  /** The last record that each key signed for. */
  readonly #last = new Map<string, number>();

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Opens the book, or begins it; what a crash left of a last line is cut off. */
  static async open(folder: string): Promise<ReceiptBook> {
    const file = await open(join(folder, 'receipts.jsonl'), 'a+', 0o600);
    try {
      const book = new ReceiptBook(file);
      const bytes = await file.readFile();
      const whole = bytes.lastIndexOf(10) + 1;
      if (whole < bytes.length) await file.truncate(whole);
      for (const line of bytes.toString('utf8', 0, whole).split('\n')) book.#learn(line);
      return book;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The last record that any receipt covers, or null. */
  get covered(): number | null {
    return this.#last.size === 0 ? null : Math.max(...this.#last.values());
  }

  /**
   * Keeps a receipt durably; gives the last record that this key has signed for. A receipt for no more than an earlier
   * one of the same key says nothing new and is not written.
   */
  add(receipt: Receipt): Promise<number> {
    return this.#writing.run(async () => {
      const last = this.#last.get(receipt.publicKey) ?? -1;
      if (receipt.seq <= last) return last;
      await this.#append(Buffer.from(`${canonicalJson(receipt)}\n`));
      this.#last.set(receipt.publicKey, receipt.seq);
      return receipt.seq;
    });
  }

  async #append(line: Buffer): Promise<void> {
    const { size } = await this.#file.stat();
    try {
      await this.#file.appendFile(line);
      await this.#file.sync();
    } catch (error) {
      // Half a line would spoil the next one.
      await this.#file.truncate(size).catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#writing.drained();
    await this.#file.close();
  }

  #learn(line: string): void {
    try {
      const receipt = receiptSchema.safeParse(JSON.parse(line));
      if (!receipt.success) return;
      const { publicKey, seq } = receipt.data;
      this.#last.set(publicKey, Math.max(seq, this.#last.get(publicKey) ?? -1));
    } catch {
      // Not ours to judge here: `verify` names every line that is no receipt.
    }
  }
}
