/** Every record's line begins like this, because canonical JSON sorts its members. */
const RECORD = '{"actor":';
/** And so does every receipt's. */
const RECEIPT = '{"at":';

/**
 * True when the bytes behind the last newline can be what a crash left of one write: the beginning of a record, and
 * nothing after its end. Anything else was put there by somebody.
 */
export function isTornRecord(tail: string): boolean {
  return begins(tail, RECORD) && firstObjectEnds(tail) !== 'before-end';
}

/** True when these bytes can be a receipt that was cut off while it was written. A whole object is not cut off. */
export function isTornReceipt(tail: string): boolean {
  return begins(tail, RECEIPT) && firstObjectEnds(tail) === 'never';
}

function begins(tail: string, beginning: string): boolean {
  return tail.startsWith(beginning) || beginning.startsWith(tail);
}

/** Where the object at the beginning ends: nowhere in the text, exactly at its end, or before it. */
function firstObjectEnds(tail: string): 'never' | 'at-end' | 'before-end' {
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
      if (depth === 0) return at === tail.length - 1 ? 'at-end' : 'before-end';
    }
  }
  return 'never';
}
