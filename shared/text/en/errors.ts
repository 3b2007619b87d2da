/** English sentences: errors. */
export const errors = {} as const;
