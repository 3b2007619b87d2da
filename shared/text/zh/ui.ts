import type { ui as english } from '../en/ui.ts';

/** Chinese sentences: ui. */
export const ui: Record<keyof typeof english, string> = {};
