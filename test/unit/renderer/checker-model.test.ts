import { describe, expect, it } from 'vitest';
import {
  changedSince,
  signingIdentity,
  signingStage,
  waitingEvidence,
} from '../../../renderer/model/checker/evidence.ts';
import { interruptionQueue } from '../../../renderer/model/checker/interruptions.ts';
import { checkerKeyOf } from '../../../renderer/model/checker/keys.ts';
import { newlyWaiting, waitsForChecker } from '../../../renderer/model/checker/waits.ts';
import type { KeyPress } from '../../../renderer/model/press-guard.ts';
import { followedFrom, withLink } from '../../../renderer/store/mirror-link-state.ts';
import type { RunEvent } from '../../../shared/contract/events.ts';
import type { LinkView, SigningView } from '../../../shared/contract/ipc/people.ts';
import { noTakeOver, openAttempts } from '../../../shared/people/take-over.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { ended, foldEvents, started } from '../../helpers/fake-countersign-api.ts';
import { planOf, step } from '../../helpers/plans.ts';

const stop = step('stop', { title: 'Stop tomcat', targets: ['app1', 'app2', 'app3'], countersign: 'both' });
const plan = planOf([stop, step('next', { countersign: 'none' })]);
const begun: readonly RunEvent[] = [
  { type: 'run-started', data: {} },
  { type: 'step-entered', data: { step: 'stop' } },
];
const statement = 'a'.repeat(64);
const allowed: RunEvent = {
  type: 'countersigned',
  data: { participant: 'p1', step: 'stop', mode: 'before', statement, signature: `${'A'.repeat(86)}==` },
};
const overridden = (target: string): RunEvent => ({
  type: 'target-decided',
  data: { step: 'stop', target, decision: 'overridden', reason: 'killed by hand', owner: 'Li Wei', due: null },
});
const opened = (participant: string, of: string, mode: 'before' | 'after' = 'after'): RunEvent => ({
  type: 'evidence-opened',
  data: { participant, step: 'stop', mode, statement: of },
});
const done: readonly RunEvent[] = [
  ...begun,
  allowed,
  started(stop, 'a1', 'app1'),
  ended('a1', 'passed'),
  started(stop, 'a2', 'app2'),
  ended('a2', 'passed'),
  started(stop, 'a3', 'app3'),
  ended('a3', 'failed'),
  overridden('app3'),
];
const fold = (events: readonly RunEvent[]): RunState => foldEvents(plan, events, 0, 1_000);

const link: LinkView = {
  status: 'connected',
  participant: 'p1',
  role: 'checker',
  address: '10.1.0.7:41873',
  certificate: 'SHA256:x',
  silentMs: 500,
  failure: null,
  bye: null,
  missingBytes: 0,
  receipted: null,
  challengeUntil: null,
};
const view = (given: Partial<SigningView> = {}): SigningView => ({
  step: 'stop',
  mode: 'after',
  statement,
  complete: true,
  ...given,
});
const stageOf = (events: readonly RunEvent[], signing: SigningView | null) => {
  const state = fold(events);
  return signingStage(state, 'p1', waitingEvidence(state), signing);
};

describe('what waits for a signature', () => {
  it('is nothing while the step is being worked', () => {
    expect(waitingEvidence(fold([...begun, allowed]))).toBeNull();
  });

  it('is, beforehand, only what the operator asks for, with the reason, the move and the number of the attempt', () => {
    const asked: RunEvent = {
      type: 'permission-asked',
      data: { step: 'stop', targets: [{ target: 'app3', number: 2 }], reason: 'the process came back', choice: 'kill' },
    };
    const evidence = waitingEvidence(fold([...begun, allowed, asked]));
    expect(evidence?.mode).toBe('before');
    expect(evidence).toMatchObject({ reason: 'the process came back', choice: 'kill' });
    expect(evidence?.items.map(({ target, asked: number }) => [target.target, number])).toEqual([['app3', 2]]);
  });

  it('shows what did not simply pass before what did', () => {
    const evidence = waitingEvidence(fold(done));
    expect(evidence?.mode).toBe('after');
    expect(evidence?.items.map(({ target }) => target.target)).toEqual(['app3', 'app1', 'app2']);
  });

  it('puts a pass that needed a second attempt before a plain one, with its reason', () => {
    const again = [
      ...done.slice(0, 5),
      started(stop, 'a2', 'app2'),
      ended('a2', 'failed'),
      started(stop, 'a9', 'app2', 'the first one timed out'),
      ...done.slice(6),
      ended('a9', 'passed'),
    ];
    const items = waitingEvidence(fold(again))?.items ?? [];
    expect(items.map(({ target }) => target.target)).toEqual(['app3', 'app2', 'app1']);
    expect(items[1]?.repeats).toEqual(['the first one timed out']);
  });
});

describe('how far the checker is', () => {
  it('waits for this machine to work the statement out, and for the right one', () => {
    expect(stageOf(begun, null)).toBe('preparing');
    expect(stageOf(done, view({ mode: 'before' }))).toBe('preparing');
    expect(stageOf(done, view({ step: 'next' }))).toBe('preparing');
  });

  it('waits for outputs that are still being copied', () => {
    expect(stageOf(done, view({ complete: false }))).toBe('copying');
  });

  it('asks to open what nobody here has opened, even when somebody else has', () => {
    expect(stageOf(done, view())).toBe('to-open');
    expect(stageOf([...done, opened('p2', statement)], view())).toBe('to-open');
  });

  it('lets the opened statement be signed, and no other', () => {
    const looked = [...done, opened('p1', statement)];
    expect(stageOf(looked, view())).toBe('to-sign');
    expect(stageOf(looked, view({ statement: 'b'.repeat(64) }))).toBe('changed');
  });

  it('does not take an opening before for one afterwards', () => {
    const waived: RunEvent = { type: 'countersign-waived', data: { step: 'stop', reason: 'alone', mode: 'before' } };
    const looked = [...begun, opened('p1', statement, 'before'), waived, ...done.slice(3)];
    expect(stageOf(looked, view())).toBe('to-open');
  });

  it('names every statement apart, so that a press never meets another one', () => {
    expect(signingIdentity('to-sign', view())).not.toBe(
      signingIdentity('to-sign', view({ statement: 'b'.repeat(64) })),
    );
    expect(signingIdentity('to-open', view())).not.toBe(signingIdentity('to-sign', view()));
  });

  it('tells which targets changed since', () => {
    const before = waitingEvidence(fold(done));
    const now = waitingEvidence(fold([...done, overridden('app2')]));
    if (before === null || now === null) throw new Error('Nothing waits.');
    expect(changedSince(before, now)).toEqual(['app2']);
    expect(changedSince(before, before)).toEqual([]);
  });
});

describe('what rings', () => {
  const kinds = (state: RunState | null, given: Partial<LinkView> = {}) =>
    waitsForChecker(state, { ...link, ...given }).map(({ kind }) => kind);

  it('is a signature, an offer to this person and an open question, for a checker who is connected', () => {
    const offer: RunEvent = { type: 'handover-offered', data: { participant: 'p1', reason: 'train' } };
    expect(kinds(fold(begun))).toEqual(['before']);
    expect(kinds(fold([...begun, offer]), { challengeUntil: '2026-11-20T22:00:00.000Z' })).toEqual([
      'challenge',
      'handover',
      'before',
    ]);
    expect(kinds(fold([...begun, offer]), { participant: 'p2' })).toEqual(['before']);
  });

  it('is nothing for an observer but what is wrong with the link', () => {
    expect(kinds(fold(begun), { role: 'observer' })).toEqual([]);
    expect(kinds(fold(begun), { role: 'observer', status: 'lost' })).toEqual(['lost']);
    expect(kinds(null, { status: 'altered' })).toEqual(['altered']);
  });

  it('rings once for the same thing, and anew for one that was rejected and put right', () => {
    const first = waitsForChecker(fold(begun), link);
    expect(newlyWaiting([], first)).toHaveLength(1);
    expect(newlyWaiting(first, waitsForChecker(fold(begun), link))).toEqual([]);
    const rejected: RunEvent = {
      type: 'countersign-rejected',
      data: {
        ...{ participant: 'p1', step: 'stop', mode: 'before', statement, reason: 'not now' },
        signature: `${'A'.repeat(86)}==`,
      },
    };
    const asked: RunEvent = {
      type: 'permission-asked',
      data: { step: 'stop', targets: [{ target: 'app1', number: 1 }], reason: 'now', choice: null },
    };
    expect(newlyWaiting(first, waitsForChecker(fold([...begun, rejected, asked]), link))).toHaveLength(1);
  });
});

describe('taking over', () => {
  const running = fold([...begun, allowed, started(stop, 'a1', 'app1')]);

  it('is possible when the operator is out of reach or closed the link without an end', () => {
    expect(noTakeOver(running, { ...link, status: 'lost' })).toBeNull();
    expect(noTakeOver(running, { ...link, status: 'over', bye: 'closed' })).toBeNull();
  });

  it.each([
    ['connected', {}],
    ['observer', { role: 'observer', status: 'lost' }],
    ['ended', { status: 'over', bye: 'ended' }],
    ['pen-away', { status: 'over', bye: 'handed-over' }],
    ['altered', { status: 'altered' }],
    ['sent-away', { status: 'over', bye: 'dismissed' }],
  ] as const)('is not possible: %s', (why, given) => {
    expect(noTakeOver(running, { ...link, ...given })).toBe(why);
  });

  it('names what nobody here saw end', () => {
    expect(openAttempts(running)).toEqual([{ code: stop.code, target: 'app1' }]);
    expect(noTakeOver(null, { ...link, status: 'lost' })).toBe('nothing-here');
  });
});

describe('the keys of the checker', () => {
  const press = (given: Partial<KeyPress>): KeyPress => ({
    ...{ key: 'F6', repeat: false, prevented: false, modified: false, composing: false },
    ...{ inControl: false, dialogOpen: false },
    ...given,
  });

  it('work beside a field, but characters belong to whoever types', () => {
    expect(checkerKeyOf(press({ inControl: true }), false)).toBe('evidence');
    expect(checkerKeyOf(press({ key: 'F9', inControl: true }), false)).toBe('hold');
    expect(checkerKeyOf(press({ key: '?', inControl: true }), false)).toBeNull();
    expect(checkerKeyOf(press({ key: '?' }), false)).toBe('keys');
  });

  it('are still under a dialog, all but that of the evidence in the evidence', () => {
    expect(checkerKeyOf(press({ dialogOpen: true }), false)).toBeNull();
    expect(checkerKeyOf(press({ dialogOpen: true }), true)).toBe('evidence');
    expect(checkerKeyOf(press({ key: 'F9', dialogOpen: true }), true)).toBeNull();
    expect(checkerKeyOf(press({ repeat: true }), true)).toBeNull();
  });
});

describe('what only the order of the words about a link tells', () => {
  it('counts the tries since the loss, and forgets them once connected', () => {
    let followed = followedFrom(link, null, 0);
    const hear = (status: LinkView['status'], at: number) => {
      followed = withLink(followed, { ...link, status }, null, at);
    };
    hear('lost', 1_000);
    hear('lost', 1_100);
    expect(followed.lost?.tries).toBe(0);
    hear('connecting', 2_000);
    hear('lost', 3_000);
    hear('lost', 6_000);
    hear('connecting', 7_000);
    expect(followed.lost).toMatchObject({ since: 1_000, tries: 2 });
    hear('connected', 5_000);
    expect(followed.lost).toBeNull();
  });

  it('claims no time for a receipt that was there before', () => {
    const before = followedFrom({ ...link, receipted: 6 }, null, 1_000);
    expect(before.receiptedAt).toBeNull();
    expect(withLink(before, { ...link, receipted: 9 }, null, 2_000).receiptedAt).toBe(2_000);
    expect(withLink(before, { ...link, receipted: 6 }, null, 2_000).receiptedAt).toBeNull();
  });

  it('measures what is copied by the most that was missing', () => {
    const first = followedFrom({ ...link, missingBytes: 100 }, null, 0);
    const later = withLink(first, { ...link, missingBytes: 40 }, null, 1);
    expect(later.copying).toBe(100);
    expect(withLink(later, link, null, 2).copying).toBe(0);
  });
});

describe('the queue of what came from outside', () => {
  it('has what is open first, and the newest on top', () => {
    const came = (interruption: string): RunEvent => ({
      type: 'interruption-logged',
      data: { interruption, participant: 'p1', from: 'Wang', what: 'a call', urgency: 'soon' },
    });
    const state = fold([
      ...begun,
      ...['i1', 'i2', 'i3'].map(came),
      { type: 'interruptions-shown', data: { interruptions: ['i1', 'i3'] } },
      { type: 'interruption-answered', data: { interruption: 'i3', answer: 'later' } },
    ]);
    expect(interruptionQueue(state.interruptions).map((one) => one.interruption)).toEqual(['i2', 'i1', 'i3']);
  });
});
