import { limits } from '../../../shared/contract/limits.ts';
import { stripTerminal } from '../../../shared/output/strip-terminal.ts';

/** Colours and cursor movements take room that is not text, so more is kept than is shown. */
const KEPT = limits.excerptChars * 8;

/** The last characters of an output as plain text. */
export class Tail {
  private text = '';
  private whole = true;

  write(text: string): void {
    this.text = text.length >= KEPT ? text : this.text + text;
    if (this.text.length > KEPT * 4) {
      this.text = this.text.slice(-KEPT);
      this.whole = false;
    }
  }

  /** At most `limits.excerptChars`, terminal escapes removed, never beginning in the middle of a character. */
  read(): string {
    const newline = this.text.indexOf('\n');
    // The first kept line may begin in the middle of an escape sequence.
    const from = this.whole || newline === -1 ? 0 : newline + 1;
    const plain = stripTerminal(this.text.slice(from));
    return plain.slice(-limits.excerptChars).replace(/^[\uDC00-\uDFFF]/, '');
  }
}
