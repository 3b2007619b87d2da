/** Mistakes in what a kind of step is given, in the form of the tables of `problems.test.ts`. */
type Rows = readonly (readonly [name: string, text: string, expected: readonly string[]])[];

/** One step on host a, whose kind begins in line 7, column 34; the steps before it stand in line 6. */
const kind = (source: string, before = '{ id: z, title: Z, manual: {} }') => `checklist: 1
title: T
environments: { e: { hosts: { a: { address: x } }, databases: { m: { engine: mysql, address: x }, c: { engine: command, via: a, command: { command: cat, sudo: true } } } } }
phases:
  - cold: P
    steps: [${before},
        { id: s, title: S, on: a, ${source} }]
`;

export const kindMistakes: Rows = [
  ['a hash that is none', kind('artifact: { file: w, sha256: abc }'), ['7:64 error sha256-invalid']],
  ['an artifact of which nothing is known', kind('artifact: { file: w }'), ['7:45 error artifact-proves-nothing']],
  [
    'a file inside an artifact that has no keys',
    kind('artifact: { file: w, inside: { a.class: { k: v } } }'),
    ['7:75 error artifact-inside-format'],
  ],
  ['an upload that nothing proves', kind('upload: { from: w, to: /w }'), ['7:51 error upload-unproved']],
  [
    'an upload that keeps the old file in its own place',
    kind('upload: { from: w, to: /w, keep-old: /w, sha256: "${h}" }').replace(
      'title: T',
      `title: T\nvars: { h: "${'a'.repeat(64)}" }`,
    ),
    ['8:72 error upload-keeps-itself'],
  ],
  ['a relative place on a host', kind('config: { file: app.properties }'), ['7:51 error upload-path-relative']],
  ['a folder for a file', kind('upload: { restore: /w/ }'), ['7:54 error upload-path-folder']],
  ['a place that leads elsewhere', kind('upload: { restore: /w/../x }'), ['7:54 error upload-path-odd']],
  [
    'rights that are none',
    kind('upload: { from: w, to: /w, mode: rwx }', '{ id: z, title: Z, artifact: { file: w, size: 1 } }'),
    ['7:68 error mode-invalid'],
  ],
  ['a configuration of no known format', kind('config: { file: /a.bin }'), ['7:51 error config-format-unknown']],

  [
    'more logs than can be followed',
    kind(`log: { files: [${[...'abcdefgh'].map((one) => `/${one}`).join(', ')}] }`),
    ['7:49 error log-files-too-many'],
  ],
  ['a relative log', kind('log: { files: a.log }'), ['7:49 error log-file-not-absolute']],
  ['logs by pattern', kind('log: { files: "/a*.log" }'), ['7:49 error log-file-pattern']],
  ['a log twice', kind('log: { files: [/a, /a] }'), ['7:49 error log-file-twice']],
  [
    'a silence longer than the watch',
    kind('log: { files: /a, for: 1m, silence: 2m }'),
    ['7:71 error log-silence-too-long'],
  ],
  ['a watch from nowhere', kind('log: { files: /a, from: yesterday }'), ['7:59 error log-from-unknown']],
  ['a watch from an unknown step', kind('log: { files: /a, from: "step:nope" }'), ['7:59 error log-from-no-step']],
  [
    'a watch from a step that noted another log',
    kind('log: { files: /a, from: "step:z" }', '{ id: z, title: Z, on: a, log: { mark: /b } }'),
    ['7:59 error log-from-not-noted'],
  ],
  ['a restart that nothing shows', kind('log: { files: /a, restart: {} }'), ['7:62 error log-restart-empty']],

  [
    'a service told in two ways',
    kind('service: { stop: x, systemd: a, supervisor: b }'),
    ['7:79 error identity-twice'],
  ],
  ['all services', kind('service: { do: stop, systemd: all }'), ['7:65 error service-name-invalid']],
  ['a service without a process', kind('service: { stop: x }'), ['7:44 error service-without-identity']],
  ['a service of which nothing is wanted', kind('service: { port: 1 }'), ['7:44 error service-does-what']],
  ['a verb without a manager', kind('service: { do: stop, port: 1 }'), ['7:50 error service-do-without-manager']],
  [
    'a stop that is ready',
    kind('service: { stop: x, port: 1, log: /a, ready: b }'),
    ['7:69 error service-ready-of-stop'],
  ],
  [
    'a readiness that stands in no log',
    kind('service: { start: x, port: 1, ready: b }'),
    ['7:72 error service-ready-without-log'],
  ],
  [
    'a log that says nothing of readiness',
    kind('service: { start: x, port: 1, log: /a }'),
    ['7:70 error service-log-without-ready'],
  ],
  [
    'a service that answers nowhere',
    kind('service: { start: x, port: 1, http: nowhere }'),
    ['7:71 error service-http-invalid'],
  ],
  [
    'a status that is none',
    kind('service: { start: x, port: 1, http: { get: "http://a/", status: 99 } }'),
    ['7:99 error http-status-invalid'],
  ],
  ['no process in particular', kind('process: { is: absent }'), ['7:44 error process-without-identity']],
  [
    'two questions about a process',
    kind('process: { port: 1, is: absent, count: 1 }'),
    ['7:74 error process-asks-twice'],
  ],
  ['the same process as nobody saw', kind('process: { port: 1, same-as: z }'), ['7:64 error process-same-as-unknown']],
  [
    'settled after no looks',
    kind('http: { get: "http://a/", settled: 0, within: 1m }'),
    ['7:70 error settled-invalid'],
  ],

  ['an unknown database', kind('sql: { database: n, query: select 1 }'), ['7:52 error sql-database-unknown']],
  ['nothing to run on a database', kind('sql: { database: m }'), ['7:40 error sql-nothing-to-run']],
  ['a query and a script', kind('sql: { database: m, query: select 1, script: a.sql }'), ['7:62 error sql-two-things']],
  [
    'an order without a folder',
    kind('sql: { database: m, script: a.sql, order: [a.sql] }'),
    ['7:77 error sql-without-folder'],
  ],
  [
    'a transaction for a query',
    kind('sql: { database: m, query: select 1, transaction: none }'),
    ['7:85 error sql-query-transaction'],
  ],
  [
    'rows of a client program',
    kind('sql: { database: c, script: a.sql, expect: { rows: 1 } }'),
    ['7:52 error sql-command-sudo', '7:86 error sql-expect-not-known'],
  ],
  ['an account for a client program', kind('sql: { database: c, script: a.sql }'), ['7:52 error sql-command-sudo']],
  ['a query that cannot be read', kind('sql: { database: m, query: "select \'" }'), ['7:62 error sql-query-unusable']],
];
