import type { Plan } from '../../shared/checklist/plan.ts';
import { DESK } from '../../shared/checklist/plan-lookup.ts';
import type { PreflightHost } from '../../shared/contract/ipc.ts';

/** Hosts that some step works on, in the plan's order; jump hosts are reached by the way. */
export function hostsInUse(plan: Plan): readonly string[] {
  const used = new Set(plan.steps.flatMap((step) => step.targets));
  used.delete(DESK);
  return plan.hosts.map(({ name }) => name).filter((name) => used.has(name));
}

/** What stands between the person and the start of the run. */
export type Readiness =
  | { readonly type: 'ready' }
  | { readonly type: 'connect'; readonly hosts: readonly string[] }
  | { readonly type: 'connecting'; readonly done: number; readonly total: number }
  | { readonly type: 'failed'; readonly hosts: readonly string[] };

/** Whether the run can start: every host in use is connected. */
export function readiness(plan: Plan, hosts: Readonly<Record<string, PreflightHost>>): Readiness {
  const used = hostsInUse(plan);
  const having = (status: PreflightHost['status']): string[] =>
    used.filter((name) => (hosts[name]?.status ?? 'idle') === status);
  const connected = having('connected').length;
  if (connected === used.length) return { type: 'ready' };
  if (having('connecting').length > 0) return { type: 'connecting', done: connected, total: used.length };
  const failed = having('failed');
  return failed.length > 0 ? { type: 'failed', hosts: failed } : { type: 'connect', hosts: having('idle') };
}
