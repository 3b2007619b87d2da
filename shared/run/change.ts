import { stepIndex } from '../checklist/plan-lookup.ts';
import type { AttemptState, HostState, RunState, StepState, TargetState } from './state.ts';

// Changing one place of a large state cheaply: what does not change is shared with the state before.

/** Index of a step, and of a target in it. */
export type Place = readonly [step: number, target: number];

/** Where a step has this target, or null. */
export function find(state: RunState, step: string, target: string): Place | null {
  const index = stepIndex(state.plan, step);
  const position = state.steps[index]?.targets.findIndex((one) => one.target === target) ?? -1;
  return position < 0 ? null : [index, position];
}

/** The state with one step changed; the same state when there is no such step. */
export function changeStep(state: RunState, id: string, change: (step: StepState) => StepState): RunState {
  const index = stepIndex(state.plan, id);
  const step = state.steps[index];
  return step === undefined ? state : { ...state, steps: state.steps.with(index, change(step)) };
}

/** The state with one target changed. */
export function changeTarget(
  state: RunState,
  [index, position]: Place,
  change: (t: TargetState) => TargetState,
): RunState {
  const step = state.steps[index];
  const target = step?.targets[position];
  if (step === undefined || target === undefined) return state;
  const targets = step.targets.with(position, change(target));
  return { ...state, steps: state.steps.with(index, { ...step, targets }) };
}

/** The state with one running attempt changed. */
export function changeAttempt(state: RunState, id: string, change: (a: AttemptState) => AttemptState): RunState {
  const place = state.running[id];
  if (place === undefined) return state;
  return changeTarget(state, place, (target) => ({
    ...target,
    attempts: target.attempts.map((attempt) => (attempt.attempt === id ? change(attempt) : attempt)),
  }));
}

/** The state with one host changed. */
export function changeHost(state: RunState, name: string, change: (host: HostState) => HostState): RunState {
  const index = state.hosts.findIndex((host) => host.name === name);
  const host = state.hosts[index];
  return host === undefined ? state : { ...state, hosts: state.hosts.with(index, change(host)) };
}
