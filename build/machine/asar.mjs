/**
 * Packs a few small files into an asar archive (format: https://github.com/electron/asar#format):
 * two Chromium pickles — the header's size, then the header as JSON — followed by the files' bytes.
 * Takes `{ name: text }`, gives the archive's bytes.
 */
export function packAsar(files) {
  const bodies = Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]);
  const entries = {};
  let offset = 0;
  for (const [name, body] of bodies) {
    entries[name] = { size: body.length, offset: String(offset) };
    offset += body.length;
  }
  const json = Buffer.from(JSON.stringify({ files: entries }));
  const padded = Math.ceil(json.length / 4) * 4;
  const header = Buffer.alloc(8 + padded);
  header.writeUInt32LE(4 + padded, 0);
  header.writeUInt32LE(json.length, 4);
  json.copy(header, 8);
  const size = Buffer.alloc(8);
  size.writeUInt32LE(4, 0);
  size.writeUInt32LE(header.length, 4);
  return Buffer.concat([size, header, ...bodies.map(([, body]) => body)]);
}
