import { expect, test } from 'vitest';
import { failure } from '../../../shared/contract/failure.ts';
import { buildReport, openSteps, type ReportModel } from '../../../shared/report/model.ts';
import { manualStep, planOf, step } from '../../helpers/plans.ts';
import { app, begun, entered, opened, over, passed, proof, tell } from './run-records.ts';

function reportOf(...args: Parameters<typeof tell>): ReportModel {
  const model = buildReport(tell(...args), proof);
  if (model === null) throw new Error('no report');
  return model;
}

const plan = planOf([step('stop', { targets: ['app1', 'app2'], plannedMs: 60_000 }), step('start')]);
const started = [opened('s1'), { type: 'run-started', data: {} } as const] as const;

test('there is no report of records that do not begin with a run', () => {
  expect(buildReport([], proof)).toBeNull();
  expect(buildReport(tell(plan, [opened('s1')]).slice(1), proof)).toBeNull();
});

test('a run without surprises has no exceptions, and every step its planned and actual time', () => {
  const model = reportOf(plan, [
    ...started,
    entered('stop'),
    ...passed('a1', 'stop', 'app1'),
    ...passed('a2', 'stop', 'app2'),
    entered('start'),
    ...passed('a3', 'start', 'app1'),
    { type: 'run-ended', data: { result: 'completed', reason: null } },
    [app, { type: 'session-closed', data: { reason: 'ended' } }],
  ]);
  expect(model.exceptions).toEqual([]);
  expect(model.result).toBe('completed');
  expect(model.counts.passed).toBe(2);
  expect(model.steps[0]).toMatchObject({ plannedMs: 60_000, actualMs: 4_000, status: 'passed', passed: 2 });
  expect(model.durationMs).toBe(9_000);
  expect(model.people).toEqual([
    { name: 'Li Wei', acts: 5, firstAt: '2026-11-20T14:00:02.000Z', lastAt: '2026-11-20T14:00:11.000Z' },
  ]);
  expect(model.sessions).toMatchObject([{ session: 's1', publicKey: 'KEY=', closed: 'ended', records: 12 }]);
  expect(model.journal).toMatchObject({ records: 13, head: `${'0'.repeat(63)}c` });
});

test('a failure that a second attempt mended is still told, with both attempts and the reason', () => {
  const model = reportOf(plan, [
    ...started,
    begun('a1', 'stop', 'app1'),
    over('a1', { verdict: 'failed', failure: failure('timeout', { seconds: '60' }) }),
    begun('a2', 'stop', 'app1', { number: 2, reason: 'the hook was removed' }),
    over('a2'),
  ]);
  expect(model.exceptions).toMatchObject([
    { kind: 'attempt', step: 'stop', target: 'app1', number: 1, verdict: 'failed', failure: { code: 'timeout' } },
    { kind: 'retried', step: 'stop', target: 'app1', number: 2, reason: 'the hook was removed', by: 'Li Wei' },
  ]);
  expect(model.steps[0]?.targets[0]?.status).toBe('passed');
});

test('an unknown, its probe and the decision after it are three entries, and the probe itself is none', () => {
  const model = reportOf(plan, [
    ...started,
    begun('a1', 'stop', 'app1'),
    over('a1', { verdict: 'unknown', exit: null, failure: failure('link-lost', { host: 'app1' }) }),
    begun('a2', 'stop', 'app1', { purpose: 'probe', effect: 'read' }),
    over('a2', { verdict: 'failed' }),
    [
      app,
      { type: 'probe-concluded', data: { step: 'stop', target: 'app1', unknown: 'a1', probe: 'a2', says: 'unclear' } },
    ],
    {
      type: 'target-decided',
      data: {
        step: 'stop',
        target: 'app1',
        decision: 'deferred',
        reason: 'app1 is out of traffic',
        owner: 'Chen',
        due: null,
      },
    },
  ]);
  expect(model.exceptions.map((one) => one.kind)).toEqual(['attempt', 'probed', 'decided']);
  expect(model.steps[0]?.targets[0]).toMatchObject({
    status: 'deferred',
    attempts: [{ probeSays: null }, { probeSays: 'unclear' }],
    decisions: [{ decision: 'deferred', owner: 'Chen', by: 'Li Wei' }],
  });
});

test('earlier decisions stay in the report when a later one replaces them in the state', () => {
  const decide = (decision: 'was-not-done' | 'overridden', reason: string) =>
    ({
      type: 'target-decided',
      data: { step: 'start', target: 'app1', decision, reason, owner: null, due: null },
    }) as const;
  const model = reportOf(plan, [...started, decide('was-not-done', 'first'), decide('overridden', 'second')]);
  expect(model.steps[1]?.targets[0]?.decisions.map((one) => one.reason)).toEqual(['first', 'second']);
});

test('a crash is told by the session that never closed; leaving and coming back is not an exception', () => {
  const crash = reportOf(plan, [
    ...started,
    opened('s2', { resumed: true, machine: 'desk-2' }),
    [app, { type: 'journal-repaired', data: { cut: { path: 'torn-1.bin', sha256: 'b'.repeat(64), bytes: 17 } } }],
  ]);
  expect(crash.exceptions).toMatchObject([
    { kind: 'session-interrupted', session: 's1', machine: 'desk-1', at: '2026-11-20T14:00:02.000Z' },
    { kind: 'journal-repaired', path: 'torn-1.bin', bytes: 17 },
  ]);
  const pause = reportOf(plan, [
    ...started,
    [app, { type: 'session-closed', data: { reason: 'left' } }],
    opened('s2', { resumed: true }),
  ]);
  expect(pause.exceptions).toEqual([]);
});

test('holds, lost hosts, accepted keys and waived countersignatures are exceptions in the order they happened', () => {
  const signed = planOf([step('stop', { countersign: 'after' })]);
  const model = reportOf(signed, [
    ...started,
    {
      type: 'host-key-accepted',
      data: { host: 'app1', address: '10.1.0.11', port: 22, keyType: 'ssh-ed25519', fingerprint: 'SHA256:x' },
    },
    [app, { type: 'host-lost', data: { host: 'app1', failure: failure('link-lost') } }],
    { type: 'run-held', data: { reason: 'lunch', cause: 'operator', minutes: null } },
    { type: 'run-continued', data: {} },
    { type: 'countersign-waived', data: { step: 'stop', reason: 'the checker is ill', mode: 'after' } },
  ]);
  expect(model.exceptions.map((one) => one.kind)).toEqual([
    'host-key-accepted',
    'host-lost',
    'held',
    'countersign-waived',
  ]);
  expect(model.exceptions[2]).toMatchObject({ reason: 'lunch', until: '2026-11-20T14:00:06.000Z' });
});

test('a step is as bad as its worst host, and what is not settled is open', () => {
  const model = reportOf(plan, [
    ...started,
    ...passed('a1', 'stop', 'app1'),
    begun('a2', 'stop', 'app2'),
    over('a2', { verdict: 'failed' }),
  ]);
  expect(model.steps[0]).toMatchObject({ status: 'failed', passed: 1, actualMs: null });
  expect(openSteps(model).map((one) => one.id)).toEqual(['stop', 'start']);
});

test('evidence is told under the labels of the checklist', () => {
  const field = { name: 'ticket', type: 'link' as const, label: 'Change request', options: [], required: true };
  const asked = planOf([manualStep('tell', { action: { kind: 'manual', evidence: [field] } })]);
  const model = reportOf(asked, [
    ...started,
    begun('a1', 'tell', 'desk', { command: null, sent: null, account: null, recording: null }),
    over('a1', { exit: null, evidence: { ticket: 'https://example.org/CR-7' } }),
  ]);
  expect(model.steps[0]?.evidenceFields).toEqual([field]);
  expect(model.steps[0]?.targets[0]?.attempts[0]?.evidence).toEqual({ ticket: 'https://example.org/CR-7' });
});
