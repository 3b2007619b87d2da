/**
 * Removes what a terminal would obey instead of show: escape sequences (ECMA-48: CSI, OSC, DCS, APC, PM, SOS, in 7-bit
 * and 8-bit form) and control characters. A state machine, so that it does not matter how the text is cut.
 */

/** What the next character belongs to. */
export type StripperState = 'text' | 'escape' | 'intermediate' | 'csi' | 'string' | 'string-escape';

export interface Stripper {
  /** The piece as plain text; newline, tab, carriage return and backspace stay. */
  write(piece: string): string;
  state(): StripperState;
}

const ANY_CONTROL = /[\u0000-\u0007\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

const ESC = 0x1b;
const isShown = (unit: number) => (unit >= 0x08 && unit <= 0x0a) || unit === 0x0d;
const isAbort = (unit: number) => unit === 0x18 || unit === 0x1a;
const isStringStart = (unit: number) => [0x90, 0x98, 0x9d, 0x9e, 0x9f].includes(unit);

/** The state after a character that is text unless it begins something. */
function afterText(unit: number): StripperState {
  if (unit === ESC) return 'escape';
  if (unit === 0x9b) return 'csi';
  return isStringStart(unit) ? 'string' : 'text';
}

function afterEscape(unit: number): StripperState {
  if (unit === 0x5b) return 'csi';
  // ] P X ^ _
  if ([0x5d, 0x50, 0x58, 0x5e, 0x5f].includes(unit)) return 'string';
  if (unit >= 0x20 && unit <= 0x2f) return 'intermediate';
  if (unit >= 0x30 && unit <= 0x7e) return 'text';
  return unit < 0x20 && unit !== ESC ? 'escape' : afterText(unit);
}

function afterCsi(unit: number): StripperState {
  if (unit >= 0x40 && unit <= 0x7e) return 'text';
  return unit < 0x40 && unit !== ESC ? 'csi' : afterText(unit);
}

function afterIntermediate(unit: number): StripperState {
  if (unit >= 0x30 && unit <= 0x7e) return 'text';
  return unit < 0x30 && unit !== ESC ? 'intermediate' : afterText(unit);
}

function afterString(unit: number): StripperState {
  if (unit === ESC) return 'string-escape';
  return unit === 0x07 || unit === 0x9c ? 'text' : 'string';
}

/** The state after one character, and whether that character is shown. */
function step(state: StripperState, unit: number): { readonly state: StripperState; readonly shown: boolean } {
  // A newline always ends a sequence: no host can hide more than a line from the reader.
  if (unit === 0x0a || isAbort(unit)) return { state: 'text', shown: unit === 0x0a };
  const isText = isShown(unit) || (unit >= 0x20 && unit < 0x7f) || unit > 0x9f;
  switch (state) {
    case 'text':
      return { state: afterText(unit), shown: isText };
    case 'escape':
      return { state: afterEscape(unit), shown: isShown(unit) || unit > 0x9f };
    case 'intermediate':
      return { state: afterIntermediate(unit), shown: isShown(unit) || unit > 0x9f };
    case 'csi':
      return { state: afterCsi(unit), shown: isShown(unit) || unit > 0x9f };
    case 'string':
      return { state: afterString(unit), shown: false };
    case 'string-escape':
      return unit === 0x5c ? { state: 'text', shown: false } : step('escape', unit);
  }
}

/** A stripper, at the beginning or going on from an earlier state. */
export function createStripper(from: StripperState = 'text'): Stripper {
  let state = from;
  return {
    state: () => state,
    write: (piece) => {
      let plain = '';
      for (let at = 0; at < piece.length; ) {
        if (state === 'text') {
          const next = nextControl(piece, at);
          plain += piece.slice(at, next);
          at = next;
        } else if (state === 'string') at = nextStringEnd(piece, at);
        if (at >= piece.length) break;
        const unit = piece.charCodeAt(at);
        const after = step(state, unit);
        if (after.shown) plain += piece[at];
        state = after.state;
        at += 1;
      }
      return plain;
    },
  };
}

function nextControl(piece: string, from: number): number {
  ANY_CONTROL.lastIndex = from;
  return ANY_CONTROL.exec(piece)?.index ?? piece.length;
}

const STRING_END = /[\u0007\u000a\u0018\u001a\u001b\u009c]/g;

function nextStringEnd(piece: string, from: number): number {
  STRING_END.lastIndex = from;
  return STRING_END.exec(piece)?.index ?? piece.length;
}
