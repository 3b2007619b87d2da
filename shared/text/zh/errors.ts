import type { errors as english } from '../en/errors.ts';

/** Chinese sentences: errors. */
export const errors: Record<keyof typeof english, string> = {};
