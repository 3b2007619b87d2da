/** English sentences: ui. */
export const ui = {} as const;
