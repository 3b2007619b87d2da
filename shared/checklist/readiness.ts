import type { PlanStep } from './plan.ts';
import type { Path } from './problem.ts';
import { resolveStep, type Surroundings } from './resolve-step.ts';
import type { NeedSource } from './schema-flow.ts';

/** What a rollback needs as steps that only look; `on` is where its own step runs. */
export function readinessSteps(
  needs: readonly NeedSource[] | undefined,
  path: Path,
  { id, on }: { readonly id: string; readonly on: NeedSource['on'] },
  around: Surroundings,
): readonly PlanStep[] {
  return (needs ?? []).map((need, index) => {
    const base = `${id}-ready`;
    const place = { id: `${base}~${index + 1}`, phase: 0, block: null, origin: 'readiness' as const };
    const source = { ...need, effect: 'read' as const, on: need.on ?? on };
    return { ...resolveStep(source, [...path, index], place, around), base };
  });
}
