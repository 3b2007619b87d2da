import type { report as english } from '../en/report.ts';
import { afterwards } from './report/afterwards.ts';
import { commandLine } from './report/command-line.ts';
import { exceptions } from './report/exceptions.ts';
import { firstPage } from './report/first-page.ts';
import { lockdown } from './report/lockdown.ts';
import { people } from './report/people.ts';
import { proof } from './report/proof.ts';
import { results } from './report/results.ts';
import { steps } from './report/steps.ts';
import { timeLine } from './report/time-line.ts';

/** Chinese sentences: the report. One file for each area; no key stands in two of them. */
export const report: Record<keyof typeof english, string> = {
  ...afterwards,
  ...commandLine,
  ...exceptions,
  ...firstPage,
  ...lockdown,
  ...people,
  ...proof,
  ...results,
  ...steps,
  ...timeLine,
};
