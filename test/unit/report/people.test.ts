import { describe, expect, test } from 'vitest';
import type { Actor, RunEvent } from '../../../shared/contract/events.ts';
import { mirrorRefusals } from '../../../shared/contract/mirror-refusals.ts';
import { reportHtml } from '../../../shared/report/html.ts';
import { buildReport, type ReportModel, type ReportProof } from '../../../shared/report/model.ts';
import { en } from '../../../shared/text/en/index.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { admitted, app, asked, entered, identified, opened, passed, proof, signing, tell } from './run-records.ts';

type Told = RunEvent | readonly [Actor, RunEvent];

const plan = planOf([step('stop'), step('switch', { countersign: 'both' })], { production: true });
const bo: Actor = { kind: 'checker', name: 'Bo' };

function reportOf(events: readonly Told[], given: ReportProof = proof): ReportModel {
  const model = buildReport(tell(plan, events), given);
  if (model === null) throw new Error('no report');
  return model;
}

/** Ada operates, Bo checks. */
const two: readonly Told[] = [
  opened('s1', { person: 'ada', machine: 'desk-1' }),
  identified('s1', 'Ada'),
  asked('p1', 'Bo'),
  admitted('p1'),
  { type: 'run-started', data: {} },
  entered('stop'),
  ...passed('a1', 'stop', 'app1'),
  entered('switch'),
];

const presence = (to: 'here' | 'gone', cause: 'link' | 'silent' | null = null): Told => [
  app,
  { type: 'participant-presence', data: { participant: 'p1', presence: to, cause, silentMs: 9 } },
];

/** Everything that two people can do to a run. */
function story(text: string): readonly Told[] {
  return [
    opened('s1', { person: text, machine: text }),
    identified('s1', text),
    [app, { type: 'join-refused', data: { code: 'token-used', address: text, name: text, publicKey: null, times: 3 } }],
    asked('p1', text, { contact: text, machine: text, address: text, sameMachine: true }),
    admitted('p1'),
    asked('p2', text, { publicKey: 'Q'.repeat(44) }),
    { type: 'participant-declined', data: { participant: 'p2', reason: text } },
    asked('p3', text, { publicKey: 'R'.repeat(44) }),
    admitted('p3', 'observer'),
    { type: 'run-started', data: {} },
    entered('stop'),
    ...passed('a1', 'stop', 'app1'),
    entered('switch'),
    presence('gone', 'silent'),
    [app, { type: 'run-held', data: { reason: text, cause: 'checker-gone', minutes: null } }],
    presence('here'),
    { type: 'run-continued', data: {} },
    signing('countersign-rejected', 'switch', 'before', text),
    {
      type: 'permission-asked',
      data: { step: 'switch', targets: [{ target: 'app1', number: 1 }], reason: text, choice: null },
    },
    signing('countersigned', 'switch', 'before'),
    ...passed('a2', 'switch', 'app1'),
    { type: 'countersign-waived', data: { step: 'switch', reason: text, mode: 'after' } },
    [
      bo,
      {
        type: 'interruption-logged',
        data: { interruption: 'i1', participant: 'p1', from: text, what: text, urgency: 'now' },
      },
    ],
    [app, { type: 'interruptions-shown', data: { interruptions: ['i1'] } }],
    { type: 'interruption-answered', data: { interruption: 'i1', answer: text } },
    [bo, { type: 'handover-declined', data: { participant: 'p1', reason: text } }],
    { type: 'participant-dismissed', data: { participant: 'p1', reason: text } },
    opened('s2', { person: text, machine: `${text}-2` }),
    identified('s2', text),
    [
      app,
      {
        type: 'pen-taken',
        data: {
          how: 'takeover',
          participant: 'p1',
          reason: text,
          from: { seq: 7, hash: 'a'.repeat(64) },
          signature: 's'.repeat(88),
        },
      },
    ],
  ];
}

test('the report tells who signed with which key at which machine, and how far their receipts reach', () => {
  const signer = { name: 'Bo', publicKey: 'B'.repeat(44), fingerprint: 'SHA256:Bo', admitted: true, count: 3 };
  const receipts = {
    ...{ source: 'run' as const, count: 3, lastSeq: 9, toEnd: false, contradict: false },
    signers: [{ ...signer, lastSeq: 9, lastAt: '2026-11-20T14:01:00.000Z' }],
  };
  const model = reportOf([...two, signing('countersigned', 'switch', 'before')], { ...proof, receipts });
  expect(model.sessions).toMatchObject([{ identity: { name: 'Ada', publicKey: 'A'.repeat(44) } }]);
  expect(model.participants).toMatchObject([
    { name: 'Bo', role: 'checker', signatures: 1, sameMachine: false, sameKey: false, until: null },
  ]);
  const document = reportHtml(model, 'en');
  const first = document.slice(0, document.indexOf('<h2>'));
  expect(first).toContain(`SHA256:of-${'A'.repeat(44)}`);
  expect(first).toContain(`SHA256:of-${'B'.repeat(44)}`);
  expect(first).toContain('Bo-pc · one signature · last receipt for record 9 of');
  expect(first).not.toContain(en.report.sameMachine);
  expect(document).toContain(`Bo allowed it beforehand, 14:00:`);
  expect(document).toContain('e'.repeat(64));
  expect(document).toContain('receipts.jsonl');
});

test('one computer with two windows, and one key for two people, are marked on the first page', () => {
  const alone = (given: Parameters<typeof asked>[2]) =>
    reportHtml(reportOf([opened('s1'), identified('s1', 'Ada'), asked('p1', 'Bo', given), admitted('p1')]), 'en');
  const first = (document: string) => document.slice(0, document.indexOf('<h2>'));
  expect(first(alone({ sameMachine: true }))).toContain(en.report.sameMachine);
  expect(first(alone({ publicKey: 'A'.repeat(44) }))).toContain(en.report.sameKey);
  expect(first(alone({}))).not.toMatch(new RegExp(`${en.report.sameMachine}|${en.report.sameKey}`));
  expect(first(reportHtml(reportOf([opened('s1')]), 'en'))).toContain(en.report.noChecker);
});

test('a rejection is told with its reason and with what followed', () => {
  const rejected = signing('countersign-rejected', 'switch', 'before', 'wrong host');
  const open = reportOf([...two, rejected]).exceptions;
  expect(open).toMatchObject([{ kind: 'countersign-rejected', by: 'Bo', reason: 'wrong host', followed: 'open' }]);
  const signed = reportOf([...two, rejected, signing('countersigned', 'switch', 'after')]).exceptions;
  expect(signed).toMatchObject([{ followed: 'open' }]);
  const then = reportOf([...two, rejected, signing('countersigned', 'switch', 'before')]).exceptions;
  expect(then).toMatchObject([{ followed: 'signed', until: expect.stringContaining('14:00:1') }]);
});

test('an absent checker is told from when to when, an observer not at all', () => {
  const gone = reportOf([...two, presence('gone', 'link'), presence('here'), presence('gone', 'silent')]).exceptions;
  expect(gone).toMatchObject([
    { kind: 'checker-gone', by: 'Bo', cause: 'link', until: expect.any(String) },
    { kind: 'checker-gone', cause: 'silent', until: null },
  ]);
  const watcher = [opened('s1'), asked('p1', 'Bo'), admitted('p1', 'observer'), presence('gone', 'link')];
  expect(reportOf(watcher).exceptions).toEqual([]);
});

test('a takeover stands first of all, with the record after which the history was broken off', () => {
  const model = reportOf(story('Cy'));
  expect(model.pen).toMatchObject([
    { name: 'Cy', machine: 'Cy', how: 'began' },
    { name: 'Cy', machine: 'Cy-2', how: 'takeover', until: null },
  ]);
  const document = reportHtml(model, 'en');
  expect(document.indexOf(en.report.breakWord)).toBeGreaterThan(0);
  expect(document.indexOf(en.report.breakWord)).toBeLessThan(document.indexOf('class="facts"'));
  expect(document).toContain('took the pen after record 7');
});

test('receipts that speak against the history are an alarm on the first page', () => {
  const alarmed = reportOf(two, { ...proof, receipts: { ...proof.receipts, contradict: true } });
  expect(reportHtml(alarmed, 'en')).toContain(en.report.receiptsContradict);
  expect(reportHtml(reportOf(two), 'en')).not.toContain(en.report.receiptsContradict);
});

test('a run that another person went on with has two holders of the pen', () => {
  const { pen } = reportOf([
    opened('s1', { person: 'ada', machine: 'desk-1' }),
    identified('s1', 'Ada'),
    opened('s2', { person: 'ada', machine: 'desk-1', resumed: true }),
    opened('s3', { person: 'cy', machine: 'desk-2', resumed: true }),
    identified('s3', 'Cy'),
  ]);
  expect(pen).toMatchObject([
    { name: 'Ada', how: 'began', until: expect.any(String) },
    { name: 'Cy', machine: 'desk-2', how: 'resumed', until: null },
  ]);
});

describe.each(['en', 'zh'] as const)('two people in the HTML report in %s', (language) => {
  const tags = (document: string) => [...document.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/"[^"]*"/g, '""'));

  test('no text of theirs can make a tag', () => {
    const plain = tags(reportHtml(reportOf(story('x')), language));
    for (const text of ['<script>alert(1)</script>', '"><img src=x>', '{{count}} $t(report:usage) <i>']) {
      expect(tags(reportHtml(reportOf(story(text)), language))).toEqual(plain);
    }
  });

  test('every sentence exists, whatever the cause and the code', () => {
    const more: Told[] = [
      ...mirrorRefusals.map(
        (code): Told => [
          app,
          { type: 'join-refused', data: { code, address: 'a', name: null, publicKey: null, times: 1 } },
        ],
      ),
      { type: 'run-held', data: { reason: 'x', cause: 'operator', minutes: null } },
      { type: 'run-held', data: { reason: 'x', cause: 'checker', minutes: null } },
      { type: 'run-held', data: { reason: 'x', cause: 'handover', minutes: null } },
      [
        bo,
        {
          type: 'handed-over',
          data: { participant: 'p1', head: { seq: 3, hash: 'a'.repeat(64) }, signature: 's'.repeat(88) },
        },
      ],
      [bo, { type: 'participant-left', data: { participant: 'p1' } }],
    ];
    const document = reportHtml(reportOf([...story('x'), ...more]), language);
    expect(document).not.toMatch(/\{\{|\}\}|undefined|\[object|report:/);
    const visible = document.replace(/<style>[\s\S]*<\/style>/, '').replace(/<[^>]*>/g, '\n');
    for (const one of Object.keys(en.report).filter((name) => name.includes('_'))) expect(visible).not.toContain(one);
    expect(document).not.toMatch(/<th(?![^>]*scope=)[ >]/);
  });
});
