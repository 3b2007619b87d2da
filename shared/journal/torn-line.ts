/** Every record's line begins like this, because canonical JSON sorts its members. */
const BEGINNING = '{"actor":';

/**
 * True when the bytes behind the last newline can be what a crash left of one write: the beginning of a record, and
 * nothing after its end. Anything else was put there by somebody.
 */
export function isTornRecord(tail: string): boolean {
  if (!(tail.startsWith(BEGINNING) || BEGINNING.startsWith(tail))) return false;
  let depth = 0;
  let inText = false;
  for (let at = 0; at < tail.length; at += 1) {
    const character = tail[at];
    if (inText) {
      if (character === '\\') at += 1;
      else if (character === '"') inText = false;
    } else if (character === '"') inText = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return at === tail.length - 1;
    }
  }
  return true;
}
