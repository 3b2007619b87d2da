import type { z } from 'zod';
import type { Path } from '../checklist/problem.ts';
import type { Action, StepKind } from './actions.ts';

/** What a step kind may ask while it turns its part of the checklist into an action for one target. */
export interface ResolveContext {
  /** Text with its variables put in. `path` starts at the kind's own value. */
  text(value: string, path: Path): string;
  /** As `text`, for a regular expression: values are put in so that they match themselves. */
  pattern(value: string, path: Path): string;
  /** A command with its variables put in, quoted for their place, and the secrets it uses. */
  command(value: string, path: Path): { readonly command: string; readonly secrets: readonly string[] };
  report(path: Path, code: string, params?: Readonly<Record<string, string>>): void;
}

/** A sentence of `shared/text/*\/steps.ts`. */
export type StepText = (key: string, params?: Readonly<Record<string, unknown>>) => string;

/** The first of a step kind's three doors: how it is written, what it becomes, how it reads. */
export interface StepKindDoor<Kind extends StepKind, Schema extends z.ZodType> {
  /** What stands after the kind's name in the checklist. */
  readonly schema: Schema;
  readonly defaultEffect: 'read' | 'write';
  /** False where the kind can only ever look. */
  readonly canWrite: boolean;
  /** True when it needs `on:` to know where. */
  needsHosts(source: z.output<Schema>): boolean;
  /** True when a `verify:` command can decide what became of a lost attempt. */
  readonly verifiable: boolean;
  /** Commands it runs only to look, for the linter. */
  probes(source: z.output<Schema>): readonly { readonly command: string; readonly path: Path }[];
  resolve(source: z.output<Schema>, context: ResolveContext): Extract<Action, { kind: Kind }>;
  /** What is done and what counts as done, in short lines for people. */
  describe(action: Extract<Action, { kind: Kind }>, text: StepText): readonly string[];
}
