import type { z } from 'zod';
import type { Plan, PlanStep } from '../checklist/plan.ts';
import type { Path } from '../checklist/problem.ts';
import type { ApprovalAction } from './actions/approval.ts';
import type { Action, ProbeAction, StepKind } from './actions.ts';

/** What a step kind may ask while it turns its part of the checklist into an action for one target. */
export interface ResolveContext {
  /** Text with its variables put in. `path` starts at the kind's own value. */
  text(value: string, path: Path): string;
  /** As `text`, for a regular expression: values are put in so that they match themselves. */
  pattern(value: string, path: Path): string;
  /** A command with its variables put in, quoted for their place, and the secrets it uses. */
  command(value: string, path: Path): { readonly command: string; readonly secrets: readonly string[] };
  /** As `text`, for a text that may hold secrets: in their place stands which one, for the engine to fill in. */
  withSecrets(value: string, path: Path): readonly (string | { readonly secret: string })[];
  /** What the environment declares. */
  readonly environment: Pick<Plan, 'environment' | 'production' | 'databases' | 'channels' | 'hosts'> & {
    /** How many people of each role must approve where a step does not say it itself. */
    readonly approvals: ApprovalAction['roles'];
  };
  /** Steps that come before this one in the plan. */
  readonly earlier: readonly PlanStep[];
  /** Targets of the step itself. */
  readonly targets: readonly string[];
  report(path: Path, code: string, params?: Readonly<Record<string, string>>): void;
}

/** A file or a folder (its files only, not what lies deeper), by its path relative to the checklist's folder. */
export interface Include {
  readonly type: 'file' | 'folder';
  readonly path: string;
  /** A missing optional file is no error. */
  readonly optional: boolean;
}

/** A sentence of `shared/text/*\/steps.ts`. */
export type StepText = (key: string, params?: Readonly<Record<string, unknown>>) => string;

/** The first of a step kind's three doors: how it is written, what it becomes, how it reads. */
export interface StepKindDoor<Kind extends StepKind, Schema extends z.ZodType> {
  /** What stands after the kind's name in the checklist. */
  readonly schema: Schema;
  readonly defaultEffect: 'read' | 'write';
  /** What the source itself says of the effect where nobody wrote `effect:`; null leaves it to the default. */
  effectOf?(source: z.output<Schema>): 'read' | 'write' | null;
  /** False where the kind can only ever look. */
  readonly canWrite: boolean;
  /** True when it needs `on:` to know where. */
  needsHosts(source: z.output<Schema>): boolean;
  /** The id of an earlier step whose hosts it takes where `on:` is left out. */
  sameHostsAs?(source: z.output<Schema>): string | null;
  /** True when a `verify:` command can decide what became of a lost attempt. */
  readonly verifiable: boolean;
  /** Commands it runs only to look, for the linter. */
  probes(source: z.output<Schema>): readonly { readonly command: string; readonly path: Path }[];
  resolve(source: z.output<Schema>, context: ResolveContext): Extract<Action, { kind: Kind }>;
  /** Files beside the checklist that belong to it and are frozen with it at the start of a run. */
  includes(action: Extract<Action, { kind: Kind }>): readonly Include[];
  /**
   * What is wrong with an included folder, seen by the names of its files; for kinds whose folder has an order.
   * @param folder `names` of the files in `path`, sorted; `text` gives one of them as UTF-8, null when it is not there.
   */
  reviewFolder?(
    action: Extract<Action, { kind: Kind }>,
    folder: {
      readonly path: string;
      readonly names: readonly string[];
      readonly text: (name: string) => string | null;
    },
    report: (code: string, params: Readonly<Record<string, string>>) => void,
  ): void;
  /** A read-only look of the kind's own that decides an unknown where no `verify:` is written; null: none. */
  probe(action: Extract<Action, { kind: Kind }>): ProbeAction | null;
  /** What is done and what counts as done, in short lines for people. */
  describe(action: Extract<Action, { kind: Kind }>, text: StepText): readonly string[];
}
