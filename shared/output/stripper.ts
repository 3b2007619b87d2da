/** Removes what a terminal would obey instead of show: ECMA-48 control sequences and control characters. */

/** An escape sequence that has begun and not ended; empty between sequences. */
export type StripperState = string;

export interface Stripper {
  /** The piece without escape sequences; a sequence that is not finished waits for the next piece. */
  write(piece: string): string;
  state(): StripperState;
}

/** Longer than this, an unfinished string sequence (title, clipboard …) is swallowed without being kept. */
const KEPT = 64;

/**
 * One whole sequence: CSI; OSC, DCS, SOS, PM, APC strings up to BEL or ST (or an escape that starts something new);
 * other two- and three-byte escapes; then the C0 and C1 controls except newline, tab, carriage return, backspace.
 */
const SEQUENCE =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c|(?=\u001b[^\\]))|\u001b[ -/]+[0-~]|\u001b[0-Z\\`-~]|[\u0000-\u0007\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f-\u008f\u0091-\u0097\u0099\u009a\u009c]/g;

/** The beginning of a sequence at the very end of a piece. */
const UNFINISHED =
  /(?:(?:\u001b\[|\u009b)[0-?]*[ -/]*|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*\u001b?|\u001b[ -/]*)$/;

const ANY_CONTROL = /[\u0000-\u0007\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

/** Where an unfinished sequence begins at the end of `text`, or -1. */
function unfinishedAt(text: string): number {
  // A sequence begins at an introducer, so only the text from the last one on can be an unfinished one.
  const last = Math.max(
    ...['\u001b', '\u009b', '\u009d', '\u0090', '\u0098', '\u009e', '\u009f'].map((c) => text.lastIndexOf(c)),
  );
  if (last === -1) return -1;
  // `ESC` may be the first half of the string terminator of a sequence that began before it.
  const from = text[last] === '\u001b' && last === text.length - 1 ? stringBefore(text, last) : last;
  const match = UNFINISHED.exec(text.slice(from));
  return match === null ? -1 : from + match.index;
}

function stringBefore(text: string, last: number): number {
  const before = text.lastIndexOf('\u001b', last - 1);
  return before !== -1 && UNFINISHED.test(text.slice(before)) ? before : last;
}

/** A stripper, at the beginning or going on from `state`. */
export function createStripper(state: StripperState = ''): Stripper {
  let held = state;
  return {
    state: () => held,
    write: (piece) => {
      if (held === '' && !ANY_CONTROL.test(piece)) return piece;
      const text = held + piece;
      const at = unfinishedAt(text);
      held = at === -1 ? '' : text.slice(at);
      const whole = at === -1 ? text : text.slice(0, at);
      if (held.length > KEPT) held = shortened(held);
      return whole.replace(SEQUENCE, '');
    },
  };
}

/** The same unfinished sequence without its content, so that an endless title cannot fill the memory. */
function shortened(held: string): string {
  const end = held.endsWith('\u001b') ? '\u001b' : '';
  return held.startsWith('\u001b') ? held.slice(0, 2) + end : held.slice(0, 1) + end;
}
