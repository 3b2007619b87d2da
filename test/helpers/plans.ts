import type { Plan, PlanStep } from '../../shared/checklist/plan.ts';
import { DESK } from '../../shared/checklist/plan-lookup.ts';
import type { CommandAction } from '../../shared/steps/actions.ts';

/** A command action with nothing special about it. */
export function command(text: string, given: Partial<CommandAction> = {}): CommandAction {
  return {
    kind: 'run',
    command: text,
    secrets: [],
    sudo: null,
    pty: false,
    timeoutMs: 60_000,
    expect: { exit: [0], stdout: [], stderr: [] },
    ...given,
  };
}

/** A step as `resolvePlan` would make it; by default a write on app1 without a probe. */
export function step(id: string, given: Partial<PlanStep> = {}): PlanStep {
  return {
    id,
    code: `1.${id}`,
    title: `Step ${id}`,
    kind: 'run',
    effect: 'write',
    base: '',
    origin: 'written',
    batch: null,
    pointOfNoReturn: null,
    undoes: [],
    phase: 0,
    block: null,
    targets: ['app1'],
    countersign: 'none',
    plannedMs: null,
    notes: null,
    action: command(`echo ${id}`),
    perTarget: {},
    verify: null,
    rollback: null,
    ...given,
  };
}

/** A manual step at the desk. */
export function manualStep(id: string, given: Partial<PlanStep> = {}): PlanStep {
  return step(id, { kind: 'manual', targets: [DESK], action: { kind: 'manual', evidence: [] }, ...given });
}

/** A plan around steps, with hosts app1 and app2, one hot phase and one atomic block (index 0). */
export function planOf(steps: readonly PlanStep[], given: Partial<Plan> = {}): Plan {
  const host = (name: string) => ({
    name,
    address: name,
    port: null,
    user: null,
    jump: null,
    groups: ['app'],
    identity: null,
  });
  return {
    format: 1,
    name: 'Trade core ${version}',
    title: 'Trade core 3.4.0',
    version: '3.4.0',
    releaseKind: 'requirement',
    environment: 'pre',
    production: false,
    window: null,
    hosts: [host('app1'), host('app2')],
    databases: [],
    channels: [],
    people: { checkers: 0, challengeMs: null },
    rehearsal: 'off',
    secrets: [],
    variables: {},
    phases: [{ kind: 'hot', title: 'Release' }],
    blocks: [{ title: 'Replace the build', phase: 0, worstCaseMs: 720_000 }],
    steps: [...steps],
    omitted: [],
    rollback: { order: [], steps: [] },
    ...given,
  };
}
