import type { Action, ActionOf, StepKind } from '../../../shared/steps/actions.ts';
import { announceEngine } from './announce.ts';
import { approvalEngine } from './approval.ts';
import { artifactEngine } from './artifact.ts';
import { compareEngine } from './compare.ts';
import { configEngine } from './config.ts';
import { httpEngine } from './http.ts';
import { logEngine } from './log.ts';
import { manualEngine } from './manual.ts';
import { processEngine } from './process.ts';
import { runEngine } from './run.ts';
import { serviceEngine } from './service.ts';
import { snapshotEngine } from './snapshot.ts';
import { sqlEngine } from './sql.ts';
import type { AttemptPlace, Outcome, Sending, StepContext, StepEngine } from './step-runner.ts';
import { uploadEngine } from './upload.ts';
import { waitEngine } from './wait.ts';

/** The engine's door of every step kind; a new kind is one more line here. */
const engines: { readonly [K in StepKind]: StepEngine<ActionOf<K>> } = {
  manual: manualEngine,
  run: runEngine,
  wait: waitEngine,
  approval: approvalEngine,
  artifact: artifactEngine,
  upload: uploadEngine,
  config: configEngine,
  snapshot: snapshotEngine,
  compare: compareEngine,
  http: httpEngine,
  announce: announceEngine,
  log: logEngine,
  sql: sqlEngine,
  process: processEngine,
  service: serviceEngine,
};

function engineOf(action: Action): StepEngine<Action> {
  return engines[action.kind] as StepEngine<Action>;
}

/** What must be there before an action may be attempted. */
export function sendingOf(action: Action, place: AttemptPlace): Sending {
  return engineOf(action).sending(action, place);
}

/** Does one action on one target. */
export async function runAction(context: StepContext, action: Action): Promise<Outcome> {
  return await engineOf(action).run(context, action);
}
