import type { Plan } from '../../shared/checklist/plan.ts';
import { hostsInUse } from '../../shared/checklist/plan-lookup.ts';
import type { Rehearsal } from '../../shared/contract/events.ts';
import type { PreflightHost } from '../../shared/contract/ipc/preflight.ts';
import type { PreflightItem } from '../../shared/contract/lockdown.ts';
import { type Gate, openItems, sensedSoFar } from './preflight-checks.ts';

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
  | { readonly type: 'checking'; readonly done: number; readonly total: number }
  | { readonly type: 'open-checks'; readonly items: readonly PreflightItem[] }
  | { readonly type: 'ready' }
  | { readonly type: 'connect'; readonly hosts: readonly string[] }
  | { readonly type: 'connecting'; readonly done: number; readonly total: number }
  | { readonly type: 'failed'; readonly hosts: readonly string[] };

/** Whether the run can start: nothing before it forbids it, every host in use is connected, and the gate is open. */
export function readiness(
  plan: Plan,
  hosts: Readonly<Record<string, PreflightHost>>,
  before: Before,
  gate: Gate,
): Readiness {
  if (before.unexplained !== null) return { type: 'unexplained', runId: before.unexplained.runId };
  if (refusesUnrehearsed(plan, before)) return { type: 'unrehearsed' };
  const used = hostsInUse(plan);
  const having = (status: PreflightHost['status']): string[] =>
    used.filter((name) => (hosts[name]?.status ?? 'idle') === status);
  const connected = having('connected').length;
  if (connected === used.length) return gateStands(plan, gate);
  if (having('connecting').length > 0) return { type: 'connecting', done: connected, total: used.length };
  const failed = having('failed');
  return failed.length > 0 ? { type: 'failed', hosts: failed } : { type: 'connect', hosts: having('idle') };
}

/** Outside production what is sensed is advice: nothing waits for it. */
function gateStands(plan: Plan, gate: Gate): Readiness {
  if (!plan.production) return { type: 'ready' };
  const { done, total } = sensedSoFar(gate);
  if (done < total) return { type: 'checking', done, total };
  const items = openItems(plan, gate);
  return items.length > 0 ? { type: 'open-checks', items } : { type: 'ready' };
}
