import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Plan } from '../../shared/checklist/plan.ts';
import { actionFor } from '../../shared/checklist/plan-lookup.ts';
import { judgements } from '../../shared/contract/events.ts';
import { limits } from '../../shared/contract/limits.ts';
import type { HeadlessAnswer, HeadlessAnswers } from '../../shared/run/autopilot.ts';

const text = z.string().max(limits.text);
const reason = z.string().trim().min(1).max(limits.text);

/**
 * `step-id: { done, note, evidence, retry, override, defer, owner, due, no-return, judge, approvals, choice, text }`;
 * `step-id@host` answers for one host. Of a step in batches, the id as written answers for the first (`step~2` for the
 * second).
 */
const answersSchema = z
  .record(
    z.string().max(2 * limits.name + 1),
    z.strictObject({
      done: z.boolean().optional(),
      note: text.optional(),
      evidence: z.record(z.string().max(limits.name), z.union([text, z.number()])).optional(),
      retry: reason.optional(),
      override: reason.optional(),
      defer: reason.optional(),
      owner: reason.optional(),
      due: reason.optional(),
      'no-return': reason.optional(),
      judge: z.record(z.string().max(limits.name), z.strictObject({ as: z.enum(judgements), reason })).optional(),
      approvals: z
        .array(z.strictObject({ role: z.string().max(limits.name), person: z.string().max(255), reason }))
        .max(100)
        .optional(),
      choice: z.string().max(limits.name).optional(),
      text: text.optional(),
    }),
  )
  .nullable();

/** Reads an `--answers` file. @throws with one sentence that names the place. */
export async function readAnswers(path: string): Promise<HeadlessAnswers> {
  const source = await readFile(path, 'utf8');
  const parsed = answersSchema.safeParse(parse(source, { maxAliasCount: limits.yamlAliases }));
  if (parsed.success) return parsed.data ?? {};
  const [issue] = parsed.error.issues;
  throw new Error(`${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not an answers file'}`);
}

/**
 * Checks that every answer belongs to a step, and turns evidence of type `file` into local files (paths are relative
 * to the answers file). @throws naming the answer that belongs to nothing.
 */
export function fitAnswers(answers: HeadlessAnswers, plan: Plan, path: string): HeadlessAnswers {
  const fitted: Record<string, HeadlessAnswer> = {};
  for (const [key, answer] of Object.entries(answers)) {
    const [id, target] = key.split('@');
    const parts = plan.steps.filter((one) => one.id === id || one.base === id);
    const step = target === undefined ? parts[0] : parts.find((one) => one.targets.includes(target));
    // The same file may serve environments that leave the step out.
    if (step === undefined && plan.omitted.some((one) => one.id === id)) continue;
    if (step === undefined) {
      throw new Error(`${path}: "${key}" answers for no step of this checklist in this environment`);
    }
    const action = actionFor(step, target ?? step.targets[0] ?? '');
    const files = action.kind === 'manual' ? action.evidence.filter((field) => field.type === 'file') : [];
    const evidence = Object.entries(answer.evidence ?? {}).map(([name, value]) =>
      files.some((field) => field.name === name)
        ? ([name, { path: resolve(dirname(path), String(value)) }] as const)
        : ([name, value] as const),
    );
    fitted[key] = { ...answer, evidence: Object.fromEntries(evidence) };
  }
  return fitted;
}
