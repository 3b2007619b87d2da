/** English sentences: refusals. */
export const refusals = {} as const;
