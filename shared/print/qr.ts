import qrcode from 'qrcode-generator';

/** A QR code as one SVG path in units of its modules, with the quiet zone of four modules around it. */
export interface QrPath {
  readonly size: number;
  readonly path: string;
}

const quietZone = 4;

/** The QR code of an ASCII text (error correction M); null where the text is too long for any. */
export function qrPath(text: string): QrPath | null {
  try {
    const code = qrcode(0, 'M');
    code.addData(text, 'Byte');
    code.make();
    const count = code.getModuleCount();
    return { size: count + 2 * quietZone, path: rows(count, (row, column) => code.isDark(row, column)) };
  } catch {
    return null;
  }
}

/** Dark modules of each row, drawn as runs: a path of a few kilobytes instead of thousands of squares. */
function rows(count: number, isDark: (row: number, column: number) => boolean): string {
  let path = '';
  for (let row = 0; row < count; row += 1) {
    for (let column = 0; column < count; column += 1) {
      const from = column;
      while (column < count && isDark(row, column)) column += 1;
      if (column > from) path += `M${from + quietZone} ${row + quietZone}h${column - from}v1h-${column - from}z`;
    }
  }
  return path;
}
