/** English sentences: report. */
export const report = {} as const;
