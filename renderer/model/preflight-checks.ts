import type { Plan } from '../../shared/checklist/plan.ts';
import type { CheckDecision, LockdownChoice } from '../../shared/contract/intents.ts';
import { type PreflightCheck, type PreflightItem, preflightItems } from '../../shared/contract/lockdown.ts';
import { covers, type DecidedFinding } from '../../shared/run/decision-covers.ts';
import { needsDecision } from '../../shared/run/lockdown.ts';

/** What is known of each item: what was found, or that it is being sensed; missing: nobody has sensed it. */
export type Checks = Readonly<Partial<Record<PreflightItem, PreflightCheck | 'sensing'>>>;

/** Why the person goes on although this was found. It is about what was found, and falls with it. */
interface Decided extends DecidedFinding {
  readonly reason: string;
}
export type Decisions = Readonly<Partial<Record<PreflightItem, Decided>>>;

/** What the gate before the start knows. */
export interface Gate {
  readonly checks: Checks;
  readonly decisions: Decisions;
}

/**
 * How an item stands for the person: `unasked` was not sensed, `to-connect` waits for hosts that the start waits for
 * anyway, `advice` is worth knowing outside production, `open` has to be mended or decided.
 */
export type CheckStanding = 'sensing' | 'unasked' | 'ok' | 'later' | 'to-connect' | 'advice' | 'open' | 'decided';

/** The gate after something was sensed: a decision stays only while the same is found, and nothing clearly worse. */
export function withCheck({ checks, decisions }: Gate, item: PreflightItem, check: PreflightCheck | null): Gate {
  const sensed = { ...checks, [item]: check ?? 'sensing' };
  const decided = decisions[item];
  if (check === null || (decided !== undefined && covers(decided, check))) return { checks: sensed, decisions };
  return { checks: sensed, decisions: without(decisions, item) };
}

/** The decisions with one taken back. */
export function without(decisions: Decisions, item: PreflightItem): Decisions {
  const { [item]: _, ...others } = decisions;
  return others;
}

/** How one item stands. `connected`: every host in use is. */
export function standingOf(
  plan: Plan,
  { checks, decisions }: Gate,
  item: PreflightItem,
  connected: boolean,
): CheckStanding {
  const check = checks[item];
  if (check === undefined) return 'unasked';
  if (check === 'sensing') return 'sensing';
  if (check.status === 'ok' || check.status === 'later') return check.status;
  if (!connected && (item === 'hosts' || check.code === 'clock-unknown')) return 'to-connect';
  if (!plan.production) return 'advice';
  return decisions[item]?.code === check.code ? 'decided' : 'open';
}

/** Items that hold up a start in production, in the order they are shown. */
export function openItems(plan: Plan, gate: Gate): readonly PreflightItem[] {
  if (!plan.production) return [];
  return preflightItems.filter((item) => ['open', 'unasked'].includes(standingOf(plan, gate, item, true)));
}

/** How many items are sensed, of how many. */
export function sensedSoFar({ checks }: Pick<Gate, 'checks'>): { readonly done: number; readonly total: number } {
  const sensing = preflightItems.filter((item) => checks[item] === 'sensing').length;
  return { done: preflightItems.length - sensing, total: preflightItems.length };
}

/** The decisions as the run is created with them: only of what still stands. */
export function decisionsToSend({ checks, decisions }: Gate): CheckDecision[] {
  return preflightItems.flatMap((item) => {
    const [check, decided] = [checks[item], decisions[item]];
    if (check === undefined || check === 'sensing' || decided?.code !== check.code) return [];
    return needsDecision(check.status) ? [{ item, reason: decided.reason }] : [];
  });
}

/** True where a run of this plan can come to a hot step, an atomic block or a way back, and so to the lock. */
export function canLock({ steps, phases, rollback }: Plan): boolean {
  const wayBack = rollback.steps.length > 0 || steps.some((step) => step.rollback !== null);
  return wayBack || steps.some(({ block, phase }) => block !== null || phases[phase]?.kind === 'hot');
}

/** What a plan begins with: production is locked unless somebody says why not. */
export function usualLockdown(plan: Pick<Plan, 'production'>): LockdownChoice {
  return { on: plan.production, reason: null };
}
