/** English sentences: problems. */
export const problems = {} as const;
