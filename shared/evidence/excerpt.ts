/** A part of a long line around what was looked for (case ignored), at most `most` characters and two dots. */
export function excerpt(line: string, sought: string, most: number): string {
  if (line.length <= most) return line;
  const found = Math.max(0, line.toLowerCase().indexOf(sought.toLowerCase()));
  const from = Math.max(0, Math.min(found - Math.floor(most / 3), line.length - most));
  return `${from > 0 ? '…' : ''}${line.slice(from, from + most)}${from + most < line.length ? '…' : ''}`;
}
