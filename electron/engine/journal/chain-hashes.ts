const BYTES = 32;

/** The hash of every record, 32 bytes each, so that receipts can be held against a history of any length. */
export class ChainHashes {
  private bytes = Buffer.alloc(BYTES * 1_024);
  private count = 0;

  /** `hash`: 64 hex digits, of the next record. */
  add(hash: string): void {
    if ((this.count + 1) * BYTES > this.bytes.length) this.bytes = Buffer.concat([this.bytes], this.bytes.length * 2);
    this.bytes.write(hash, this.count * BYTES, BYTES, 'hex');
    this.count += 1;
  }

  /** Null where there is no such record. */
  at(seq: number): string | null {
    return seq < this.count ? this.bytes.toString('hex', seq * BYTES, (seq + 1) * BYTES) : null;
  }
}
