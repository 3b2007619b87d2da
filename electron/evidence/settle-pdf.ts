/**
 * A PDF with the moment of its printing replaced by that of its content, in as many bytes, so that printing the same
 * report again gives the same file. `at` is ISO 8601.
 */
export function settlePdf(pdf: Buffer, at: string): Buffer {
  const settled = Buffer.from(pdf);
  const moment = at.replace(/\D/g, '').slice(0, 14).padEnd(14, '0');
  const text = pdf.toString('latin1');
  for (const found of text.matchAll(/\/(?:CreationDate|ModDate) \(D:(\d{14})/g))
    settled.write(moment, found.index + found[0].length - 14, 'latin1');
  return settled;
}
