import { describe, expect, test } from 'vitest';
import { checkTable } from '../../../shared/contract/check-table.ts';
import type { Actor, RunEvent } from '../../../shared/contract/events.ts';
import {
  type CheckCode,
  checkCodes,
  gaps,
  lockdownEnds,
  type PreflightCheck,
  releaseCauses,
  waysOut,
} from '../../../shared/contract/lockdown.ts';
import { reportHtml } from '../../../shared/report/html.ts';
import { buildReport, type ReportModel } from '../../../shared/report/model.ts';
import { en } from '../../../shared/text/en/index.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { admitted, app, asked, entered, opened, passed, proof, tell } from './run-records.ts';

type Told = RunEvent | readonly [Actor, RunEvent];

const plan = planOf([step('stop'), step('switch')], { production: true });
const bo: Actor = { kind: 'checker', name: 'Bo' };

function reportOf(events: readonly Told[], given: Partial<typeof plan> = {}): ReportModel {
  const model = buildReport(tell({ ...plan, ...given }, events), proof);
  if (model === null) throw new Error('no report');
  return model;
}

/** A finding of preflight in which every name is `text`. */
function check(code: CheckCode, text = 'x'): PreflightCheck {
  const { item, status, params } = checkTable[code];
  return { item, status, code, params: Object.fromEntries(params.map((param) => [param, text])) };
}

const checked = (...checks: readonly PreflightCheck[]): Told => [
  app,
  { type: 'preflight-checked', data: { when: 'start', checks: [...checks] } },
];
const chosen = (on: boolean, reason: string | null = null): RunEvent => ({
  type: 'lockdown-chosen',
  data: { on, reason },
});
const blocked = (verified: boolean, daemon: string | null = 'dunst 1.9'): Told => [
  app,
  { type: 'notifications-blocked', data: { adapter: 'dunst', daemon, verified } },
];
const released = (
  verified: boolean,
  cause: (typeof releaseCauses)[number] = 'ended',
  waiting: number | null = 3,
): Told => [app, { type: 'notifications-released', data: { cause, verified, waiting } }];
const locked = (sensed = true): Told => [
  app,
  { type: 'lockdown-entered', data: { display: { width: 1920, height: 1080 }, displays: 2, sensed } },
];
const left = (cause: (typeof lockdownEnds)[number] = 'phases-over'): Told => [
  app,
  { type: 'lockdown-left', data: { cause } },
];
const gapOpened = (gap: (typeof gaps)[number], detail = ''): Told => [
  app,
  { type: 'lockdown-gap-opened', data: { gap, detail } },
];
const gapClosed = (gap: (typeof gaps)[number], durationMs: number | null): Told => [
  app,
  { type: 'lockdown-gap-closed', data: { gap, durationMs } },
];
const refused = (way: (typeof waysOut)[number], times = 1): Told => [
  app,
  { type: 'way-out-refused', data: { way, times } },
];
const glassAsked = (reason = 'fire'): RunEvent => ({ type: 'glass-asked', data: { reason } });
const glassSigned: Told = [
  bo,
  { type: 'glass-signed', data: { participant: 'p1', statement: 'd'.repeat(64), signature: 'g'.repeat(88) } },
];
const glassBroken = (signedBy: string | null): Told => [app, { type: 'glass-broken', data: { reason: 'x', signedBy } }];
const started: RunEvent = { type: 'run-started', data: {} };

/** A run that was worked locked and quiet from its first step to its last. */
const quietRun: readonly Told[] = [
  opened('s1'),
  checked(check('notifications-blocked', 'dunst 1.9'), check('power-mains')),
  chosen(true),
  started,
  blocked(true),
  locked(),
  entered('stop'),
  ...passed('a1', 'stop', 'app1'),
  entered('switch'),
  ...passed('a2', 'switch', 'app1'),
  left(),
  [app, { type: 'run-ended', data: { result: 'completed', reason: null } }],
  released(true),
];

/** Everything that can go wrong with a lock, with `text` wherever somebody or something can write. */
function story(text: string): readonly Told[] {
  return [
    opened('s1', { person: text, machine: text }),
    asked('p1', text),
    admitted('p1'),
    checked(check('notifications-not-verified', text), check('power-low', text)),
    { type: 'preflight-decided', data: { item: 'power', code: 'power-low', reason: text } },
    chosen(true, text),
    started,
    [app, { type: 'run-held', data: { reason: 'power, clock', cause: 'lockdown', minutes: null } }],
    { type: 'run-continued', data: {} },
    blocked(false, text),
    locked(false),
    entered('stop'),
    gapOpened('focus-lost', text),
    gapClosed('focus-lost', 4_200),
    gapOpened('asleep', text),
    gapClosed('asleep', null),
    gapOpened('notifications-unblocked', text),
    refused('close', 2),
    refused('developer-tools'),
    glassAsked(text),
    [bo, { type: 'glass-refused', data: { participant: 'p1', reason: text } }],
    glassAsked(text),
    { type: 'glass-withdrawn', data: {} },
    glassAsked(text),
    glassSigned,
    glassBroken('p1'),
    left('glass'),
    [app, { type: 'run-held', data: { reason: text, cause: 'glass', minutes: null } }],
    released(false, 'glass', null),
    { type: 'run-continued', data: {} },
    locked(),
    opened('s2', { person: text, machine: text, resumed: true }),
    gapOpened('app-died'),
    gapClosed('app-died', null),
    left('crashed'),
    { type: 'run-held', data: { reason: text, cause: 'operator', minutes: 10 } },
  ];
}

const firstPage = (document: string) => document.slice(0, document.indexOf('<h2>'));
const kinds = ({ exceptions }: ReportModel) => exceptions.map(({ kind }) => kind);

test('a run that was locked and verified quiet throughout has nothing to tell but when', () => {
  const model = reportOf(quietRun);
  expect(model.exceptions).toEqual([]);
  expect(model.lockdown).toMatchObject({
    chosen: true,
    on: true,
    spans: [{ sensed: true, end: 'phases-over', quiet: 'verified' }],
    quiet: [
      { adapter: 'dunst', daemon: 'dunst 1.9', verified: true, lost: 0, end: 'ended', waiting: 3, restored: true },
    ],
  });
  const document = reportHtml(model, 'en');
  expect(firstPage(document)).toContain('one stretch worked locked, 7 s<br>notifications kept back, and read back');
  expect(firstPage(document)).not.toContain('<strong>NOT');
  expect(document).toContain('dunst 1.9 kept notifications back and confirmed it.');
  expect(document).toContain('the hot phases were over');
});

test('quiet is claimed only where it was verified from the beginning of a locked stretch to its end', () => {
  const quietOf = (...events: Told[]) => {
    const model = reportOf([opened('s1'), chosen(true), started, ...events]);
    const [row = ''] = /<th scope="row">Lockdown.*/.exec(firstPage(reportHtml(model, 'en'))) ?? [];
    return [model.lockdown.spans[0]?.quiet, row.includes(en.report.quietAll_verified)];
  };
  const lost = gapOpened('notifications-unblocked');
  expect(quietOf(blocked(true), locked(), left())).toEqual(['verified', true]);
  expect(quietOf(blocked(true), locked(), lost, gapClosed('notifications-unblocked', 9), left())).toEqual([
    'let-through',
    false,
  ]);
  expect(quietOf(blocked(false), locked(), left())).toEqual(['not-verified', false]);
  expect(quietOf(blocked(true), locked(), blocked(false), blocked(true), left())).toEqual(['not-verified', false]);
  expect(quietOf(locked(), left())).toEqual(['none', false]);
  expect(quietOf(locked(), blocked(true), left())).toEqual(['none', false]);
  expect(quietOf(blocked(true), locked(), released(true, 'glass'), left('glass'))).toEqual(['none', false]);
  // What was let through while the run was held disturbed nobody who was locked in.
  expect(quietOf(blocked(true), locked(), left('held'), lost)).toEqual(['verified', true]);
});

test('lockdown left off is a deviation in production and a plain fact elsewhere', () => {
  const events = [opened('s1'), chosen(false, 'no display'), started];
  const production = reportOf(events);
  expect(production.exceptions).toMatchObject([{ kind: 'lockdown-off', by: 'Li Wei', reason: 'no display' }]);
  expect(firstPage(reportHtml(production, 'en'))).toContain(
    `<strong>${en.report.lockdownOff}</strong> Reason: no display`,
  );
  const elsewhere = reportOf(events, { production: false });
  expect(elsewhere.exceptions).toEqual([]);
  expect(firstPage(reportHtml(elsewhere, 'en'))).toContain('<td>off Reason: no display</td>');
});

test('where nobody was asked, as without a window, nothing is said of lockdown', () => {
  const document = reportHtml(reportOf([opened('s1'), started]), 'en');
  expect(document).not.toContain(`>${en.report.lockdownTitle}<`);
});

test('a finding that was gone past stands with its sentence, its reason and who decided, and in the table beside it', () => {
  const decided: RunEvent = {
    type: 'preflight-decided',
    data: { item: 'power', code: 'power-low', reason: 'short job' },
  };
  const low = { ...check('power-low'), params: { percent: '12', limit: '50' } };
  const model = reportOf([opened('s1'), checked(low, check('sleep-held')), decided, chosen(true), started]);
  expect(model.exceptions).toMatchObject([
    {
      kind: 'check-decided',
      item: 'power',
      status: 'failed',
      params: { percent: '12' },
      reason: 'short job',
      by: 'Li Wei',
    },
  ]);
  expect(model.lockdown.checks).toMatchObject([
    { code: 'power-low', decision: { reason: 'short job', by: 'Li Wei' } },
    { code: 'sleep-held', decision: null },
  ]);
  const document = reportHtml(model, 'en');
  expect(document).toContain('Preflight, Power: On battery, only 12 % left; at least 50 % are wanted. · Gone past.');
  expect(document.match(/only 12 % left/g)).toHaveLength(2);
});

test('a decision about an earlier finding is not shown beside another one of the same item', () => {
  const decided: RunEvent = {
    type: 'preflight-decided',
    data: { item: 'power', code: 'power-low', reason: 'short job' },
  };
  const model = reportOf([opened('s1'), checked(check('power-low')), decided, checked(check('power-unknown'))]);
  expect(model.lockdown.checks).toMatchObject([{ code: 'power-unknown', decision: null }]);
});

test('a decision is not shown beside what is clearly worse than it was then, and stays beside what is better', () => {
  const decided: RunEvent = {
    type: 'preflight-decided',
    data: { item: 'power', code: 'power-low', reason: 'short job' },
  };
  const low = (percent: string) => checked({ ...check('power-low'), params: { percent, limit: '50' } });
  const shown = (percent: string) =>
    reportOf([opened('s1'), low('34'), decided, low(percent)]).lockdown.checks.map(({ decision }) => decision?.reason);
  expect([shown('40'), shown('25'), shown('24')]).toEqual([['short job'], ['short job'], [undefined]]);
});

test('each gap is told with its duration, its end or the lack of both', () => {
  const model = reportOf([
    opened('s1'),
    chosen(true),
    started,
    blocked(true),
    locked(),
    gapOpened('focus-lost', 'Mail'),
    gapClosed('focus-lost', 4_200),
    gapOpened('asleep'),
    gapClosed('asleep', null),
    gapOpened('minimized'),
    left(),
    gapOpened('hidden'),
  ]);
  expect(model.exceptions).toMatchObject([
    { kind: 'lockdown-gap', gap: 'focus-lost', durationMs: 4_200, until: expect.any(String) },
    { gap: 'asleep', durationMs: null, until: expect.any(String) },
    { gap: 'minimized', durationMs: null, until: expect.any(String) },
    { gap: 'hidden', durationMs: null, until: null },
  ]);
  const document = reportHtml(model, 'en');
  expect(document).toContain('another window was in front (Mail), for 4.2 s.');
  expect(document).toContain('the computer slept; for how long is not known.');
  expect(document).toContain('the window was hidden; no end of it is recorded.');
});

test('many gaps of one kind are one line with the number, the longest and the sum, and stay single in the model', () => {
  const lost = (ms: number | null) => [gapOpened('focus-lost'), gapClosed('focus-lost', ms)];
  const few = [
    opened('s1'),
    chosen(true),
    started,
    blocked(true),
    locked(),
    ...[1, 2, 3].flatMap((n) => lost(n * 1_000)),
  ];
  const line = (events: readonly Told[]) =>
    reportHtml(reportOf(events), 'en').match(/Gap in the|gaps in the lockdown.*?</g);
  expect(line(few)).toHaveLength(3);
  const many = [...few, gapOpened('hidden'), ...lost(60_000), ...lost(null), gapOpened('focus-lost')];
  expect(reportOf(many).exceptions).toHaveLength(7);
  expect(line(many)).toEqual([expect.stringContaining('the longest for 1:00 min, 1:06 min in all'), 'Gap in the']);
  expect(line(many)?.[0]).toContain('Of one the length is not known. Of one no end is recorded.');
});

test('the app that died while locked is told once, with the time in which nothing was sensed', () => {
  const died = [
    ...quietRun.slice(0, 6),
    opened('s2', { resumed: true }),
    gapOpened('app-died'),
    gapClosed('app-died', null),
    left('crashed'),
    released(true, 'crashed', 2),
  ];
  const model = reportOf(died);
  expect(kinds(model)).toEqual(['session-interrupted', 'died-while-locked']);
  expect(model.lockdown.spans).toMatchObject([{ until: '2026-11-20T14:00:06.000Z', end: 'crashed' }]);
  expect(reportHtml(model, 'en')).toContain('nothing was sensed from 14:00:06 to 14:00:07');
  expect(kinds(reportOf(died.slice(0, 7)))).toEqual(['session-interrupted', 'died-while-locked']);
  const twice = reportOf([...died, blocked(true), locked(), opened('s3', { resumed: true }), left('crashed')]);
  expect(kinds(twice).filter((kind) => kind === 'died-while-locked')).toHaveLength(2);
});

test('ways out that were refused are one line with the counts, however often and however mixed', () => {
  const model = reportOf([opened('s1'), locked(), refused('quit'), refused('close', 2), refused('close')]);
  expect(model.exceptions.filter(({ kind }) => kind === 'ways-out-refused')).toMatchObject([
    { ways: { quit: 1, close: 3 } },
  ]);
  expect(reportHtml(model, 'en')).toContain(
    'Ways out were tried and refused 4 times: closing the window (3×), quitting the app (1×).',
  );
});

test('the glass is told with its reason, who answered and how it ended, and on the first page when it broke', () => {
  const begin = [opened('s1'), asked('p1', 'Bo'), admitted('p1'), chosen(true), started, blocked(true), locked()];
  const of = (...events: Told[]) => {
    const model = reportOf([...begin, glassAsked('fire alarm'), ...events]);
    return [model.exceptions.at(-1), reportHtml(model, 'en')] as const;
  };
  const [open, openPage] = of();
  expect(open).toMatchObject({ kind: 'glass', by: 'Li Wei', reason: 'fire alarm', outcome: 'open' });
  expect(firstPage(openPage)).not.toContain('GLASS');
  const [alone, alonePage] = of(glassBroken(null));
  expect(alone).toMatchObject({ outcome: 'broken', answeredBy: null });
  expect(alonePage).toContain('no checker was there to sign');
  expect(firstPage(alonePage)).toContain(en.report.lockdownGlass_one);
  const [signed, signedPage] = of(glassSigned, glassBroken('p1'));
  expect(signed).toMatchObject({ outcome: 'signed', answeredBy: 'Bo' });
  expect(signedPage).toContain('signed by Bo.');
  expect(of(glassSigned)[1]).toContain('Signed by Bo, but not broken.');
  const no: Told = [bo, { type: 'glass-refused', data: { participant: 'p1', reason: 'one step left' } }];
  expect(of(no)[1]).toContain('Refused by Bo, 14:00:09: one step left');
  expect(of({ type: 'glass-withdrawn', data: {} })[1]).toContain('Taken back, 14:00:09.');
  expect(of(left('held'))[0]).toMatchObject({ outcome: 'lapsed' });
  expect(of(opened('s2', { resumed: true }))[1]).toContain('Not answered before the lock was opened otherwise');
});

test('a signature that let the operator out counts as one of the checker’s, with key, statement and signature', () => {
  const model = reportOf([
    opened('s1'),
    asked('p1', 'Bo'),
    admitted('p1'),
    chosen(true),
    locked(),
    glassAsked(),
    glassSigned,
  ]);
  expect(model.participants).toMatchObject([{ name: 'Bo', signatures: 1 }]);
  const people = reportHtml(model, 'en').split(en.report.glassSignaturesTitle)[1] ?? '';
  expect(people).toContain(`SHA256:of-${'B'.repeat(44)}`);
  expect(people).toContain('d'.repeat(64));
  expect(people).toContain('g'.repeat(16));
});

test('what was not verified is told: the window’s place, the block, and what was put back', () => {
  const model = reportOf([opened('s1'), chosen(true), started, blocked(false), locked(false), released(false, 'left')]);
  expect(kinds(model)).toEqual(['notifications-not-verified', 'lock-not-sensed', 'notifications-not-restored']);
  expect(model.exceptions[0]).toMatchObject({ daemon: 'dunst 1.9', until: expect.any(String) });
  const document = reportHtml(model, 'en');
  expect(document).toContain('dunst 1.9 was told to keep notifications back and did not confirm it: not verified.');
  expect(document).toContain(en.report.x_quietNotRestored);
});

test('a pause says for how long it was meant and what it took', () => {
  const held = (minutes: number | null): RunEvent => ({
    type: 'run-held',
    data: { reason: 'tea', cause: 'operator', minutes },
  });
  const of = (...events: Told[]) => reportHtml(reportOf([opened('s1'), started, ...events]), 'en');
  const on: RunEvent = { type: 'run-continued', data: {} };
  expect(of(held(10), on)).toContain('Until 14:00:04. · Announced for 10:00 min, took 1 s.');
  expect(of(held(10))).toContain('Reason: tea · Announced for 10:00 min.');
  expect(of(held(null), on)).toContain('· It took 1 s.');
});

test('deviations stand in the order they happened, before the section about the lock', () => {
  const model = reportOf(story('Cy'));
  expect(kinds(model)).toEqual([
    'check-decided',
    'held',
    'notifications-not-verified',
    'lock-not-sensed',
    'lockdown-gap',
    'lockdown-gap',
    'lockdown-gap',
    'ways-out-refused',
    'glass',
    'glass',
    'glass',
    'held',
    'notifications-not-restored',
    'locked-without-quiet',
    'session-interrupted',
    'died-while-locked',
    'held',
  ]);
  const document = reportHtml(model, 'en');
  expect(document.indexOf('Gone past. Reason: Cy')).toBeGreaterThan(document.indexOf(`<h2>${en.report.exceptions}`));
  expect(document.indexOf('Gone past. Reason: Cy')).toBeLessThan(document.indexOf(`<h2>${en.report.lockdownTitle}`));
  expect(document).toContain('because of what preflight found: Power, Clocks');
});

describe.each(['en', 'zh'] as const)('lockdown in the HTML report in %s', (language) => {
  const tags = (document: string) => [...document.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/"[^"]*"/g, '""'));

  test('no text of theirs can make a tag', () => {
    const plain = tags(reportHtml(reportOf(story('x')), language));
    for (const text of ['<script>alert(1)</script>', '"><img src=x>', '{{count}} $t(report:usage) <i>']) {
      expect(tags(reportHtml(reportOf(story(text)), language))).toEqual(plain);
    }
  });

  test('every sentence exists, whatever was found, came between, or ended it', () => {
    const more: Told[] = [
      ...checkCodes.flatMap((code): Told[] => [
        checked(check(code)),
        { type: 'preflight-decided', data: { item: checkTable[code].item, code, reason: 'x' } },
      ]),
      ...waysOut.map((way) => refused(way)),
      ...gaps.flatMap((gap): Told[] => [gapOpened(gap), gapClosed(gap, 5)]),
      ...gaps.flatMap((gap): Told[] => [gapOpened(gap), gapClosed(gap, null), gapOpened(gap), gapOpened(gap)]),
      ...lockdownEnds.flatMap((cause): Told[] => [locked(), left(cause)]),
      ...releaseCauses.flatMap((cause): Told[] => [blocked(true, null), released(true, cause, null)]),
      ...([blocked(true), locked(), glassAsked(), glassBroken(null), glassAsked(), glassSigned] as const),
    ];
    const document = reportHtml(reportOf([...story('x'), ...more]), language);
    expect(document).not.toMatch(/\{\{|\}\}|undefined|>null|NaN|\[object|report:|lockdown:[a-z]/);
    const visible = document.replace(/<style>[\s\S]*<\/style>/, '').replace(/<[^>]*>/g, '\n');
    expect(visible).not.toMatch(/\b[a-z]+[A-Za-z]*_[A-Za-z]\w*/);
    for (const one of Object.keys(en.lockdown)) expect(visible).not.toContain(`${one}\n`);
    expect(document).not.toMatch(/<th(?![^>]*scope=)[ >]/);
  });
});
