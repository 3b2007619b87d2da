import type { report as english } from '../en/report.ts';

/** Chinese sentences: report. */
export const report: Record<keyof typeof english, string> = {};
