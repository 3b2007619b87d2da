import type { Page } from '@playwright/test';
import type { PlanStep } from '../../shared/checklist/plan.ts';
import type { Intent } from '../../shared/contract/intents.ts';
import type { RunState } from '../../shared/run/state.ts';

/** Opens the demo and starts a run of it, past the screens: for tests that are about something else. */
export function startDemoRun(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const { request } = window.countersign;
    const demo = await request('demo:open', {});
    if (!demo.ok) throw new Error(demo.failure.cause ?? demo.failure.code);
    const opened = await request('preflight:open', { path: demo.value.path, environment: 'demo' });
    if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
    const created = await request('run:create', { lockdown: { on: false, reason: 'tried without' }, decisions: [] });
    if (!created.ok) throw new Error(created.failure.cause ?? created.failure.code);
    return created.value.runId;
  });
}

/** Sends an intent past the screens; throws when it is refused. */
export async function submit(page: Page, intent: Intent): Promise<void> {
  const answer = await page.evaluate((sent) => window.countersign.request('run:intent', { intent: sent }), intent);
  if (!answer.ok) throw new Error(`${intent.type} refused: ${JSON.stringify(answer.refusal)}`);
}

/** Does what the step asks for where the run stands and waits until the run has moved on. Gives the new state. */
export async function passStep(page: Page, runId: string): Promise<RunState> {
  const state = await stateOf(page, runId);
  const step = state.plan.steps[state.current];
  if (step === undefined) throw new Error('No step is open.');
  for (const intent of intentsFor(step)) await submit(page, intent);
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    const now = await stateOf(page, runId);
    if (now.current > state.current) return now;
    await page.waitForTimeout(50);
  }
  throw new Error(`Step ${step.id} did not settle.`);
}

/** Everything a person would say and press at a step that goes well. */
function intentsFor({ id: step, targets, kind, action }: PlanStep): readonly Intent[] {
  if (action.kind === 'manual') {
    const asked = action.evidence.filter((field) => field.required);
    const evidence = Object.fromEntries(asked.map((field) => [field.name, field.options[0] ?? 'said']));
    const answer = { verdict: 'passed', evidence, note: null, reason: null } as const;
    return targets.map((target) => ({ type: 'confirm-manual', step, target, ...answer }));
  }
  if (action.kind === 'approval') {
    const answer = { person: 'Chen Jing', answer: 'approved', reason: 'go ahead' } as const;
    return targets.flatMap((target) =>
      action.roles.map(({ role }) => ({ type: 'approve', step, target, role, ...answer })),
    );
  }
  const text = kind === 'announce' ? { text: 'The release begins.' } : {};
  return [{ type: 'run-step', step, targets: [...targets], reason: null, ...text }];
}

/** Passes steps until the next one lies in an atomic block. Gives the state before it. */
export async function passUpToBlock(page: Page, runId: string): Promise<RunState> {
  let state = await stateOf(page, runId);
  while (state.plan.steps[state.current]?.block === null) state = await passStep(page, runId);
  return state;
}

/** Where the open run stands. */
export async function stateOf(page: Page, runId: string): Promise<RunState> {
  const opened = await page.evaluate((id) => window.countersign.request('run:open', { runId: id }), runId);
  if (!opened.ok) throw new Error(opened.failure.cause ?? opened.failure.code);
  return opened.value.state;
}
