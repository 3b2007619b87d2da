import { limits } from '../../../shared/contract/limits.ts';
import { stripTerminal } from '../../../shared/output/strip-terminal.ts';
import { lastCharacters } from './utf8.ts';

/** Bytes kept: colours, cursor movements and long characters take room, so more is kept than is shown. */
const KEPT = limits.excerptChars * 8;

/** The last characters of an output as plain text. */
export class Tail {
  private kept: Buffer = Buffer.alloc(0);
  private whole = true;

  /** Takes UTF-8, whole characters. */
  write(text: Buffer): void {
    const all = text.length >= KEPT || this.kept.length === 0 ? text : Buffer.concat([this.kept, text]);
    this.whole &&= text.length < KEPT || this.kept.length === 0;
    this.kept = all.length > KEPT * 4 ? lastCharacters(all, KEPT) : all;
    this.whole &&= this.kept.length === all.length;
  }

  /** At most `limits.excerptChars`, terminal escapes removed, never beginning in the middle of a character. */
  read(): string {
    const text = this.kept.toString('utf8');
    const newline = text.indexOf('\n');
    // The first kept line may begin in the middle of an escape sequence.
    const from = this.whole || newline === -1 ? 0 : newline + 1;
    const plain = stripTerminal(text.slice(from));
    return plain.slice(-limits.excerptChars).replace(/^[\uDC00-\uDFFF]/, '');
  }
}
