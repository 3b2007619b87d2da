import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NEW_VERSION, warFile } from '../../../electron/demo/host-files.ts';
import { DEMO_ENVIRONMENT } from '../../../electron/demo/open-demo.ts';
import { parseChecklist } from '../../../shared/checklist/parse.ts';
import type { Plan } from '../../../shared/checklist/plan.ts';
import { resolvePlan } from '../../../shared/checklist/resolve.ts';

const folder = join(import.meta.dirname, '../../../electron/demo');

function planOf(language: 'en' | 'zh'): Plan {
  const file = `checklist.${language}.yaml`;
  const { checklist, problems } = parseChecklist(readFileSync(join(folder, file), 'utf8'), file);
  if (checklist === null) throw new Error(JSON.stringify(problems, null, 2));
  return resolvePlan(checklist, DEMO_ENVIRONMENT);
}

describe.each(['en', 'zh'] as const)('the demo checklist in %s', (language) => {
  test('has neither errors nor warnings', () => {
    const file = `checklist.${language}.yaml`;
    expect(parseChecklist(readFileSync(join(folder, file), 'utf8'), file).problems).toEqual([]);
  });

  test('runs where nothing real can be touched, and asks no second person', () => {
    const plan = planOf(language);
    expect(plan.production).toBe(false);
    expect(plan.hosts.map((host) => host.address)).toEqual(['app1', 'app2']);
    expect(plan.steps.filter((step) => step.countersign)).toEqual([]);
    expect(plan.secrets).toEqual([]);
  });

  test('shows every kind of step, an atomic block, probes and a way back', () => {
    const plan = planOf(language);
    expect(new Set(plan.steps.map((step) => step.kind))).toEqual(new Set(['manual', 'run', 'wait']));
    expect(plan.blocks).toHaveLength(1);
    expect(plan.steps.every((step) => step.plannedMs !== null)).toBe(true);
    const writes = plan.steps.filter((step) => step.kind === 'run' && step.effect === 'write');
    expect(writes.map((step) => step.id)).toEqual(['stop', 'replace', 'schema', 'start']);
    expect(writes.every((step) => step.verify !== null)).toBe(true);
    expect(plan.steps.some((step) => step.rollback !== null)).toBe(true);
  });
});

test('the artifact step demands the sha256 of the very file that the demo lays out', () => {
  const sha256 = createHash('sha256').update(warFile(NEW_VERSION)).digest('hex');
  const step = planOf('en').steps.find((one) => one.id === 'artifact');
  expect(JSON.stringify(step?.action)).toContain(sha256);
});

test('both languages do exactly the same work', () => {
  const work = (plan: Plan) =>
    plan.steps.map(({ title: _title, notes: _notes, action, perTarget, ...rest }) => ({
      ...rest,
      perTarget,
      action: action.kind === 'manual' ? action.evidence.map((field) => [field.name, field.type]) : action,
    }));
  expect(work(planOf('zh'))).toEqual(work(planOf('en')));
});
