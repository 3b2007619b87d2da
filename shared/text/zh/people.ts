/** Chinese sentences: identity, inviting, joining, who follows, interruptions, handing over. */
export const people = {} as const;
