import type { problems as english } from '../en/problems.ts';

/** Chinese sentences: problems. */
export const problems: Record<keyof typeof english, string> = {};
