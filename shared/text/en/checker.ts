/** English sentences: the checker's screen. */
export const checker = {} as const;
