import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NEW_VERSION, warFile } from '../../../electron/demo/build.ts';
import { fillChecklist, withoutServices } from '../../../electron/demo/write-beside.ts';
import { parseChecklist } from '../../../shared/checklist/parse.ts';
import type { Plan } from '../../../shared/checklist/plan.ts';
import { resolvePlan } from '../../../shared/checklist/resolve.ts';
import { demoEnvironments } from '../../../shared/contract/demo.ts';

const places = {
  hosts: [
    { name: 'app1', home: '/tmp/a/app1', port: 8081 },
    { name: 'app2', home: '/tmp/a/app2', port: 8082 },
  ],
  databasePort: 5433,
};

function checklist(language: 'en' | 'zh'): string {
  const template = readFileSync(join(import.meta.dirname, `../../../electron/demo/checklist.${language}.yaml`), 'utf8');
  return fillChecklist(template, places, warFile(NEW_VERSION), new Date('2026-11-20T22:00:00Z'));
}

function planOf(text: string, environment: string = demoEnvironments.alone): Plan {
  const { checklist: parsed, problems } = parseChecklist(text, 'demo.yaml');
  if (parsed === null) throw new Error(JSON.stringify(problems, null, 2));
  return resolvePlan(parsed, environment);
}

describe.each(['en', 'zh'] as const)('the demo checklist in %s', (language) => {
  test('has neither errors nor warnings', () => {
    expect(parseChecklist(checklist(language), 'demo.yaml').problems).toEqual([]);
  });

  test('runs where nothing real can be touched, and asks no second computer', () => {
    const plan = planOf(checklist(language));
    expect(plan.production).toBe(false);
    expect(plan.hosts.map((host) => host.address)).toEqual(['app1', 'app2']);
    expect(plan.databases.map(({ address, via }) => [address, via])).toEqual([['127.0.0.1', 'app1']]);
    expect(plan.channels.map((channel) => channel.type)).toEqual(['clipboard']);
    expect(plan.steps.filter((step) => step.countersign !== 'none')).toEqual([]);
    expect(plan.secrets).toEqual([]);
  });

  test('does the same for two people, and then every write is signed after it', () => {
    const [alone, two] = [planOf(checklist(language)), planOf(checklist(language), demoEnvironments.withChecker)];
    expect(two).toMatchObject({ production: false, people: { checkers: 1, challengeMs: 600_000 } });
    const unsigned = (plan: Plan) => ({
      ...plan,
      environment: '',
      people: null,
      steps: plan.steps.map((step) => ({ ...step, countersign: null })),
    });
    expect(unsigned(two)).toEqual(unsigned(alone));
    const written = two.steps.filter((step) => step.origin === 'written');
    expect(written.map(({ id, countersign }) => [id, countersign])).toEqual(
      written.map(({ id, effect }) => [id, effect === 'write' ? 'after' : 'none']),
    );
  });

  test('shows the kinds of steps that a release needs, in batches, with a way back until the point of no return', () => {
    const plan = planOf(checklist(language));
    expect(new Set(plan.steps.map((step) => step.kind))).toEqual(
      new Set([
        ...['artifact', 'approval', 'snapshot', 'announce', 'manual', 'run', 'sql', 'service', 'upload', 'config'],
        ...['http', 'log', 'compare'],
      ]),
    );
    expect(plan.blocks.length).toBeGreaterThan(0);
    expect(plan.steps.filter((step) => step.base === 'stop').map((step) => step.targets)).toEqual([['app1'], ['app2']]);
    const written = plan.steps.filter((step) => step.origin === 'written');
    expect(written.every((step) => step.plannedMs !== null)).toBe(true);
    const writes = written.filter(
      (step) => step.effect === 'write' && step.kind !== 'manual' && step.kind !== 'announce',
    );
    const bases = [...new Set(writes.map((step) => step.base))];
    expect(bases).toEqual(['schema', 'stop', 'upload', 'start', 'contract']);
    expect(writes.filter((step) => step.rollback === null).map((step) => step.base)).toEqual(['contract']);
    expect(plan.steps.find((step) => step.pointOfNoReturn !== null)?.id).toBe('contract');
    expect(plan.steps.some((step) => step.origin === 'readiness')).toBe(true);
  });

  test('on a computer whose processes cannot be seen it does the same work by command alone', () => {
    const text = withoutServices(checklist(language));
    expect(parseChecklist(text, 'demo.yaml').problems).toEqual([]);
    const plan = planOf(text);
    expect(plan.steps.filter((step) => step.kind === 'service')).toEqual([]);
    const stop = plan.steps.find((step) => step.id === 'stop');
    expect(stop?.action).toMatchObject({ kind: 'run', command: 'trade stop' });
    expect(stop?.rollback?.action).toMatchObject({ kind: 'run', command: 'trade start' });
    expect(plan.steps.length).toBe(planOf(checklist(language)).steps.length);
  });
});

test('a checklist that asks for something unknown is not filled', () => {
  expect(() => fillChecklist('title: "<nothing>"', places, Buffer.from(''), new Date())).toThrow('<nothing>');
});

test('both languages do exactly the same work', () => {
  const work = (plan: Plan) =>
    plan.steps.map(({ title: _title, notes: _notes, pointOfNoReturn, action, perTarget, ...rest }) => ({
      ...rest,
      perTarget,
      pointOfNoReturn: pointOfNoReturn !== null,
      action:
        action.kind === 'manual'
          ? action.evidence.map((field) => [field.name, field.type])
          : action.kind === 'announce'
            ? [action.to, action.draft.filter((part) => typeof part !== 'string')]
            : action.kind === 'approval'
              ? action.roles.map(({ needed }) => needed)
              : action,
    }));
  for (const environment of Object.values(demoEnvironments))
    expect(work(planOf(checklist('zh'), environment))).toEqual(work(planOf(checklist('en'), environment)));
});
