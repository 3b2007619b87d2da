import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planSchema } from '../../../shared/checklist/plan.ts';
import { actionFor, verifyFor } from '../../../shared/checklist/plan-lookup.ts';
import { resolvePlan } from '../../../shared/checklist/resolve.ts';
import { fixture, sound } from './fixtures.ts';

const plan = (environment: string) => resolvePlan(sound(fixture('trade-core')), environment);
const step = (environment: string, id: string) => {
  const found = [...plan(environment).steps, ...plan(environment).rollback.steps].find((one) => one.id === id);
  if (found === undefined) throw new Error(`no step ${id}`);
  return found;
};

describe('a plan', () => {
  test('keeps to its schema and is the same every time', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(['trade-core', 'pre'], ['trade-core', 'prod'], ['registry', '测试']),
        ([name = '', environment = '']) => {
          const once = resolvePlan(sound(fixture(name)), environment);
          expect(planSchema.parse(once)).toEqual(once);
          expect(JSON.stringify(resolvePlan(sound(fixture(name)), environment))).toBe(JSON.stringify(once));
        },
      ),
      { numRuns: 6 },
    );
  });

  test('numbers steps by phase and position, through atomic blocks', () => {
    expect(plan('prod').steps.map((one) => `${one.code} ${one.id} ${one.block}`)).toEqual([
      '1.1 tell-users null',
      '1.2 war-there null',
      '2.1 phone null',
      '2.2 rollback-ready~1 null',
      '2.3 stop 0',
      '2.4 gone 0',
      '2.5 schema 0',
      '2.6 start 0',
      '3.1 bake null',
      '3.2 h5 null',
      '3.3 settled null',
      '4.1 done null',
    ]);
    expect(plan('prod').blocks).toEqual([{ title: 'Replace the build', phase: 1, worstCaseMs: 720_000 }]);
  });

  test('finds hosts by group, and leaves a step without hosts at the desk', () => {
    expect(step('prod', 'stop').targets).toEqual(['app1', 'app2']);
    expect(step('pre', 'stop').targets).toEqual(['app-pre']);
    expect(step('prod', 'bake').targets).toEqual(['desk']);
  });

  test('lets a host override the checklist, and keeps an action of its own only where it differs', () => {
    const stop = step('prod', 'stop');
    expect(actionFor(stop, 'app1')).toMatchObject({
      command: '/opt/tomcat/bin/catalina.sh stop 30',
      timeoutMs: 120_000,
      expect: { exit: null },
    });
    expect(actionFor(stop, 'app2')).toMatchObject({ command: '/srv/tomcat/bin/catalina.sh stop 30' });
    expect(Object.keys(stop.perTarget)).toEqual(['app2']);
    expect(stop.rollback?.perTarget).toMatchObject({ app2: { command: '/srv/tomcat/bin/catalina.sh start' } });
    expect(verifyFor(stop, 'app2')).toMatchObject({ command: '! pgrep -f org.apache.catalina.startup.Bootstrap' });
    expect(step('prod', 'settled').perTarget).toEqual({});
    expect(step('prod', 'h5').perTarget).toMatchObject({ app2: { command: 'curl -sf http://10.1.0.12:8080/h5/ping' } });
  });

  test('quotes values inside regular expressions so that they match themselves', () => {
    expect(step('prod', 'war-there').action).toMatchObject({
      expect: { stdout: [{ test: 'lacks' }, { test: 'matches', value: '^[0-9a-f]{64}  /data/trade-3\\.4\\.0\\.war' }] },
    });
  });

  test('carries the names of secrets, never a place for their values', () => {
    expect(step('prod', 'schema').action).toMatchObject({
      command: 'mysql -u release -p"$CS_DB_PASSWORD" trade < /data/3.4.0.sql',
      secrets: ['db-password'],
    });
    expect(plan('prod').secrets).toEqual([{ name: 'db-password', prompt: 'Password of the release account, prod' }]);
  });

  test('reads the window past midnight', () => {
    expect(plan('prod').window).toEqual({
      start: '2026-11-20T22:00:00+08:00',
      warn: '2026-11-20T23:15:00+08:00',
      backOutBy: '2026-11-20T23:40:00+08:00',
      end: '2026-11-21T00:30:00+08:00',
    });
  });

  test('has effects and countersignatures by default, writes in production being countersigned', () => {
    const facts = (environment: string, id: string) => [
      step(environment, id).effect,
      step(environment, id).countersign,
    ];
    expect(facts('prod', 'stop')).toEqual(['write', 'after']);
    expect(facts('pre', 'stop')).toEqual(['write', 'none']);
    expect(facts('pre', 'phone')).toEqual(['write', 'after']);
    expect(facts('prod', 'h5')).toEqual(['read', 'none']);
    expect(facts('prod', 'bake')).toEqual(['read', 'none']);
  });

  test('numbers and names the steps of the rollback, and keeps only the order that exists here', () => {
    expect(plan('prod').rollback).toMatchObject({ order: ['yf', 'tc'], steps: [{ id: 'rollback-1', code: 'R.1' }] });
    const checklist = sound(fixture('trade-core').replace('groups: [app, tc, yf]', 'groups: [app]'));
    expect(resolvePlan(checklist, 'pre').rollback.order).toEqual([]);
  });

  test('of an unknown environment does not exist', () => {
    expect(() => plan('live')).toThrow('No environment live');
  });
});
