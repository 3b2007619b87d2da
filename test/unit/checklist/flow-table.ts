/** Mistakes in the flow of a checklist, in the form of the tables of `problems.test.ts`. */
type Rows = readonly (readonly [name: string, text: string, expected: readonly string[]])[];

/** One environment on line 3, whose keys begin in column 23. */
const environment = (keys: string, steps = '{ id: a, title: A, manual: {} }') => `checklist: 1
title: T
environments: { e: { ${keys} } }
phases:
  - cold: P
    steps: [${steps}]
`;
/** A step whose own keys begin in line 7, column 9; hosts a1 and a2 in group app, b1 in group b. */
const step = (keys: string, more = '') => `checklist: 1
title: T
environments: { e: { hosts: { a1: { address: x, groups: [app] }, a2: { address: x, groups: [app] }, b1: { address: x, groups: [b], vars: { v: z } } }, vars: { v: y } } }
phases:
  - cold: P
    steps:
      - id: one
        title: One
${keys
  .split('\n')
  .map((line) => `        ${line}`)
  .join('\n')}
${more}`;

export const flowMistakes: Rows = [
  ['two checkers', environment('people: { checkers: 2 }'), ['3:42 error checkers-invalid']],
  [
    'a checker who is asked all the time',
    environment('people: { challenge-after: 59s }'),
    ['3:49 error challenge-too-soon'],
  ],
  [
    'a challenge after something else than a time',
    environment('people: { challenge-after: soon }'),
    ['3:49 error duration-invalid'],
  ],
  [
    'production without a checker',
    environment('production: true, people: { checkers: 0 }'),
    ['3:60 error production-without-checker'],
  ],
  ['approvals of nobody', environment('people: { approvals: {} }'), ['3:43 error approvals-empty']],
  [
    'an approval of nobody',
    environment('people: {}', '{ id: a, title: A, approval: {} }'),
    ['6:42 error approval-without-roles'],
  ],
  ['an approval of none', step('approval: { roles: { lead: 0 } }'), ['9:36 error approval-count']],
  ['an identity of nothing', environment('hosts: { h: { address: x, identity: {} } }'), ['3:58 error identity-empty']],
  [
    'a role file without what it holds',
    environment('hosts: { h: { address: x, identity: { file: /etc/role } } }'),
    ['3:60 error identity-half'],
  ],
  [
    'a text to be held by no file',
    environment('hosts: { h: { address: x, identity: { hostname: h, contains: x } } }'),
    ['3:73 error identity-half'],
  ],
  [
    'a database behind an unknown host',
    environment('databases: { d: { engine: mysql, address: x, via: nope } }'),
    ['3:72 error via-unknown'],
  ],
  [
    'a database with an unknown password',
    environment('secrets: [pw], databases: { d: { engine: postgres, address: x, password: pv } }'),
    ['3:95 error secret-unknown'],
  ],
  [
    'a database without an address',
    environment('databases: { d: { engine: mysql } }'),
    ['3:38 error database-without-address'],
  ],
  [
    'a client program that is not named',
    environment('hosts: { h: { address: x } }, databases: { d: { engine: command, via: h } }'),
    ['3:68 error database-without-command'],
  ],
  [
    'a client program on no host',
    environment('databases: { d: { engine: command, command: psql } }'),
    ['3:38 error database-without-via'],
  ],
  [
    'a client program for an engine that needs none',
    environment('databases: { d: { engine: mysql, address: x, command: psql } }'),
    ['3:76 error database-with-command'],
  ],
  ['a webhook without an address', environment('channels: { c: { type: slack } }'), ['3:37 error channel-without-url']],
  [
    'a webhook with an unknown address',
    environment('channels: { c: { type: slack, url: u } }'),
    ['3:57 error secret-unknown'],
  ],
  [
    'a key for a channel that signs nothing',
    environment('secrets: [u], channels: { c: { type: wecom, url: u, key: u } }'),
    ['3:79 error channel-key-unused'],
  ],
  [
    'an address for the clipboard',
    environment('secrets: [u], channels: { c: { type: clipboard, url: u } }'),
    ['3:75 error channel-key-unused'],
  ],
  ['an unknown engine', environment('databases: { d: { engine: mysq, address: x } }'), ['3:48 error value-misspelt']],
  ['an unknown rule for rehearsals', environment('rehearsal: maybe'), ['3:33 error value-unknown']],

  ['hosts named twice', step('on: app\nsnapshot: { on: app, command: ls, keys: lines }'), ['10:21 error on-twice']],
  [
    'a look of no return',
    step('on: app\neffect: read\nrun: ls\npoint-of-no-return: x'),
    ['12:9 error no-return-on-read'],
  ],
  ['a batch of nothing', step('on: app\nrun: ls\nbatch: { between: none }'), ['11:16 error batch-empty']],
  ['a canary of none', step('on: app\nrun: ls\nbatch: { canary: 0 }'), ['11:26 error batch-size-invalid']],
  ['a share of more than all', step('on: app\nrun: ls\nbatch: { size: 101% }'), ['11:24 error batch-size-invalid']],
  ['a share without its sign', step('on: app\nrun: ls\nbatch: { size: "25" }'), ['11:24 error batch-size-invalid']],
  ['batches at the desk', step('manual: {}\nbatch: { canary: 1 }'), ['10:9 error batch-without-hosts']],
  [
    'an order of unknown groups',
    step('on: app\nrun: ls\nbatch: { order: [b, nope, b] }'),
    ['11:29 error order-unknown', '11:35 error order-twice'],
  ],
  [
    'nothing between batches',
    step('on: app\nrun: ls\nbatch: { canary: 1, between: {} }'),
    ['11:38 error between-empty'],
  ],
  ['an unknown gate', step('on: app\nrun: ls\nbatch: { canary: 1, between: both }'), ['11:38 error value-unknown']],
  [
    'fewer failures than none',
    step('on: app\nrun: ls\nbatch: { canary: 1, ceiling: -1 }'),
    ['11:38 error ceiling-invalid'],
  ],
  [
    'batches within batches',
    `checklist: 1
title: T
environments: { e: { hosts: { a: { address: x, groups: [app] } } } }
phases:
  - cold: P
    steps:
      - atomic: B
        worst-case: 1m
        batch: { canary: 1 }
        steps: [{ id: s, title: S, on: app, run: ls, rollback: { run: ls }, batch: { canary: 1 } }]
`,
    ['10:77 error batch-twice'],
  ],
  [
    'an id that the plan gives out',
    step('on: app\nrun: ls\nbatch: { canary: 1 }', '      - { id: one-gate, title: G, manual: {} }\n'),
    ['12:15 error id-reserved'],
  ],
  ['a condition of nothing', step('manual: {}\nwhen: {}'), ['10:15 error when-empty']],
  [
    'a condition without a value',
    step('manual: {}\nwhen: { variable: w }', 'vars: { w: 1 }\n'),
    ['10:17 error when-without-value'],
  ],
  ['a condition without a variable', step('manual: {}\nwhen: { equals: x }'), ['10:17 error when-without-variable']],
  [
    'a condition with two tests',
    step('manual: {}\nwhen: { variable: w, equals: x, not: y }', 'vars: { w: 1 }\n'),
    ['10:41 error when-two-tests'],
  ],
  [
    'a condition on an unknown variable',
    step('manual: {}\nwhen: { variable: nope, equals: x }'),
    ['10:27 error variable-undefined'],
  ],
  [
    'a condition that differs between hosts',
    step('manual: {}\nwhen: { variable: v, equals: x }'),
    ['10:27 error when-host-variable'],
  ],
  ['a condition on an unknown kind', step('manual: {}\nwhen: { kind: emergancy }'), ['10:23 error value-misspelt']],
  [
    'a need that writes',
    step('on: app\nrun: ls\nrollback: { run: ls, needs: [{ title: N, service: { stop: x, port: 1 } }] }'),
    ['11:50 error need-that-writes'],
  ],
  [
    'a need of no kind',
    step('on: app\nrun: ls\nrollback: { run: ls, needs: [{ title: N }] }'),
    ['11:38 error step-without-kind'],
  ],
  [
    'a need without hosts',
    step('manual: {}', 'rollback: { needs: [{ title: N, run: ls }] }\n'),
    ['10:33 error on-missing'],
  ],
  [
    'an unknown host of a need',
    step('on: app\nrun: ls\nrollback: { run: ls, needs: [{ title: N, on: zzz, run: ls }] }'),
    ['11:54 error on-unknown'],
  ],
];

/** A production environment with hosts a1 and a2 in group app, and the steps of one phase (line 5). */
const production = (steps: readonly string[], more = '', keys = '') => `checklist: 1
title: T
environments: { prod: { production: true, ${keys}hosts: { a1: { address: x, groups: [app] }, a2: { address: x, groups: [app] } } } }
phases:
  - cold: P
    steps:
${steps.map((one) => `      - ${one}\n`).join('')}${more}`;
const undo = 'rollback: { manual: {} }';
const start = `{ id: start, title: S, on: a1, service: { start: x, port: 1 }, ${undo} }`;
const watch = '{ id: w, title: W, on: a1, log: { files: /a, baseline: b.yaml } }';

export const flowWarnings: Rows = [
  [
    'no way back before the first proof',
    production([`{ id: n, title: N, on: a1, run: ls, point-of-no-return: gone, ${undo} }`, start, watch]),
    ['7:45 warning lint-no-return-before-proof'],
  ],
  [
    'SQL that nothing undoes before the first proof',
    production(
      [`{ id: n, title: N, sql: { database: d, script: a.sql } }`, start, watch],
      '',
      'databases: { d: { engine: mysql, address: x } }, ',
    ),
    ['7:28 warning lint-no-return-before-proof'],
  ],
  ['a start that nobody watches', production([start]), ['7:40 warning lint-start-without-watch']],
  [
    'too short a watch, without a baseline',
    production([start, '{ id: w, title: W, on: a1, log: { files: /a, for: 4m } }']),
    ['8:36 warning log-without-baseline', '8:59 warning log-short'],
  ],
  [
    'too short a watch between batches',
    production([
      `{ id: s, title: S, on: app, service: { restart: x, port: 1 }, ${undo}, batch: { canary: 1, between: { bake: 1m, log: { files: /a, baseline: b } } } }`,
      watch,
    ]),
    ['7:134 warning log-short'],
  ],
  [
    'all hosts at once',
    production([`{ id: s, title: S, on: app, service: { stop: x, port: 1 }, ${undo} }`]),
    ['7:37 warning lint-restart-all-at-once'],
  ],
  [
    'batches of one step of a block',
    production([
      `{ atomic: B, worst-case: 1m, steps: [{ id: s, title: S, on: app, run: x, ${undo}, batch: { canary: 1 } }, { id: t, title: T, on: app, run: x, ${undo} }] }`,
    ]),
    ['7:108 warning lint-batch-inside-block'],
  ],
  ['no way back', production(['{ id: s, title: S, on: app, run: x }']), ['7:15 warning lint-no-rollback']],
  [
    'nothing proved of what rolling back needs',
    production(['{ id: s, title: S, on: app, run: x, rollback: { run: y } }']),
    ['7:45 warning lint-rollback-without-needs'],
  ],
  [
    'a need that seems to write',
    production(['{ id: s, title: S, on: app, run: x, rollback: { run: y, needs: [{ title: N, run: rm y }] } }']),
    ['7:90 warning lint-read-that-writes'],
  ],
  [
    'a channel that nobody tells anything',
    production(['{ id: s, title: S, manual: {} }'], '', 'channels: { c: { type: clipboard } }, '),
    ['3:43 warning lint-never-announced'],
  ],
];
