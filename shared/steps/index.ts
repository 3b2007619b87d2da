import type { z } from 'zod';
import type { Action, StepKind } from './actions.ts';
import { announce } from './announce.ts';
import { approval } from './approval.ts';
import { artifact } from './artifact.ts';
import { compare } from './compare.ts';
import { config } from './config.ts';
import { http } from './http.ts';
import type { StepKindDoor, StepText } from './kind.ts';
import { log } from './log.ts';
import { manual } from './manual.ts';
import { process } from './process.ts';
import { run } from './run.ts';
import { service } from './service.ts';
import { snapshot } from './snapshot.ts';
import { sql } from './sql.ts';
import { upload } from './upload.ts';
import { wait } from './wait.ts';

/** Every step kind, by the word it is written with. A new kind is its own file and one line here. */
export const stepKinds = {
  manual,
  run,
  wait,
  approval,
  artifact,
  upload,
  config,
  snapshot,
  compare,
  http,
  announce,
  log,
  process,
  service,
  sql,
} satisfies {
  readonly [K in StepKind]: StepKindDoor<K, z.ZodType>;
};

/** The words of all step kinds, in the order they are explained. */
export const stepKindNames = Object.keys(stepKinds) as readonly StepKind[];

/** A step kind's door, for callers that treat all kinds alike. */
export function stepKind(kind: StepKind): StepKindDoor<StepKind, z.ZodType> {
  return stepKinds[kind] as unknown as StepKindDoor<StepKind, z.ZodType>;
}

/** What an action does and what counts as done, in short lines for people (texts: `shared/text/*\/steps.ts`). */
export function describe(action: Action, text: StepText): readonly string[] {
  return stepKind(action.kind).describe(action, text);
}
