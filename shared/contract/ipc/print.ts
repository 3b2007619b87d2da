/** What a checklist is printed on. */
export const paperSizes = ['A4', 'Letter'] as const;
/** One of `paperSizes`. */
export type PaperSize = (typeof paperSizes)[number];
