import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Plan, planSchema } from '../../../shared/checklist/plan.ts';
import { resolvePlan } from '../../../shared/checklist/resolve.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { processorTime } from '../../helpers/processor-time.ts';
import { fixture, placesOf, sound } from './fixtures.ts';

/** A checklist for two data centres of two hosts each (and one host in test), with the given steps of phase 2. */
const release = (steps: string, more = '', kind = 'requirement') => `checklist: 1
title: T
kind: ${kind}
vars: { place: elsewhere }
environments:
  test:
    hosts: { t1: { address: t, groups: [app, tc] } }
  prod:
    production: true
    people: { approvals: { lead: 2 } }
    hosts:
      y1: { address: a, groups: [app, yf] }
      t1: { address: b, groups: [app, tc] }
      y2: { address: c, groups: [app, yf] }
      t2: { address: d, groups: [app, tc], vars: { home: /srv } }
      db: { address: e }
    vars: { place: here }
    databases:
      trade: { engine: mysql, address: 10.0.0.9, via: db, user: release, schema: 2024, password: pw }
      old: { engine: command, via: db, command: "sqlplus -s app/\${pw}@\${host.name}" }
    channels: { duty-group: { type: dingtalk, url: hook, key: pw } }
    secrets: [pw, hook]
phases:
  - cold: Before
    steps: [{ id: first, title: First, manual: {} }]
  - hot: Release
    steps:
${steps.replace(/^/gm, '      ')}
${more}`;
const planOf = (text: string, environment = 'prod'): Plan => {
  const plan = resolvePlan(sound(text, environment), environment);
  expect(planSchema.parse(plan)).toEqual(plan);
  return plan;
};
const lines = (plan: Plan) =>
  plan.steps.map(({ code, id, block, targets, batch }) =>
    [
      code,
      id,
      `[${targets.join(' ')}]`,
      block === null ? '' : `block ${block}`,
      batch === null ? '' : `${batch.index}/${batch.of}`,
    ]
      .filter((part) => part !== '')
      .join(' '),
  );
const find = (plan: Plan, id: string) => {
  const found = plan.steps.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no step ${id}`);
  return found;
};

describe('batches of a step', () => {
  const stop = (batch: string) => `- { id: stop, title: Stop, on: app, run: stop, batch: ${batch} }`;

  test('are steps of their own with gates between them, in the declared order', () => {
    const plan = planOf(release(stop('{ canary: 1, size: 2, order: [tc, yf], between: countersign, ceiling: 1 }')));
    expect(lines(plan)).toEqual([
      '1.1 first [desk]',
      '2.1 stop [t1] 1/3',
      '2.2 stop-gate~2 [desk]',
      '2.3 stop~2 [t2] 2/3',
      '2.4 stop-gate~3 [desk]',
      '2.5 stop~3 [y1 y2] 3/3',
    ]);
    expect(find(plan, 'stop~2')).toMatchObject({ base: 'stop', batch: { index: 2, of: 3, ceiling: 1 }, title: 'Stop' });
    expect(find(plan, 'stop-gate~2')).toMatchObject({
      base: 'stop-gate',
      origin: 'gate',
      title: 'Stop · 1/3 → 2/3',
      kind: 'manual',
      effect: 'read',
      countersign: 'after',
    });
  });

  test('wait for a person unless the checklist says otherwise', () => {
    expect(find(planOf(release(stop('{ canary: 1 }'))), 'stop-gate~2').countersign).toBe('none');
    expect(lines(planOf(release(stop('{ canary: 1, between: none }'))))).toHaveLength(3);
  });

  test('are not made where there is only one', () => {
    expect(lines(planOf(release(stop('{ canary: 1, size: 2, order: [tc, yf] }')), 'test'))).toEqual([
      '1.1 first [desk]',
      '2.1 stop [t1]',
    ]);
  });

  test('bake with a wait, or with a watch over the hosts done so far that takes as long', () => {
    const bake = planOf(release(stop('{ size: 2, between: { bake: 10m, gate: none } }')));
    expect(lines(bake).slice(2)).toEqual(['2.2 stop-bake~2 [desk]', '2.3 stop~2 [y2 t2] 2/2']);
    expect(find(bake, 'stop-bake~2')).toMatchObject({
      origin: 'gate',
      plannedMs: 600_000,
      action: { mode: { ms: 600_000 } },
    });
    const log = '{ files: "/logs/${host.name}.log", baseline: b.yaml }';
    const watch = planOf(release(stop(`{ size: 1, order: [tc], between: { bake: 10m, log: ${log} } }`)));
    expect(lines(watch).slice(2)).toEqual([
      '2.2 stop-log~2 [t1]',
      '2.3 stop-gate~2 [desk]',
      '2.4 stop~2 [t2] 2/4',
      '2.5 stop-log~3 [t1 t2]',
      '2.6 stop-gate~3 [desk]',
      '2.7 stop~3 [y1] 3/4',
      '2.8 stop-log~4 [y1 t1 t2]',
      '2.9 stop-gate~4 [desk]',
      '2.10 stop~4 [y2] 4/4',
    ]);
    const last = find(watch, 'stop-log~4');
    expect(last).toMatchObject({ kind: 'log', action: { files: ['/logs/y1.log'], watch: { forMs: 600_000 } } });
    expect(last.perTarget).toMatchObject({ t1: { files: ['/logs/t1.log'] }, t2: { files: ['/logs/t2.log'] } });
  });

  test('keep an action of their own only where a host differs', () => {
    const steps = '- { id: s, title: S, on: app, run: "ls ${home}", batch: { order: [tc] } }';
    const text = release(steps).replace('place: elsewhere', 'place: elsewhere, home: /opt');
    const plan = planOf(text);
    expect(find(plan, 's')).toMatchObject({
      action: { command: 'ls /opt' },
      perTarget: { t2: { command: 'ls /srv' } },
    });
    expect(find(plan, 's~2')).toMatchObject({ targets: ['y1', 'y2'], action: { command: 'ls /opt' }, perTarget: {} });
  });

  test('that would make a plan too long are refused where they are written', () => {
    const many = Array.from({ length: 995 }, (_, index) => `      h${index}: { address: h, groups: [all] }\n`).join('');
    const steps = Array.from(
      { length: 4 },
      (_, i) => `- { id: s${i}, title: S, on: all, run: x, batch: { size: 1 } }`,
    ).join('\n');
    const text = release(steps).replace('      db:', `${many}      db:`);
    expect(placesOf(text, 'prod').filter((one) => one.includes('batches-too-many'))).toHaveLength(2);
    const fewer = release(steps.split('\n').slice(0, 2).join('\n')).replace('      db:', `${many}      db:`);
    const plan = planOf(fewer);
    expect(plan.steps).toHaveLength(1 + 2 * (995 + 994));
  });
});

describe('batches of an atomic block', () => {
  const block = (batch: string) => `- atomic: Replace
  worst-case: 5m
  batch: ${batch}
  steps:
    - { id: stop, title: Stop, on: app, run: stop, rollback: { run: start } }
    - { id: sql, title: SQL, run: x, on: db, rollback: { run: y } }
    - { id: note, title: Note, manual: {} }
    - { id: tune, title: Tune, on: yf, run: tune, rollback: { run: y } }
    - { id: start, title: Start, on: app, run: start, rollback: { run: stop } }`;

  test('repeat the whole block, so that the canary goes through all of it first', () => {
    const plan = planOf(release(block('{ canary: 1, order: [tc, yf], between: confirm }')));
    expect(lines(plan).slice(1)).toEqual([
      '2.1 stop [t1] block 0 1/4',
      '2.2 note [desk] block 0 1/4',
      '2.3 start [t1] block 0 1/4',
      '2.4 stop-gate~2 [desk]',
      '2.5 stop~2 [t2] block 1 2/4',
      '2.6 start~2 [t2] block 1 2/4',
      '2.7 stop-gate~3 [desk]',
      '2.8 stop~3 [y1 y2] block 2 3/4',
      '2.9 tune [y1 y2] block 2 3/4',
      '2.10 start~3 [y1 y2] block 2 3/4',
      '2.11 stop-gate~4 [desk]',
      '2.12 sql [db] block 3 4/4',
    ]);
    expect(plan.blocks.map(({ title, worstCaseMs }) => `${title} ${worstCaseMs}`)).toEqual([
      'Replace · 1/4 300000',
      'Replace · 2/4 300000',
      'Replace · 3/4 300000',
      'Replace · 4/4 300000',
    ]);
    expect(find(plan, 'stop-gate~2').title).toBe('Replace · 1/4 → 2/4');
  });

  test('of the longest id and title still make a plan', () => {
    const [id, title] = ['i'.repeat(limits.stepId), 't'.repeat(limits.text)];
    const steps = `- atomic: ${title}\n  worst-case: 1m\n  batch: { size: 1 }\n  steps: [{ id: ${id}, title: ${title}, on: app, run: x, rollback: { run: y, needs: [{ title: N, run: z }] } }]`;
    expect(planOf(release(steps)).blocks).toHaveLength(4);
    expect(placesOf(release(steps.replace(id, `${id}i`)), 'prod')).toEqual(['31:23 error text-too-long']);
  });

  test('are one block where there is only one batch', () => {
    const steps = block('{ canary: 1 }')
      .split('\n')
      .filter((line) => !/sql|tune/.test(line))
      .join('\n');
    const plan = planOf(release(steps), 'test');
    expect(lines(plan).slice(1)).toEqual([
      '2.1 stop [t1] block 0',
      '2.2 note [desk] block 0',
      '2.3 start [t1] block 0',
    ]);
    expect(plan.blocks).toHaveLength(1);
  });

  test('let a later step look up an earlier one by its written id, whatever batch its host is in', () => {
    const steps = `- atomic: Watch
  worst-case: 5m
  batch: { size: 1 }
  steps:
    - { id: before, title: Before, snapshot: { on: app, command: ls, keys: lines } }
    - { id: after, title: After, compare: { with: before } }`;
    const plan = planOf(release(steps));
    expect(find(plan, 'after~4')).toMatchObject({ targets: ['t2'], action: { kind: 'compare', with: 'before' } });
  });

  test('whatever the batches: every step reaches each of its hosts once, and blocks stay in one piece', () => {
    const batch = fc.record({
      canary: fc.integer({ min: 1, max: 3 }),
      size: fc.oneof(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 100 }).map((share) => `${share}%`),
      ),
      order: fc.shuffledSubarray(['tc', 'yf', 't2', 'y1'], { minLength: 1 }),
      between: fc.constantFrom('none', 'confirm', 'countersign'),
    });
    fc.assert(
      fc.property(batch, (given) => {
        const plan = planOf(release(block(JSON.stringify(given))));
        const reached = new Map<string, string[]>();
        for (const { base, targets, origin } of plan.steps) {
          if (origin === 'written') reached.set(base, [...(reached.get(base) ?? []), ...targets]);
        }
        expect([...(reached.get('stop') ?? [])].sort()).toEqual(['t1', 't2', 'y1', 'y2']);
        expect([...(reached.get('tune') ?? [])].sort()).toEqual(['y1', 'y2']);
        expect(reached.get('sql')).toEqual(['db']);
        expect(reached.get('note')).toEqual(['desk']);
        expect(new Set(plan.steps.map((one) => one.id)).size).toBe(plan.steps.length);
        const blocks = plan.steps.flatMap((one) => (one.block === null ? [] : [one.block]));
        expect(blocks).toEqual([...blocks].sort((a, b) => a - b));
        expect(new Set(blocks).size).toBe(plan.blocks.length);
      }),
      { numRuns: 40 },
    );
  });
});

describe('readiness', () => {
  test('is proved right before the first write, and before the atomic block it lies in', () => {
    const steps = `- { id: look, title: Look, on: app, effect: read, run: ls }
- atomic: B
  worst-case: 1m
  steps:
    - { id: peek, title: Peek, on: app, effect: read, run: ls }
    - id: put
      title: Put
      on: tc
      run: put
      rollback: { run: take, planned: 2m, needs: [{ title: The old one, run: test -r old }] }
    - { id: more, title: More, on: yf, run: put, rollback: { run: take } }`;
    const plan = planOf(release(steps, 'rollback: { needs: [{ title: Package, on: db, planned: 1m, run: ls }] }\n'));
    expect(lines(plan).slice(1)).toEqual([
      '2.1 look [y1 t1 y2 t2]',
      '2.2 put-ready~1 [t1 t2]',
      '2.3 rollback-ready~1 [db]',
      '2.4 peek [y1 t1 y2 t2] block 0',
      '2.5 put [t1 t2] block 0',
      '2.6 more [y1 y2] block 0',
    ]);
    expect(find(plan, 'put-ready~1')).toMatchObject({
      base: 'put-ready',
      origin: 'readiness',
      title: 'The old one',
      effect: 'read',
      countersign: 'none',
      action: { command: 'test -r old' },
    });
    expect(find(plan, 'rollback-ready~1').plannedMs).toBe(60_000);
    expect(find(plan, 'put').rollback?.plannedMs).toBe(120_000);
  });

  test('is proved before a database is changed from the desk, but not before people do something', () => {
    const needs = 'rollback: { needs: [{ title: Backup, on: db, run: ls }] }\n';
    const sql =
      '- { id: tell, title: Tell, announce: { to: duty-group, text: x } }\n- { id: sql, title: SQL, sql: { database: trade, script: a.sql } }';
    expect(lines(planOf(release(sql, needs))).slice(1)).toEqual([
      '2.1 tell [desk]',
      '2.2 rollback-ready~1 [db]',
      '2.3 sql [desk]',
    ]);
    expect(lines(planOf(release('- { id: m, title: M, manual: {} }', needs)))).toHaveLength(2);
  });
});

describe('conditions', () => {
  const under = (when: string) => `- { id: a, title: A, manual: {}, when: ${when} }\n- { id: b, title: B, manual: {} }`;

  test.each([
    ['{ kind: emergency }', 'when: { kind: emergency } · kind = requirement'],
    ['{ kind: [emergency, bugfix] }', 'when: { kind: [emergency, bugfix] } · kind = requirement'],
    ['{ kind: { not: requirement } }', 'when: { kind: { not: requirement } } · kind = requirement'],
    ['{ variable: place, equals: there }', 'when: { variable: place, equals: there } · place = here'],
    ['{ variable: place, in: [there] }', 'when: { variable: place, in: [there] } · place = here'],
    ['{ variable: place, not: [there, here] }', 'when: { variable: place, not: [there, here] } · place = here'],
    ['{ kind: requirement, variable: place, not: here }', 'when: { variable: place, not: here } · place = here'],
  ])('%s leaves a step out, says why, and keeps its number free', (when, because) => {
    const plan = planOf(release(under(when)));
    expect(plan.omitted).toEqual([{ id: 'a', title: 'A', because }]);
    expect(lines(plan)).toEqual(['1.1 first [desk]', '2.2 b [desk]']);
  });

  test.each([
    '{ kind: requirement }',
    '{ kind: { not: [emergency, bugfix] } }',
    '{ variable: place, equals: here }',
    '{ variable: place, in: [there, here] }',
    '{ variable: place, not: there }',
    '{ kind: requirement, variable: place, equals: "${place}" }',
  ])('%s keeps it', (when) => {
    expect(planOf(release(under(when))).omitted).toEqual([]);
  });

  test('are told by environment, and an empty block leaves with its steps', () => {
    const steps =
      '- atomic: B\n  worst-case: 1m\n  steps: [{ id: x, title: X, on: app, run: x, rollback: { run: y }, when: { variable: place, equals: here } }]';
    expect(planOf(release(steps)).blocks).toHaveLength(1);
    expect(planOf(release(steps), 'test')).toMatchObject({ blocks: [], omitted: [{ id: 'x' }] });
  });

  test('leave a step out of a block in batches, and what stands between them is still named after it', () => {
    const when = 'when: { kind: emergency }';
    const block = (all: string) => `- atomic: B
  worst-case: 1m
  batch: { order: [tc, yf] }
  steps:
    - { id: x, title: X, on: app, run: x, rollback: { run: y }, ${when} }
    - { id: z, title: Z, on: app, run: x, rollback: { run: y }${all} }`;
    const found = planOf(release(block('')));
    expect(lines(found).slice(1)).toEqual([
      '2.2 z [t1 t2] block 0 1/2',
      '2.3 x-gate~2 [desk]',
      '2.4 z~2 [y1 y2] block 1 2/2',
    ]);
    expect(planOf(release(block(`, ${when}`)))).toMatchObject({ blocks: [], omitted: [{ id: 'x' }, { id: 'z' }] });
  });

  test('take what a step needs for its rollback along, and steps of the rollback too', () => {
    const when = 'when: { kind: emergency }';
    const steps = `- { id: a, title: A, on: app, run: x, rollback: { run: y, needs: [{ title: N, run: z }] }, ${when} }`;
    const plan = planOf(
      release(steps, `rollback: { steps: [{ title: R, on: app, run: x, ${when} }, { title: S, on: app, run: x }] }\n`),
    );
    expect(plan.steps).toHaveLength(1);
    expect(plan.omitted.map(({ id }) => id)).toEqual(['a', 'rollback-1']);
    expect(plan.rollback.steps.map(({ id, code }) => `${code} ${id}`)).toEqual(['R.2 rollback-2']);
  });

  test('make what refers to a left out step an error', () => {
    const steps = `- { id: a, title: A, on: app, snapshot: { command: ls, keys: lines }, when: { variable: place, equals: here } }
- { id: b, title: B, on: app, compare: { with: a } }`;
    expect(planOf(release(steps)).omitted).toEqual([]);
    expect(placesOf(release(steps), 'test').map((one) => one.split(' ')[2])).toEqual(['compare-without-snapshot']);
  });
});

describe('what an environment declares', () => {
  const plan = (environment = 'prod') =>
    planOf(
      release(
        '- { id: ok, title: OK, approval: }\n- { id: tell, title: Tell, announce: { to: duty-group, text: x } }',
      ).replace('title: OK', 'title: OK, when: { variable: place, equals: here }'),
      environment,
    );

  test('databases, channels and approvals reach the plan', () => {
    const { databases, channels, rehearsal, steps } = plan();
    expect(databases).toEqual([
      {
        name: 'trade',
        engine: 'mysql',
        address: '10.0.0.9',
        port: null,
        via: 'db',
        user: 'release',
        schema: '2024',
        password: 'pw',
        tls: false,
        command: null,
      },
      {
        name: 'old',
        engine: 'command',
        address: null,
        port: null,
        via: 'db',
        user: null,
        schema: null,
        password: null,
        tls: false,
        command: expect.objectContaining({ command: 'sqlplus -s app/"$CS_PW"@db', secrets: ['pw'] }),
      },
    ]);
    expect(channels).toEqual([{ name: 'duty-group', type: 'dingtalk', url: 'hook', key: 'pw' }]);
    expect(rehearsal).toBe('warn');
    expect(steps.find(({ kind }) => kind === 'approval')?.action).toEqual({
      kind: 'approval',
      roles: [{ role: 'lead', needed: 2 }],
    });
  });

  test('without channels of its own it leaves announcing to the clipboard', () => {
    expect(plan('test')).toMatchObject({
      channels: [{ name: 'duty-group', type: 'clipboard', url: null, key: null }],
      databases: [],
      rehearsal: 'off',
    });
  });

  test('a checker outside production has writes countersigned there', () => {
    const step = '- { id: s, title: S, on: app, run: x }';
    const signs = (text: string) => find(planOf(text, 'test'), 's').countersign;
    expect(signs(release(step))).toBe('none');
    expect(signs(release(step).replace('  test:\n', '  test:\n    people: { checkers: 1 }\n'))).toBe('after');
  });

  test.each([
    ['always', 'after'],
    ['never', 'none'],
    ['before', 'before'],
    ['after', 'after'],
    ['both', 'both'],
  ])('a step written with countersign: %s is signed %s', (written, mode) => {
    const text = release(`- { id: s, title: S, on: app, run: x, countersign: ${written} }`);
    for (const environment of ['test', 'prod']) expect(find(planOf(text, environment), 's').countersign).toBe(mode);
  });

  test('a checker is asked whether they are there after the time that is written, or never', () => {
    const people = 'people: { approvals: { lead: 2 } }';
    const text = release('- { id: s, title: S, on: app, run: x }');
    expect(planOf(text).people).toEqual({ checkers: 1, challengeMs: null });
    expect(planOf(text, 'test').people).toEqual({ checkers: 0, challengeMs: null });
    const asked = text.replace(people, people.replace('{ app', '{ challenge-after: 30m, app'));
    expect(planOf(asked).people).toEqual({ checkers: 1, challengeMs: 1_800_000 });
  });

  test('a journal of version 0.1 says yes or no, and is read as after or not at all', () => {
    const plan = planOf(release('- { id: s, title: S, on: app, run: x }'));
    const old = (countersign: boolean) =>
      planSchema.parse({ ...plan, people: undefined, steps: plan.steps.map((one) => ({ ...one, countersign })) });
    expect(old(true).steps.map((one) => one.countersign)).toEqual(plan.steps.map(() => 'after'));
    expect(old(false).steps.map((one) => one.countersign)).toEqual(plan.steps.map(() => 'none'));
    expect(old(false).people).toEqual({ checkers: 0, challengeMs: null });
  });

  test('the identity of a host is proved by its own values', () => {
    const text = release('- { id: s, title: S, on: app, run: x }').replace(
      '{ address: b, groups: [app, tc] }',
      '{ address: b, groups: [app, tc], vars: { role: core }, identity: { hostname: "${host.name}.local", file: /etc/role, contains: "trade-${role}" } }',
    );
    expect(planOf(text).hosts.find(({ name }) => name === 't1')?.identity).toEqual({
      hostname: 't1.local',
      file: { path: '/etc/role', contains: 'trade-core' },
    });
  });

  test('a point of no return is told with its variables, on each batch', () => {
    const plan = planOf(
      release('- { id: s, title: S, on: app, run: x, point-of-no-return: "Gone ${place}", batch: { canary: 1 } }'),
    );
    expect(plan.steps.filter((one) => one.base === 's').map((one) => one.pointOfNoReturn)).toEqual([
      'Gone here',
      'Gone here',
    ]);
  });
});

describe('the example of the design', () => {
  test('is understood as it is written, and warned of what may go wrong with it', () => {
    expect(placesOf(fixture('example-release'))).toEqual([
      '51:13 warning lint-batch-inside-block',
      '65:13 warning lint-no-return-before-proof',
      '92:7 warning lint-rollback-without-needs',
    ]);
  });

  test('becomes a plan with its canary first and all its hosts', () => {
    expect(lines(planOf(fixture('example-release'))).slice(2)).toEqual([
      '2.1 phone [desk]',
      '2.2 before [app1 app2]',
      '2.3 stop [app1] block 0 1/2',
      '2.4 stop-gate~2 [desk] block 0',
      '2.5 stop~2 [app2] block 0 2/2',
      '2.6 upload [app1 app2] block 0',
      '2.7 params [app1 app2] block 0',
      '2.8 schema [desk] block 0',
      '2.9 start [app1 app2] block 0',
      '3.1 watch [app1 app2]',
      '3.2 h5 [app1 app2]',
      '3.3 after [app1 app2]',
      '4.1 done [desk]',
    ]);
  });
});

test('a thousand hosts and 100 steps, some of them different on every host, are planned in seconds', () => {
  const many = Array.from(
    { length: 995 },
    (_, index) => `      h${index}: { address: "10.0.0.${index}", groups: [all] }\n`,
  ).join('');
  const steps = Array.from(
    { length: 99 },
    (_, i) => `- { id: s${i}, title: S, on: all, run: "ls ${i % 10 === 0 ? '${host.address}' : 'x'}" }`,
  ).join('\n');
  const checklist = sound(release(steps).replace('      db:', `${many}      db:`), 'prod');
  const spent = processorTime();
  expect(resolvePlan(checklist, 'prod').steps).toHaveLength(100);
  expect(spent()).toBeLessThan(3_000);
});
