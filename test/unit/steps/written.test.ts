import { describe, expect, it } from 'vitest';
import { resolvePlan } from '../../../shared/checklist/resolve.ts';
import { describe as describeAction } from '../../../shared/steps/index.ts';
import { createTranslator } from '../../../shared/text/translate.ts';
import { placesOf, sound } from '../checklist/fixtures.ts';

/** Steps begin in line 13; each is given from column 7 on. */
const checklist = (...steps: readonly string[]): string => `checklist: 1
title: T
version: 3.4.0
environments:
  prod:
    hosts: { app1: { address: a, groups: [app] }, app2: { address: b, groups: [app] }, db1: { address: c } }
    secrets: [token, hook, sign]
    channels: { duty: { type: dingtalk, url: hook, key: sign } }
    databases: { trade: { engine: mysql, address: d, user: u, via: app1 }, old: { engine: command, via: db1, command: isql } }
phases:
  - cold: P
    steps:
${steps.map((step) => `      - ${step.replaceAll('\n', '\n        ')}`).join('\n')}
`;
const before = 'id: before\ntitle: B\non: app\nsnapshot: { command: ls, keys: lines }';
const step = (id: string, rest: string): string => `id: ${id}\ntitle: T\n${rest}`;
const actions = (...steps: readonly string[]) =>
  resolvePlan(sound(checklist(...steps)), 'prod').steps.map(({ action }) => action);
const errors = (...steps: readonly string[]) =>
  placesOf(checklist(...steps), 'prod')
    .filter((place) => place.includes('error'))
    .map((place) => place.replace('error ', ''));

describe('snapshot and compare as they are written', () => {
  it.each([
    ['keys: lines', { keep: 'keys', how: { by: 'lines' } }],
    ['keys: { column: 2 }', { keep: 'keys', how: { by: 'column', column: 2, separator: null, skip: 0 } }],
    [
      'keys: { column: 2, separator: ",", skip: 1 }',
      { keep: 'keys', how: { by: 'column', column: 2, separator: ',', skip: 1 } },
    ],
    ['keys: { json: $.s, field: $.name }', { keep: 'keys', how: { by: 'json', path: '$.s', field: '$.name' } }],
    ['keys: { matches: "svc=(.*)" }', { keep: 'keys', how: { by: 'matches', pattern: 'svc=(.*)' } }],
    ['numbers: one', { keep: 'numbers', how: { by: 'one' } }],
    [
      'numbers: { orders: { json: $.o }, queue: { matches: "q=(.*)" } }',
      {
        keep: 'numbers',
        how: {
          by: 'named',
          names: [
            { name: 'orders', at: 'json', path: '$.o' },
            { name: 'queue', at: 'matches', pattern: 'q=(.*)' },
          ],
        },
      },
    ],
    ['pairs: lines', { keep: 'numbers', how: { by: 'lines' } }],
    [
      'pairs: { name: 1, number: 3 }',
      { keep: 'numbers', how: { by: 'columns', name: 1, number: 3, separator: null, skip: 0 } },
    ],
    ['pairs: { json: $.q }', { keep: 'numbers', how: { by: 'json', path: '$.q' } }],
    ['pairs: { matches: "(.*)=(.*)" }', { keep: 'numbers', how: { by: 'matches', pattern: '(.*)=(.*)' } }],
  ])('reads %s', (written, reading) => {
    const [action] = actions(step('a', `on: app\nsnapshot: { command: ls, ${written} }`));
    expect(action).toMatchObject({ kind: 'snapshot', reading, mayBeEmpty: false });
  });

  it.each([
    ['{ command: ls }', ['16:19 snapshot-without-reading']],
    ['{ command: ls, keys: lines, numbers: one }', ['16:56 snapshot-two-readings']],
    ['{ command: ls, keys: { json: s } }', ['16:48 json-path-invalid']],
    ['{ command: ls, keys: { matches: "(" } }', ['16:51 regex-invalid']],
    ['{ command: ls, pairs: { matches: "(a)=b" } }', ['16:52 regex-groups']],
    ['{ command: ls, keys: { column: 0 } }', ['16:50 column-invalid']],
    ['{ command: ls, keys: lines, empty: yes }', ['16:54 value-unknown']],
  ])('refuses %s at its place', (written, expected) => {
    expect(errors(step('a', `on: app\nsnapshot: ${written}`))).toEqual(expected);
  });

  it('compares on the hosts of the snapshot, with what is expected and how far numbers may be', () => {
    const compare =
      'compare: { with: before, tolerance: 5%, allow: { added: "trade.new.*", missing: [a, b], changed: { "q*": 10, r: 1% } } }';
    const plan = resolvePlan(sound(checklist(before, step('after', compare))), 'prod');
    expect(plan.steps[1]?.targets).toEqual(['app1', 'app2']);
    expect(plan.steps[1]?.action).toEqual({
      kind: 'compare',
      with: 'before',
      tolerance: { type: 'percent', most: 5 },
      allowed: {
        added: ['trade.new.*'],
        missing: ['a', 'b'],
        changed: [
          { names: 'q*', tolerance: { type: 'absolute', most: 10 } },
          { names: 'r', tolerance: { type: 'percent', most: 1 } },
        ],
      },
    });
  });

  it('takes numbers without quotes as keys, and lets any change of a name through', () => {
    const [, action] = actions(
      before,
      step('after', 'compare: { with: before, allow: { added: [8080, 8081], changed: "seen.*" } }'),
    );
    expect(action).toMatchObject({
      allowed: { added: ['8080', '8081'], changed: [{ names: 'seen.*', tolerance: null }] },
    });
  });

  it.each([
    [step('after', 'on: app\ncompare: { with: befor }'), ['20:26 compare-without-snapshot']],
    [step('after', 'on: [app, db1]\ncompare: { with: before }'), ['20:26 compare-other-hosts']],
    [step('after', 'compare: { with: before, tolerance: a lot }'), ['19:45 tolerance-invalid']],
  ])('refuses a comparison that could never be made: %s', (written, expected) => {
    expect(errors(before, written)).toEqual(expected);
  });

  it('knows a snapshot only after it was taken', () => {
    expect(errors(step('after', 'on: app\ncompare: { with: before }'), before)).toEqual([
      '16:26 compare-without-snapshot',
    ]);
  });

  it('asks a database from no host at all, with tabs between the columns', () => {
    const query = 'snapshot: { database: trade, query: "SELECT name, host FROM p", keys: { column: 1 }, timeout: 5s }';
    const plan = resolvePlan(sound(checklist(step('a', query), step('b', 'compare: { with: a }'))), 'prod');
    expect(plan.steps.map(({ targets }) => targets)).toEqual([['desk'], ['desk']]);
    expect(plan.steps[0]?.action).toMatchObject({
      look: { kind: 'query', database: 'trade', text: 'SELECT name, host FROM p', timeoutMs: 5_000 },
      reading: { how: { by: 'column', separator: '\t' } },
    });
  });

  it.each([
    ['{ keys: lines }', ['15:19 snapshot-without-look']],
    ['{ command: ls, database: trade, query: SELECT 1, keys: lines }', ['15:58 snapshot-two-looks']],
    ['{ query: SELECT 1, keys: lines }', ['15:28 snapshot-without-database']],
    ['{ database: trad, query: SELECT 1, keys: lines }', ['15:31 sql-database-unknown']],
    ['{ database: old, query: SELECT 1, keys: lines }', ['15:31 snapshot-query-client']],
    ['{ database: trade, query: DELETE FROM p, keys: lines }', ['15:45 sql-query-unusable']],
    ['{ database: trade, query: SELECT 1, sudo: true, keys: lines }', ['15:61 snapshot-key-unused']],
  ])('refuses a look that could not be made: %s', (written, expected) => {
    expect(errors(step('a', `snapshot: ${written}`)).filter((place) => !place.includes('on-missing'))).toEqual(
      expected,
    );
  });

  it('refuses a query on hosts', () => {
    const written = 'on: app\nsnapshot: { database: trade, query: SELECT 1, keys: lines }';
    expect(errors(step('a', written))).toEqual(['16:45 snapshot-query-hosts']);
  });

  it('reads a snapshot that goes in batches as one', () => {
    const batched = before.replace('snapshot:', 'batch: { size: 1, between: none }\nsnapshot:');
    const plan = resolvePlan(sound(checklist(batched, step('after', 'on: app\ncompare: { with: before }'))), 'prod');
    expect(plan.steps.map(({ id }) => id)).toEqual(['before', 'before~2', 'after']);
  });
});

describe('http as it is written', () => {
  it('asks from the host where there is one, and from here otherwise', () => {
    const written = 'http: { get: "http://${host.address}:8080/ping", status: 200, contains: ok }';
    const plan = resolvePlan(
      sound(checklist(step('a', `on: app\n${written}`), step('b', 'http: { get: "https://h5/" }'))),
      'prod',
    );
    expect(plan.steps[0]?.action).toMatchObject({
      from: 'host',
      url: 'http://a:8080/ping',
      expect: { status: [{ from: 200, to: 200 }], body: [{ test: 'contains', value: 'ok' }] },
      repeat: null,
    });
    expect(plan.steps[0]?.perTarget['app2']).toMatchObject({ url: 'http://b:8080/ping' });
    expect(plan.steps[1]?.action).toMatchObject({ from: 'desk', expect: { status: [{ from: 200, to: 299 }] } });
  });

  it('keeps secrets in headers as names, and everything else in words', () => {
    const [action] = actions(
      step(
        'a',
        `on: app
http:
  get: https://h5.test/ping
  address: \${host.address}
  headers: { Authorization: "Bearer \${token}", X-Version: 3.10, X-Release: "\${version}" }
  status: [2xx, 304]
  expect-headers: { X-Build: "\${version}", Content-Type: { contains: json } }
  json: { $.status: UP }
  certificate: 14d
  ca: ca.pem
  within: 2m
  every: 5s
  settled: 3`,
      ),
    );
    expect(action).toMatchObject({
      address: { address: 'a', port: 443 },
      headers: [
        { name: 'Authorization', value: ['Bearer ', { secret: 'token' }] },
        { name: 'X-Version', value: ['3.10'] },
        { name: 'X-Release', value: ['3.4.0'] },
      ],
      expect: {
        status: [
          { from: 200, to: 299 },
          { from: 304, to: 304 },
        ],
        headers: [
          { name: 'X-Build', tests: [{ test: 'equals', value: '3.4.0' }] },
          { name: 'Content-Type', tests: [{ test: 'contains', value: 'json' }] },
        ],
        body: [{ test: 'json', path: '$.status', equals: 'UP' }],
      },
      certificateMs: 14 * 86_400_000,
      ca: 'ca.pem',
      repeat: { everyMs: 5_000, withinMs: 120_000, inARow: 3 },
    });
  });

  it.each([
    ['{ get: h5/ping }', ['16:22 http-url-invalid']],
    ['{ get: "http://u:p@h5/" }', ['16:22 http-url-invalid']],
    ['{ get: "https://h5/?t=${token}" }', ['16:37 secret-in-text']],
    ['{ get: "http://h5/", certificate: 14d }', ['16:49 http-certificate-without-tls']],
    ['{ get: "http://h5/", address: "h5:x" }', ['16:45 http-address-invalid']],
    ['{ get: "http://h5/", settled: 3 }', ['16:45 http-settled-without-within']],
    ['{ get: "http://h5/", every: 1s }', ['16:43 http-every-without-within']],
    ['{ get: "http://h5/", within: 5s, every: 2s, settled: 9 }', ['16:68 wait-impossible']],
    ['{ get: "http://h5/", status: 20 }', ['16:44 status-invalid']],
    ['{ get: "http://h5/", headers: { "a b": c } }', ['16:47 header-invalid']],
  ])('refuses %s at its place', (written, expected) => {
    expect(errors(step('a', `on: app\nhttp: ${written}`))).toEqual(expected);
  });

  it('needs hosts to ask from one', () => {
    expect(errors(step('a', 'http: { get: "http://h5/", from: host }'))).toEqual(['15:9 on-missing']);
  });

  it('freezes the authority with the checklist', () => {
    const plan = resolvePlan(sound(checklist(step('a', 'http: { get: "https://h5/", ca: certs/ca.pem }'))), 'prod');
    expect(plan.steps[0]?.action).toMatchObject({ ca: 'certs/ca.pem' });
  });
});

describe('announce as it is written', () => {
  it('keeps words about the run for later and puts everything else in', () => {
    const [action] = actions(
      step('a', 'announce: { to: duty, text: "${version}: ${run.result}, $${x} ${run.deferred}" }'),
    );
    expect(action).toEqual({
      kind: 'announce',
      to: 'duty',
      draft: ['3.4.0: ', { run: 'result' }, ', ${x} ', { run: 'deferred' }],
    });
  });

  it.each([
    ['{ to: dutty, text: x }', ['15:25 channel-unknown']],
    ['{ to: duty, text: "${run.resul}" }', ['15:37 announce-word-unknown']],
    ['{ to: duty, text: "${versio}" }', ['15:38 variable-misspelt']],
    ['{ to: duty, text: "${hook}" }', ['15:38 secret-in-text']],
    ['{ to: duty }', ['15:19 key-missing']],
  ])('refuses %s at its place', (written, expected) => {
    expect(errors(step('a', `announce: ${written}`))).toEqual(expected);
  });
});

describe('what these steps say of themselves', () => {
  it.each(['en', 'zh'] as const)('is whole sentences in %s, nothing left unfilled', (language) => {
    const { t } = createTranslator(language);
    const words = (key: string, params?: Readonly<Record<string, unknown>>) => t(`steps:${key}`, { ...params });
    const all = actions(
      before,
      step('after', 'compare: { with: before, tolerance: 5%, allow: { added: a, missing: b, changed: c } }'),
      step(
        'h',
        'on: app\nhttp: { get: "https://h5/", address: "a:1", certificate: 14d, within: 1m, json: { $.a: 1 } }',
      ),
      step('d', 'announce: { to: duty, text: "${run.result}" }'),
    );
    for (const action of all) {
      const lines = describeAction(action, words);
      expect(lines.length).toBeGreaterThan(1);
      for (const line of lines) expect(line).not.toMatch(/\{\{|^[a-z]+-[a-z-]+$/);
    }
  });
});
