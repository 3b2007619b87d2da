import type { SqlEncoding } from '../../../shared/steps/actions/sql.ts';

/** A script's text, or why its bytes are not what they are said to be (`line` from 1). */
export type DecodedScript =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly code: 'encoding-utf16' | 'encoding-other'; readonly line: number };

/**
 * Reads a script's bytes in the encoding that the checklist names. A byte order mark is left out. Nothing is guessed:
 * bytes that do not fit are refused, because a wrongly read script would be executed wrongly.
 */
export function decodeScript(bytes: Buffer, encoding: SqlEncoding): DecodedScript {
  const [first, second, third] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return { ok: false, code: 'encoding-utf16', line: 1 };
  }
  const markedUtf8 = first === 0xef && second === 0xbb && third === 0xbf;
  if (markedUtf8 && encoding !== 'utf-8') return { ok: false, code: 'encoding-other', line: 1 };
  const content = markedUtf8 ? bytes.subarray(3) : withoutGbMark(bytes, encoding);
  try {
    return { ok: true, text: decoder(encoding).decode(content) };
  } catch {
    return { ok: false, code: 'encoding-other', line: firstBadLine(content, encoding) };
  }
}

function decoder(encoding: SqlEncoding) {
  return new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
}

/** U+FEFF in GB 18030. */
function withoutGbMark(bytes: Buffer, encoding: SqlEncoding): Buffer {
  return encoding !== 'utf-8' && bytes.subarray(0, 4).toString('hex') === '84319533' ? bytes.subarray(4) : bytes;
}

/** A line break is one byte of its own in all of these encodings, so lines can be tried one by one. */
function firstBadLine(bytes: Buffer, encoding: SqlEncoding): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline;
    try {
      decoder(encoding).decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end + 1;
  }
  return line;
}
