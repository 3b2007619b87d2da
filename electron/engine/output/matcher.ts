import type { SecretForm } from './secret-forms.ts';

/** A place in a buffer where a form stands: from `start` up to `end` (exclusive). */
export interface Match {
  readonly start: number;
  readonly end: number;
}

/** What was found in a buffer, and from where on the next bytes may still change the answer. */
export interface Found {
  /** In order of where they end; they may overlap. */
  readonly matches: readonly Match[];
  /** Everything before it is decided; bytes from here on must be held until more is known. */
  readonly decided: number;
}

const isBase64Digit = (byte: number | undefined): boolean =>
  byte !== undefined && /[A-Za-z0-9+/_-]/.test(String.fromCharCode(byte));

/**
 * Finds many forms at once in one pass (Wu and Manber, 1994): a table tells for the last two bytes of a window how far
 * it may jump, so that ordinary output is skipped in steps of nearly the shortest form's length.
 */
export class Matcher {
  readonly longest: number;
  private readonly shortest: number;
  private readonly jumps: Uint8Array;
  private readonly byWindowEnd = new Map<number, SecretForm[]>();
  private readonly byStart = new Map<number, SecretForm[]>();

  constructor(forms: readonly SecretForm[]) {
    this.shortest = Math.min(255, ...forms.map((form) => form.bytes.length));
    this.longest = Math.max(0, ...forms.map((form) => form.bytes.length));
    this.jumps = new Uint8Array(65_536).fill(Math.max(1, this.shortest - 1));
    for (const form of forms) this.enter(form);
  }

  private enter(form: SecretForm): void {
    const { bytes } = form;
    const first = bytes[0] ?? 0;
    this.byStart.set(first, [...(this.byStart.get(first) ?? []), form]);
    if (this.shortest < 2) {
      // One byte decides: whatever stands before it, the window ends here.
      for (let before = 0; before < 256; before += 1) this.endsAt((before << 8) | first, form);
      return;
    }
    for (let at = 1; at < this.shortest; at += 1) {
      const block = ((bytes[at - 1] ?? 0) << 8) | (bytes[at] ?? 0);
      this.jumps[block] = Math.min(this.jumps[block] ?? 0, this.shortest - 1 - at);
      if (at === this.shortest - 1) this.endsAt(block, form);
    }
  }

  private endsAt(block: number, form: SecretForm): void {
    this.jumps[block] = 0;
    const forms = this.byWindowEnd.get(block);
    if (forms === undefined) this.byWindowEnd.set(block, [form]);
    else forms.push(form);
  }

  /** Looks at `data`; `last` says that nothing will follow. */
  find(data: Buffer, last: boolean): Found {
    const matches: Match[] = [];
    let decided = last ? data.length : this.firstOpenStart(data);
    const { jumps, shortest } = this;
    const length = data.length;
    for (let at = shortest - 1; at < length; ) {
      const block = ((at === 0 ? 0 : (data[at - 1] as number)) << 8) | (data[at] as number);
      const jump = jumps[block] as number;
      if (jump > 0) {
        at += jump;
        continue;
      }
      const start = at - shortest + 1;
      for (const form of this.byWindowEnd.get(block) ?? []) {
        const end = start + form.bytes.length;
        if (end > length || data.compare(form.bytes, 0, form.bytes.length, start, end) !== 0) continue;
        // Whether a digit follows that has to be hidden too is seen with the next byte.
        if (form.swallowNext && end === length && !last) decided = Math.min(decided, start);
        matches.push({ start, end: form.swallowNext && isBase64Digit(data[end]) ? end + 1 : end });
      }
      at += 1;
    }
    return { matches, decided };
  }

  /** The first position from which the rest of `data` is the beginning of a form. */
  private firstOpenStart(data: Buffer): number {
    for (let start = Math.max(0, data.length - this.longest + 1); start < data.length; start += 1) {
      const forms = this.byStart.get(data[start] as number);
      if (forms === undefined) continue;
      const rest = data.length - start;
      const open = forms.some(
        ({ bytes }) =>
          bytes.length > rest &&
          bytes[rest - 1] === data[data.length - 1] &&
          data.compare(bytes, 0, rest, start, data.length) === 0,
      );
      if (open) return start;
    }
    return data.length;
  }
}
