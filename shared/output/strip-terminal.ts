import { LineBuilder } from './line-builder.ts';

/**
 * Terminal output as plain text: escape sequences gone (colours, cursor, title, clipboard, device strings), other
 * control characters gone, `\r` and backspace carried out. Lines are joined with `\n`.
 */
export function stripTerminal(text: string): string {
  const builder = new LineBuilder(Number.MAX_SAFE_INTEGER);
  const lines: string[] = [];
  builder.write(text, (line) => lines.push(line.text));
  lines.push(builder.open()?.text ?? '');
  return lines.join('\n');
}
