/**
 * Exact words on paper: every character of a command can be read off the page, also those that print as nothing, and
 * a line that is too long goes on below with a mark instead of being cut.
 */

/** Columns of a printed line of fixed width; a Chinese character takes two. */
const COLUMNS = 84;
/** How far back from the end a blank is looked for, so that words stay whole. */
const BACK = 24;

/** One printed line; `goesOn` says that it was broken by us and that the next one belongs to it. */
export interface PrintedLine {
  readonly text: string;
  readonly goesOn: boolean;
}

/** The text in lines no wider than the paper. Nothing is left out: joined again they are `visible(text)`. */
export function printedLines(text: string): readonly PrintedLine[] {
  return visible(text).split('\n').flatMap(wrapped);
}

/**
 * The text with a sign for each character that prints as nothing or turns the line around: tabs as ⇥, controls as
 * their picture, others by their number; a blank at the end of a line as ␣. Line ends stay.
 */
export function visible(text: string): string {
  return text
    .replace(/[\u0000-\u0009\u000b-\u001f]/g, (found) =>
      found === '\t' ? '⇥' : String.fromCodePoint(0x2400 + (found.codePointAt(0) ?? 0)),
    )
    .replaceAll('\u007f', '␡')
    .replace(unseen, (found) => `‹U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`)
    .replace(/ +$/gm, (found) => '␣'.repeat(found.length));
}

/** Unlike a blank these leave no trace, or look like one and are none. */
const unseen =
  /(?![ \n])(?:\p{Zs}|\p{Zl}|\p{Zp}|\p{Cc}|\p{Cf}|\p{Co}|\p{Cs}|\p{Default_Ignorable_Code_Point}|[\ufff0-\uffff])/gu;

function wrapped(line: string): readonly PrintedLine[] {
  const lines: PrintedLine[] = [];
  let rest = [...line];
  for (let fits = fitting(rest); fits < rest.length; fits = fitting(rest)) {
    const blank = rest.slice(0, fits).lastIndexOf(' ') + 1;
    const end = blank > fits - BACK && blank > 0 ? blank : fits;
    lines.push({ text: rest.slice(0, end).join(''), goesOn: true });
    rest = rest.slice(end);
  }
  return [...lines, { text: rest.join(''), goesOn: false }];
}

/** How many of the characters fit into a line; at least one. */
function fitting(characters: readonly string[]): number {
  let columns = 0;
  for (const [index, character] of characters.entries()) {
    columns += wide.test(character) ? 2 : 1;
    if (columns > COLUMNS) return Math.max(1, index);
  }
  return characters.length;
}

/** Characters of East Asian width W or F, roughly: those that fonts of fixed width draw across two columns. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f000}-\u{3fffd}]/u;
