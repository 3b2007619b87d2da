import type { refusals as english } from '../en/refusals.ts';

/** Chinese sentences: refusals. */
export const refusals: Record<keyof typeof english, string> = {};
