/** What a run's report can be saved as; each is also a file's ending. Without a parser, for whoever must start fast. */
export const reportFormats = ['pdf', 'html', 'md', 'csv', 'json'] as const;
export type ReportFormat = (typeof reportFormats)[number];
