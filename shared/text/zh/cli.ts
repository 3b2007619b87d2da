import type { cli as english } from '../en/cli.ts';

/** Chinese sentences: cli. */
export const cli: Record<keyof typeof english, string> = {};
