import type { PaperSize } from '../../shared/contract/ipc/print.ts';

/** Countries that write on Letter; everybody else uses A4 (ISO 216). */
const letter = new Set(['US', 'CA', 'MX', 'PH', 'CL', 'CO', 'VE', 'PR']);

/** The paper that lies in the printers of a locale such as `en-US`; A4 where it names no country. */
export function usualPaper(locale: string): PaperSize {
  const country = /^[A-Za-z]{2,3}(?:-[A-Za-z]{4})?-([A-Za-z]{2})\b/.exec(locale)?.[1]?.toUpperCase() ?? '';
  return letter.has(country) ? 'Letter' : 'A4';
}
