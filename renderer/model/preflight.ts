import type { Plan } from '../../shared/checklist/plan.ts';
import { DESK } from '../../shared/checklist/plan-lookup.ts';
import type { Rehearsal } from '../../shared/contract/events.ts';
import type { PreflightHost } from '../../shared/contract/ipc.ts';

/** Hosts that some step works on, in the plan's order; jump hosts are reached by the way. */
export function hostsInUse(plan: Plan): readonly string[] {
  const used = new Set(plan.steps.flatMap((step) => step.targets));
  used.delete(DESK);
  return plan.hosts.map(({ name }) => name).filter((name) => used.has(name));
}

/** What earlier runs have to say about a start. */
export interface Before {
  readonly rehearsal: Rehearsal | null;
  readonly unexplained: { readonly runId: string } | null;
}

/** True where the environment refuses a run whose content was not rehearsed elsewhere. */
export function refusesUnrehearsed(plan: Plan, { rehearsal }: Pick<Before, 'rehearsal'>): boolean {
  return plan.production && plan.rehearsal === 'refuse' && rehearsal?.sameContent !== true;
}

/** What stands between the person and the start of the run. */
export type Readiness =
  | { readonly type: 'unexplained'; readonly runId: string }
  | { readonly type: 'unrehearsed' }
  | { readonly type: 'ready' }
  | { readonly type: 'connect'; readonly hosts: readonly string[] }
  | { readonly type: 'connecting'; readonly done: number; readonly total: number }
  | { readonly type: 'failed'; readonly hosts: readonly string[] };

/** Whether the run can start: nothing before it forbids it, and every host in use is connected. */
export function readiness(plan: Plan, hosts: Readonly<Record<string, PreflightHost>>, before: Before): Readiness {
  if (before.unexplained !== null) return { type: 'unexplained', runId: before.unexplained.runId };
  if (refusesUnrehearsed(plan, before)) return { type: 'unrehearsed' };
  const used = hostsInUse(plan);
  const having = (status: PreflightHost['status']): string[] =>
    used.filter((name) => (hosts[name]?.status ?? 'idle') === status);
  const connected = having('connected').length;
  if (connected === used.length) return { type: 'ready' };
  if (having('connecting').length > 0) return { type: 'connecting', done: connected, total: used.length };
  const failed = having('failed');
  return failed.length > 0 ? { type: 'failed', hosts: failed } : { type: 'connect', hosts: having('idle') };
}
