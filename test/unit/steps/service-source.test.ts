import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChecklist } from '../../../shared/checklist/parse.ts';
import type { PlanStep } from '../../../shared/checklist/plan.ts';
import { resolvePlan } from '../../../shared/checklist/resolve.ts';
import { onlyChoice, pidOfChoice } from '../../../shared/steps/actions/service.ts';
import { describe as describeAction } from '../../../shared/steps/index.ts';
import { readServiceNote, serviceNote } from '../../../shared/steps/service-note.ts';
import { steps as english } from '../../../shared/text/en/steps.ts';

function parsed(steps: string) {
  const text = `checklist: 1
title: Services
vars: { tomcat: /opt/tomcat, base: "a+b" }
environments:
  prod:
    hosts: { app1: { address: app1, groups: [app] }, app2: { address: app2, groups: [app] } }
phases:
  - hot: Release
    steps:
${steps
  .trim()
  .split('\n')
  .map((line) => `      ${line}`)
  .join('\n')}
`;
  return parseChecklist(text, 'release.yaml');
}

function plan(steps: string): readonly PlanStep[] {
  const { checklist, problems } = parsed(steps);
  if (checklist === null || problems.some(({ severity }) => severity === 'error'))
    throw new Error(JSON.stringify(problems));
  return resolvePlan(checklist, 'prod').steps;
}

const codes = (steps: string): readonly string[] =>
  parsed(steps)
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ code }) => code);

const step = (what: string, id = 's', on = 'app'): string => `- { id: ${id}, title: ${id}, on: ${on}, ${what} }\n`;

describe('how a service is written', () => {
  it('reads the example of the design: a stop by pattern, and a start that takes the pattern over', () => {
    const [stop, start] = plan(`
- id: stop
  title: Stop tomcat
  on: app
  service: { stop: "\${tomcat}/bin/catalina.sh stop 30", process: org.apache.catalina.startup.Bootstrap, within: 60s }
  rollback: { service: { start: "\${tomcat}/bin/catalina.sh start", port: 8080, within: 120s } }
- id: start
  title: Start tomcat
  on: app
  service: { start: "\${tomcat}/bin/catalina.sh start", log: "\${tomcat}/logs/catalina.out", ready: "Server startup in", within: 180s }
`);
    const identity = { by: 'pattern', pattern: 'org.apache.catalina.startup.Bootstrap' };
    expect(stop?.action).toMatchObject({
      kind: 'service',
      does: { type: 'stop', stop: { command: '/opt/tomcat/bin/catalina.sh stop 30', timeoutMs: 60_000 } },
      identity,
      withinMs: 60_000,
      settleMs: 2_000,
    });
    expect(stop?.effect).toBe('write');
    expect(stop?.verify?.action).toMatchObject({ kind: 'process', identity, want: { type: 'absent' } });
    expect(stop?.rollback?.action).toMatchObject({ does: { type: 'start' }, identity: { by: 'port', port: 8080 } });
    const ready = {
      log: {
        path: '/opt/tomcat/logs/catalina.out',
        ready: [{ test: 'contains', value: 'Server startup in' }],
        failed: [],
      },
      port: null,
      http: null,
    };
    expect(start?.action).toMatchObject({ does: { type: 'start' }, identity, ready, withinMs: 180_000 });
    expect(start?.verify?.action).toMatchObject({ kind: 'process', identity, want: { type: 'started', ready } });
  });

  it('puts variables into a pattern so that they match themselves', () => {
    const [one] = plan(step('service: { stop: "true", process: "^java .*${base}$" }'));
    expect(one?.action).toMatchObject({ identity: { pattern: '^java .*a\\+b$' } });
  });

  it('asks systemd and supervisor in their own words, quoted', () => {
    const [nginx, trade, own] = plan(
      step('service: { do: stop, systemd: nginx }', 'a') +
        step('service: { do: restart, supervisor: { program: trade, config: "/etc/my conf" } }', 'b') +
        step('service: { do: start, systemd: { unit: "x@1.service", scope: user } }', 'c'),
    );
    expect(nginx?.action).toMatchObject({ does: { stop: { command: 'systemctl stop -- nginx' } } });
    expect(trade?.action).toMatchObject({
      does: { restart: { command: "supervisorctl -c '/etc/my conf' restart trade" } },
    });
    expect(own?.action).toMatchObject({ does: { start: { command: 'systemctl --user start -- x@1.service' } } });
  });

  it('keeps numbers and words as they were written', () => {
    const [one] = plan(step('service: { stop: "true", process: 4711 }'));
    expect(one?.action).toMatchObject({ identity: { pattern: '4711' } });
  });

  it.each([
    ['service: { stop: x }', 'service-without-identity'],
    ['service: { process: x }', 'service-does-what'],
    ['service: { stop: x, restart: y, process: z }', 'service-does-what'],
    ['service: { do: stop, process: x }', 'service-do-without-manager'],
    ['service: { do: stop, stop: x, systemd: y }', 'service-do-without-manager'],
    ['service: { stop: x, process: y, systemd: z }', 'identity-twice'],
    ['service: { stop: x, process: y, log: /l, ready: z }', 'service-ready-of-stop'],
    ['service: { start: x, process: y, ready: z }', 'service-ready-without-log'],
    ['service: { start: x, process: y, log: /l }', 'service-log-without-ready'],
    ['service: { start: x, process: y, http: "ftp://a" }', 'service-http-invalid'],
    ['service: { start: x, process: "(" }', 'regex-invalid'],
    ['service: { do: stop, systemd: "a b" }', 'service-name-invalid'],
    ['service: { do: stop, systemd: "-H evil" }', 'service-name-invalid'],
    ['service: { do: stop, supervisor: all }', 'service-name-invalid'],
    ['service: { start: x, process: y, port: 99999 }', 'port-invalid'],
    ['process: {}', 'process-without-identity'],
    ['process: { pattern: x, is: absent, count: 2 }', 'process-asks-twice'],
    ['process: { pattern: x, same-as: nobody }', 'process-same-as-unknown'],
    ['process: "["', 'regex-invalid'],
  ])('refuses %s', (what, code) => {
    expect(codes(step(what))).toContain(code);
  });

  it('does not guess the process of a start when the stops before it differ', () => {
    const stops =
      step('service: { stop: x, process: one }', 'a', 'app1') + step('service: { stop: x, process: two }', 'b', 'app2');
    expect(codes(stops + step('service: { start: x }', 'c'))).toEqual(['service-without-identity']);
    expect(codes(stops + step('service: { start: x }', 'c', 'app1'))).toEqual([]);
  });

  it('describes each form in words that exist', () => {
    const known = (key: string): string => {
      expect(Object.keys(english)).toContain(key);
      return key;
    };
    const all = plan(
      step('service: { stop: x, process: y, port: 80, several: true }', 'a') +
        step(
          'service: { start: x, pid-file: /p, process: y, log: /l, ready: r, failed: [f], http: "http://h/" }',
          'b',
        ) +
        step('service: { restart: x, pid-file: /p }', 'c') +
        step('service: { stop: x, start: y, port: 80, sudo: true }', 'd') +
        step('service: { do: stop, supervisor: s }', 'e') +
        step('process: y', 'f') +
        step('process: { systemd: y, count: 2, sudo: true }', 'g') +
        step('process: { pattern: y, same-as: f }', 'h'),
    );
    for (const one of all) {
      expect(describeAction(one.action, known).length).toBeGreaterThan(0);
      if (one.verify !== null) expect(describeAction(one.verify.action, known).length).toBeGreaterThan(0);
    }
  });
});

describe('what a service step writes down before its effect', () => {
  it('reads back what it wrote', () => {
    const place = fc.record({ inode: fc.option(fc.nat().map(String)), from: fc.nat() });
    const note = fc.record({
      act: fc.constantFrom('stop', 'start', 'restart', 'kill', 'kill-9'),
      boot: fc.uuid(),
      processes: fc.array(fc.record({ pid: fc.nat(), start: fc.nat() })),
      log: fc.option(place),
    });
    fc.assert(fc.property(note, (written) => void expect(readServiceNote(serviceNote(written))).toEqual(written)));
  });

  it('takes no other text for a note', () => {
    expect(readServiceNote('')).toBeNull();
    expect(readServiceNote('stop | boot x | pids 1@2, 3@4 | log -')).toBeNull();
    expect(readServiceNote('stop | boot x | pids 1@2 | log - | more')).toBeNull();
  });

  it('names one of several by its pid and nothing else', () => {
    fc.assert(fc.property(fc.nat(), (pid) => void expect(pidOfChoice(onlyChoice(pid))).toBe(pid)));
    expect([pidOfChoice(null), pidOfChoice('kill-9'), pidOfChoice('only-1x')]).toEqual([null, null, null]);
  });
});
