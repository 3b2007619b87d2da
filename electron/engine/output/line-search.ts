import { createStripper } from '../../../shared/output/stripper.ts';

/**
 * Finds the lines that contain a text, ignoring case, while the output goes by. Lines of any length are searched to
 * their end with only as much memory as the wanted text needs.
 */
export class LineSearch {
  readonly matches: number[] = [];
  private readonly wanted: string;
  private readonly stripper = createStripper();
  private line = 0;
  private found = false;
  /** The end of the current line so far: a match may begin in it. */
  private carry = '';

  constructor(wanted: string) {
    this.wanted = wanted.toLowerCase();
  }

  /** Takes the next piece; stops and says false once there are more than `most` matches. */
  write(piece: string, most: number): boolean {
    const text = this.carry + this.stripper.write(piece).toLowerCase();
    let from = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      if (!this.note(text.slice(from, end), most)) return false;
      this.line += 1;
      this.found = false;
      from = end + 1;
    }
    const rest = text.slice(from);
    this.carry = this.wanted.length > 1 ? rest.slice(-(this.wanted.length - 1)) : '';
    return this.note(rest, most);
  }

  private note(text: string, most: number): boolean {
    if (this.found || !text.includes(this.wanted)) return true;
    this.found = true;
    if (this.matches.length >= most) return false;
    this.matches.push(this.line);
    return true;
  }
}
