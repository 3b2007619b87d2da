import { basename } from 'node:path';
import { resolvePlan } from '../../shared/checklist/resolve.ts';
import type { ChecklistSummary } from '../../shared/contract/ipc/home.ts';
import { type LoadedChecklist, loadChecklist } from '../engine/load-checklist.ts';

/** What the home screen shows of a checklist. One with errors goes by its file's name. */
export function summaryOf(path: string, { checklist, problems }: LoadedChecklist): ChecklistSummary {
  const [first] = checklist === null ? [] : Object.keys(checklist.environments);
  if (checklist === null || first === undefined) {
    return { path, title: basename(path), version: null, environments: [], problems, steps: 0 };
  }
  // Titles may hold variables, so they come from a plan.
  const plan = resolvePlan(checklist, first);
  const environments = Object.entries(checklist.environments).map(([name, environment]) => ({
    name,
    production: environment?.production ?? false,
    hosts: Object.keys(environment?.hosts ?? {}).length,
  }));
  return { path, title: plan.title, version: plan.version, environments, problems, steps: plan.steps.length };
}

/** Reads, checks and sums up a checklist file. Never rejects: what is wrong is among the problems. */
export async function summarise(path: string): Promise<ChecklistSummary> {
  return summaryOf(path, await loadChecklist(path));
}
