import { describe, expect, test } from 'vitest';
import { resolvePlan } from '../../../shared/checklist/resolve.ts';
import type { LogAction } from '../../../shared/steps/actions/log.ts';
import { placesOf, sound } from '../checklist/fixtures.ts';

const checklist = (step: string, before = ''): string => `checklist: 1
title: Trade
environments:
  pre: { hosts: { app1: { address: 10.0.0.1 } } }
  prod: { production: true, hosts: { app1: { address: 10.0.0.2 } } }
vars: { tomcat: /opt/tomcat, page: "Order(Page)" }
phases:
  - observe: Watch
    steps:
${before}      - { id: watch, title: Watch, on: app1, log: ${step} }
`;
const mark = '      - { id: marked, title: Mark, on: app1, log: { mark: /var/log/a.log } }\n';

function action(step: string, environment = 'pre', before = ''): LogAction {
  const found = resolvePlan(sound(checklist(step, before)), environment).steps.at(-1)?.action;
  if (found?.kind !== 'log') throw new Error('no log step');
  return found;
}
const errors = (step: string, before = ''): readonly string[] =>
  placesOf(checklist(step, before), 'pre').filter((place) => place.includes(' error '));

describe('a log step as it is written', () => {
  test('needs no more than its files: five minutes from now on, everything new', () => {
    expect(action('{ files: "${tomcat}/logs/catalina.out" }')).toEqual({
      kind: 'log',
      files: ['/opt/tomcat/logs/catalina.out'],
      sudo: null,
      watch: {
        forMs: 300_000,
        baseline: null,
        expect: [],
        forbid: [],
        silenceMs: null,
        from: { type: 'now' },
        restart: null,
      },
    });
  });

  test('says all it can', () => {
    const step =
      '{ files: [/a.log, /b.log], for: 6m, from: "step:marked", baseline: known.yaml, expect: "${page} ready", forbid: [{ matches: "^${page} .*down" }, "==> Preparing:"], silence: 60s, restart: { line: Server startup in, pid-file: /run/t.pid }, sudo: tomcat }';
    const before = mark.replace('/var/log/a.log', '[/a.log, /b.log]');
    expect(action(step, 'prod', before)).toMatchObject({
      sudo: 'tomcat',
      watch: {
        forMs: 360_000,
        baseline: { path: 'known.yaml', required: true },
        expect: [{ test: 'contains', value: 'Order(Page) ready' }],
        // A value that is put into a regular expression matches itself.
        forbid: [
          { test: 'matches', value: '^Order\\(Page\\) .*down' },
          { test: 'contains', value: '==> Preparing:' },
        ],
        silenceMs: 60_000,
        from: { type: 'step', step: 'marked' },
        restart: { line: { test: 'contains', value: 'Server startup in' }, pidFile: '/run/t.pid' },
      },
    });
    expect(action(step, 'pre', before).watch?.baseline?.required).toBe(false);
  });

  test('a mark only names files, and no watch is asked for', () => {
    expect(action('{ mark: [/a.log], sudo: true }')).toEqual({
      kind: 'log',
      files: ['/a.log'],
      sudo: 'root',
      watch: null,
    });
  });

  test.each([
    ['{ files: logs/a.log }', '10:60 error log-file-not-absolute'],
    ['{ files: [/a.log, /var/log/*.log] }', '10:69 error log-file-pattern'],
    ['{ files: [/a.log, /a.log] }', '10:60 error log-file-twice'],
    ['{ files: [/1, /2, /3, /4, /5, /6, /7] }', '10:60 error log-files-too-many'],
    ['{ files: /a.log, silence: 6m }', '10:77 error log-silence-too-long'],
    ['{ files: /a.log, from: yesterday }', '10:74 error log-from-unknown'],
    ['{ files: /a.log, from: "step:nowhere" }', '10:74 error log-from-no-step'],
    ['{ files: /a.log, forbid: [{ matches: "(" }] }', '10:88 error regex-invalid'],
    ['{ files: /a.log, restart: {} }', '10:77 error log-restart-empty'],
  ])('%s is refused where it is wrong', (step, place) => {
    expect(errors(step)).toEqual([place]);
  });

  test('a watch can only begin where an earlier step notes the end of the very same files', () => {
    expect(errors('{ files: /var/log/a.log, from: "step:marked" }', mark)).toEqual([]);
    expect(errors('{ files: /var/log/b.log, from: "step:marked" }', mark)).toEqual(['11:82 error log-from-not-noted']);
  });
});
