import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exceptionsOf } from '../../../renderer/model/exceptions.ts';
import { asking, cannotAdmit, earlierWith, followers } from '../../../renderer/model/people/followers.ts';
import { holdOf, pauseToCome } from '../../../renderer/model/people/holds.ts';
import { interruptionQueue } from '../../../renderer/model/people/interruptions.ts';
import { addressOf, forwardLine, invitationWords, knownAddressOf } from '../../../renderer/model/people/invitation.ts';
import { presenceOf } from '../../../renderer/model/people/presence.ts';
import { signaturesOf } from '../../../renderer/model/people/record.ts';
import { allowedBy, openRejection } from '../../../renderer/model/people/signing.ts';
import { actionIdentity, primaryAction } from '../../../renderer/model/primary-action.ts';
import { stepStanding } from '../../../renderer/model/status.ts';
import type { RunEvent } from '../../../shared/contract/events.ts';
import type { MirrorView } from '../../../shared/contract/ipc/people.ts';
import { encodeInvitation, parseInvitation } from '../../../shared/people/invitation.ts';
import { qrPath } from '../../../shared/print/qr.ts';
import { may } from '../../../shared/run/policy.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { ended, foldEvents, started } from '../../helpers/fake-countersign-api.ts';
import { manualStep, planOf, step } from '../../helpers/plans.ts';

const apps = ['app1', 'app2'];
const plan = planOf(
  [
    step('look', { effect: 'read', targets: apps }),
    step('stop', { countersign: 'both', targets: apps }),
    step('copy', { block: 0, targets: apps }),
    manualStep('tell', { countersign: 'after' }),
  ],
  { production: true, people: { checkers: 1, challengeMs: null } },
);
const planned = (id: string) => plan.steps.find((one) => one.id === id);
const key = (letter: string): string => `${letter.repeat(42)}A=`;
const hash = 'ab'.repeat(32);
const signature = 'S'.repeat(88);
const session: readonly RunEvent[] = [
  {
    type: 'session-opened',
    data: { session: 's1', publicKey: '', machine: 'ops', person: 'Li Wei', pid: 1, resumed: false },
  },
  { type: 'session-identified', data: { session: 's1', name: 'Li Wei', contact: '', publicKey: key('A'), signature } },
];
const asks = (participant: string, name: string, letter: string): RunEvent => ({
  type: 'participant-asked',
  data: {
    ...{ participant, name, contact: '', publicKey: key(letter), machine: 'desk', address: '10.0.0.2' },
    ...{ sameMachine: false, pinned: false },
  },
});
const admits = (participant: string, role: 'checker' | 'observer' = 'checker'): RunEvent => ({
  type: 'participant-admitted',
  data: { participant, role },
});
const presence = (now: 'here' | 'gone'): RunEvent => ({
  type: 'participant-presence',
  data: { participant: 'p1', presence: now, cause: now === 'gone' ? 'silent' : null, silentMs: 30_000 },
});
const entered = (id: string): RunEvent => ({ type: 'step-entered', data: { step: id } });
const ran = (id: string, attempt: string, target: string, verdict: 'passed' | 'failed' = 'passed'): RunEvent[] => [
  started(planned(id), attempt, target),
  ended(attempt, verdict),
];
const signs = (id: string, mode: 'before' | 'after'): RunEvent => ({
  type: 'countersigned',
  data: { participant: 'p1', step: id, mode, statement: hash, signature },
});
const rejects = (id: string, mode: 'before' | 'after', reason = 'not like this'): RunEvent => ({
  type: 'countersign-rejected',
  data: { participant: 'p1', step: id, mode, statement: hash, reason, signature },
});
const begun: readonly RunEvent[] = [...session, { type: 'run-started', data: {} }, entered('look')];
const checked: readonly RunEvent[] = [...session, asks('p1', 'Zhao Min', 'B'), admits('p1')];
const atStop: readonly RunEvent[] = [
  ...checked,
  { type: 'run-started', data: {} },
  entered('look'),
  ...ran('look', 'a1', 'app1'),
  ...ran('look', 'a2', 'app2'),
  entered('stop'),
];
const fold = (events: readonly RunEvent[]): RunState => foldEvents(plan, events, 0, 1_000);
const primary = (events: readonly RunEvent[], selected: string | null = null) =>
  primaryAction(fold(events), { selected });
const standsAt = (state: RunState, id: string) => {
  const found = state.steps[plan.steps.findIndex((one) => one.id === id)];
  if (found === undefined) throw new Error(`no step ${id}`);
  return found;
};
const view = (silentMs: number | null): MirrorView => ({
  ...{ open: true, addresses: [], certificate: '', invitation: null, receipted: null },
  viewers: [{ participant: 'p1', silentMs, behind: 0 }],
});
const first = (state: RunState) => {
  const [one] = state.participants;
  if (one === undefined) throw new Error('nobody');
  return one;
};

describe('presence', () => {
  const here = first(fold(checked));

  it('is what the last sign of life says, and silence grows from when it was heard of', () => {
    expect(presenceOf(here, { view: view(2_000), at: 1_000 }, 1_000)).toEqual({ type: 'here' });
    expect(presenceOf(here, { view: view(9_000), at: 1_000 }, 4_000)).toEqual({ type: 'silent', ms: 12_000 });
  });

  it('does not call somebody silent because our own main process was late', () => {
    expect(presenceOf(here, { view: view(2_000), at: 0 }, 60_000)).toEqual({ type: 'here' });
  });

  it('claims nothing that was not sensed', () => {
    expect(presenceOf(here, null, 0)).toEqual({ type: 'unheard' });
    expect(presenceOf(here, { view: view(null), at: 0 }, 0)).toEqual({ type: 'unheard' });
  });

  it('is gone when the journal says so, whatever is heard', () => {
    const gone = first(fold([...checked, presence('gone')]));
    expect(presenceOf(gone, { view: view(10), at: 0 }, 0)).toMatchObject({ type: 'gone', cause: 'silent' });
  });
});

describe('the gaps in somebody’s presence', () => {
  const cut: RunEvent = { type: 'mirror-closed', data: {} };
  const absences = (...events: RunEvent[]) => first(fold([...checked, ...events])).absences;

  it('are kept from going to coming back, and one that lasts has no end', () => {
    expect(absences()).toEqual([]);
    const gaps = absences(presence('gone'), presence('here'), presence('gone'));
    expect(gaps.map(({ until, cause }) => [until !== null, cause])).toEqual([
      [true, 'silent'],
      [false, 'silent'],
    ]);
    expect(Date.parse(gaps[0]?.until ?? '') - Date.parse(gaps[0]?.from ?? '')).toBe(1_000);
  });

  it('count once when the mirror is closed over somebody who is gone already', () => {
    expect(absences(presence('gone'), cut)).toHaveLength(1);
    expect(absences(cut)).toMatchObject([{ until: null, cause: 'link' }]);
  });

  it('are none of somebody who was never admitted', () => {
    expect(first(fold([...session, asks('p1', 'Zhao', 'B'), presence('gone')])).absences).toEqual([]);
  });
});

describe('who follows and who asks', () => {
  it('names the checker first, and those who wait apart', () => {
    const state = fold([
      ...session,
      asks('p1', 'Obs', 'C'),
      admits('p1', 'observer'),
      asks('p2', 'Zhao', 'B'),
      admits('p2'),
      asks('p3', 'New', 'D'),
    ]);
    expect(followers(state).map(({ name }) => name)).toEqual(['Zhao', 'Obs']);
    expect(asking(state).map(({ name }) => name)).toEqual(['New']);
  });

  it('says beforehand why somebody cannot be admitted', () => {
    const state = fold([...checked, asks('p2', 'Second', 'C'), asks('p3', 'Myself', 'A')]);
    expect(cannotAdmit(state, 'p2', 'checker')?.code).toBe('checker-already-there');
    expect(cannotAdmit(state, 'p2', 'observer')).toBeNull();
    const free = fold([...session, asks('p3', 'Myself', 'A')]);
    expect(cannotAdmit(free, 'p3', 'checker')?.code).toBe('own-key');
  });

  it('knows a key that was turned away before', () => {
    const state = fold([
      ...session,
      asks('p1', 'Zhao', 'B'),
      { type: 'participant-declined', data: { participant: 'p1', reason: 'who?' } },
      asks('p2', 'Zhao', 'B'),
    ]);
    const again = state.participants[1];
    expect(again === undefined ? null : earlierWith(state, again)).toMatchObject({ standing: 'declined' });
    expect(earlierWith(state, first(state))).toBeNull();
  });
});

describe('why the run is held', () => {
  const held = (cause: 'operator' | 'checker' | 'checker-gone' | 'handover', reason: string): RunEvent => ({
    type: 'run-held',
    data: { cause, reason, minutes: null },
  });
  const offered: RunEvent = { type: 'handover-offered', data: { participant: 'p1', reason: 'shift ends' } };

  it('tells the operator, the checker, an absence and a handover apart', () => {
    expect(holdOf(fold(atStop))).toBeNull();
    expect(holdOf(fold([...atStop, held('operator', 'dinner')]))).toEqual({ type: 'operator', reason: 'dinner' });
    expect(holdOf(fold([...atStop, held('checker', 'look')]))).toEqual({
      type: 'checker',
      by: 'Zhao Min',
      reason: 'look',
    });
    const gone = [...atStop, presence('gone'), held('checker-gone', 'Zhao Min')];
    expect(holdOf(fold(gone))).toMatchObject({ type: 'gone', who: { name: 'Zhao Min' } });
    expect(holdOf(fold([...gone, presence('here')]))).toEqual({ type: 'back', name: 'Zhao Min' });
  });

  it('follows a handover from the offer to its end', () => {
    const offer = [...atStop, held('handover', 'shift ends'), offered];
    expect(holdOf(fold(offer))).toEqual({ type: 'handover', name: 'Zhao Min', reason: 'shift ends' });
    const declined: RunEvent = { type: 'handover-declined', data: { participant: 'p1', reason: 'too tired' } };
    expect(holdOf(fold([...offer, declined]))).toEqual({ type: 'no-handover' });
    const given: RunEvent = { type: 'handed-over', data: { participant: 'p1', head: { seq: 3, hash }, signature } };
    expect(holdOf(fold([...offer, given]))).toEqual({ type: 'given', name: 'Zhao Min' });
    // An offer made while the operator held the run is an offer all the same.
    expect(holdOf(fold([...atStop, held('operator', 'x'), offered]))).toMatchObject({ type: 'handover' });
  });

  it('says after what a requested pause is taken', () => {
    const request: RunEvent = { type: 'hold-requested', data: { participant: 'p1', reason: 'errors' } };
    const running = [...atStop, signs('stop', 'before'), started(planned('stop'), 'a3', 'app1'), request];
    expect(pauseToCome(fold(running))).toEqual({
      by: 'Zhao Min',
      reason: 'errors',
      after: { what: 'step', title: 'Step stop' },
    });
    expect(pauseToCome(fold([...running, ended('a3', 'passed')]))?.after).toBeNull();
    const inside = [...atStop, { type: 'block-entered', data: { block: 0 } } as const, request];
    expect(pauseToCome(fold(inside))?.after).toEqual({ what: 'block', title: 'Replace the build' });
  });
});

describe('the primary action with a second person', () => {
  it('waits for the yes, runs when it came, and names who gave it', () => {
    expect(primary(atStop)).toEqual({ type: 'wait-for', what: 'before', name: 'Zhao Min' });
    const allowed = [...atStop, signs('stop', 'before')];
    expect(primary(allowed)).toMatchObject({ type: 'intent', what: 'run', targets: ['app1'] });
    expect(allowedBy(fold(allowed), 'stop', ['app1'])).toBe('Zhao Min');
    // The yes was for one attempt.
    expect(allowedBy(fold([...allowed, ...ran('stop', 'a3', 'app1', 'failed')]), 'stop', ['app1'])).toBeNull();
  });

  it('names nobody for what was let through without anybody', () => {
    const waived: RunEvent = { type: 'countersign-waived', data: { step: 'stop', reason: 'alone', mode: 'before' } };
    const state = fold([...atStop, presence('gone'), waived]);
    expect(primaryAction(state, { selected: null })).toMatchObject({ what: 'run' });
    expect(allowedBy(state, 'stop', ['app1'])).toBeNull();
    // Nor is an earlier yes, for another attempt, taken for this one.
    const again: RunEvent = {
      type: 'permission-asked',
      data: { step: 'stop', targets: [{ target: 'app1', number: 2 }], reason: 'hung thread', choice: null },
    };
    const failed = [...atStop, signs('stop', 'before'), ...ran('stop', 'a3', 'app1', 'failed'), again];
    const afterwards = fold([...failed, presence('gone'), waived]);
    expect(primaryAction(afterwards, { selected: null })).toMatchObject({ what: 'run-again' });
    expect(allowedBy(afterwards, 'stop', ['app1'])).toBeNull();
  });

  it('offers the waiver only when nobody is there who may sign', () => {
    expect(primary([...atStop, presence('gone')])).toEqual({ type: 'ask', what: 'waive', targets: [] });
    const own = [...session, asks('p1', 'Me', 'A'), admits('p1'), { type: 'run-started', data: {} } as const];
    const state = fold([
      ...own,
      entered('look'),
      ...ran('look', 'a1', 'app1'),
      ...ran('look', 'a2', 'app2'),
      entered('stop'),
    ]);
    expect(primaryAction(state, { selected: null })).toEqual({ type: 'ask', what: 'waive', targets: [] });
  });

  it('asks again after a no, for all of it together', () => {
    const refused = [...atStop, rejects('stop', 'before')];
    expect(primary(refused)).toEqual({ type: 'ask', what: 'ask-permission', targets: apps });
    expect(openRejection(standsAt(fold(refused), 'stop'))?.rejected).toBe('not like this');
    const asked: RunEvent = {
      type: 'permission-asked',
      data: { step: 'stop', targets: [{ target: 'app1', number: 1 }], reason: 'drained', choice: null },
    };
    expect(openRejection(standsAt(fold([...refused, asked]), 'stop'))).toBeNull();
  });

  it('asks for a second attempt of a write alone, and Enter never starts another host while that is asked', () => {
    const failed = [...atStop, signs('stop', 'before'), ...ran('stop', 'a3', 'app1', 'failed')];
    expect(primary(failed)).toEqual({ type: 'ask', what: 'ask-permission', targets: ['app1'] });
    const asked: RunEvent = {
      type: 'permission-asked',
      data: { step: 'stop', targets: [{ target: 'app1', number: 2 }], reason: 'hung thread', choice: null },
    };
    expect(primary([...failed, asked])).toEqual({ type: 'wait-for', what: 'before', name: 'Zhao Min' });
    expect(primary([...failed, asked], 'app2')).toMatchObject({ what: 'run', targets: ['app2'] });
    expect(primary([...failed, asked, signs('stop', 'before')])).toMatchObject({
      what: 'run-again',
      targets: ['app1'],
    });
  });

  it('waits for the signature after, and opens the step again on a no', () => {
    const done = [...atStop, signs('stop', 'before'), ...ran('stop', 'a3', 'app1'), ...ran('stop', 'a4', 'app2')];
    expect(primary(done)).toEqual({ type: 'wait-for', what: 'after', name: 'Zhao Min' });
    const rejected = fold([...done, rejects('stop', 'after', 'still alive')]);
    expect(openRejection(standsAt(rejected, 'stop'))?.rejected).toBe('still alive');
    expect(primaryAction(rejected, { selected: null }).type).toBe('ask');
    expect(exceptionsOf(rejected).find(({ kind }) => kind === 'failed')).toMatchObject({
      reason: 'still alive',
      by: 'Zhao Min',
    });
  });

  it('has nothing to press while the pen is on offer, and nothing at all once it was given away', () => {
    const offered: RunEvent[] = [
      ...atStop,
      { type: 'run-held', data: { reason: 'x', cause: 'handover', minutes: null } },
      { type: 'handover-offered', data: { participant: 'p1', reason: 'x' } },
    ];
    expect(primary(offered)).toEqual({ type: 'wait-for', what: 'handover', name: 'Zhao Min' });
    const given: RunEvent = { type: 'handed-over', data: { participant: 'p1', head: { seq: 3, hash }, signature } };
    expect(primary([...offered, given])).toEqual({ type: 'none' });
  });

  it('is always something that the run allows', () => {
    const stages: (readonly RunEvent[])[] = [
      atStop,
      [...atStop, presence('gone')],
      [...atStop, signs('stop', 'before')],
      [...atStop, rejects('stop', 'before')],
      [...atStop, signs('stop', 'before'), ...ran('stop', 'a3', 'app1', 'failed')],
    ];
    for (const events of stages) {
      const state = fold(events);
      const action = primaryAction(state, { selected: null });
      if (action.type === 'intent') expect(may(state, action.intent)).toBeNull();
      else if (action.type === 'ask' && action.what === 'waive')
        expect(may(state, { type: 'waive-countersignature', step: 'stop', reason: '-' })).toBeNull();
      else if (action.type === 'ask' && action.what === 'ask-permission') {
        const targets = [...action.targets];
        expect(may(state, { type: 'ask-permission', step: 'stop', targets, reason: '-' })).toBeNull();
      } else expect(action.type).toBe('wait-for');
    }
  });

  it('is another action when another thing is waited for, so that no press meets it unseen', () => {
    const before = fold(atStop);
    const after = fold([...atStop, signs('stop', 'before')]);
    const identity = (state: RunState): string => actionIdentity(primaryAction(state, { selected: null }), state);
    expect(identity(before)).not.toBe(identity(after));
  });

  it('shows a step that waits for the yes as waiting for the checker', () => {
    const options = { manual: false, current: true };
    expect(stepStanding(standsAt(fold(atStop), 'stop'), options)).toBe('countersign');
    expect(stepStanding(standsAt(fold([...atStop, signs('stop', 'before')]), 'stop'), options)).toBe('current');
  });
});

describe('what came from outside', () => {
  const logged = (id: string, urgency: 'now' | 'soon' | 'later'): RunEvent => ({
    type: 'interruption-logged',
    data: { interruption: id, participant: 'p1', from: 'Duty', what: id, urgency },
  });
  const shown = (...ids: string[]): RunEvent => ({ type: 'interruptions-shown', data: { interruptions: ids } });
  const queue = (...events: RunEvent[]): string[] =>
    interruptionQueue(fold([...atStop, ...events])).map(({ interruption }) => interruption);

  it('is seen only once it was shown, the most urgent first, then the oldest', () => {
    expect(queue(logged('i1', 'later'))).toEqual([]);
    const all = [logged('i1', 'later'), logged('i2', 'now'), logged('i3', 'later'), shown('i1', 'i2', 'i3')];
    expect(queue(...all)).toEqual(['i2', 'i1', 'i3']);
    const answered: RunEvent = { type: 'interruption-answered', data: { interruption: 'i2', answer: 'noted' } };
    expect(queue(...all, answered)).toEqual(['i1', 'i3']);
  });

  it('disappears inside an atomic block, even what was shown before it', () => {
    const inside: RunEvent = { type: 'block-entered', data: { block: 0 } };
    expect(queue(logged('i1', 'later'), shown('i1'), inside)).toEqual([]);
    expect(queue(logged('i1', 'later'), shown('i1'), inside, { type: 'block-left', data: { block: 0 } })).toEqual([
      'i1',
    ]);
  });
});

describe('an invitation before it is used', () => {
  const invitation = {
    runId: 'r1',
    certificate: 'a0'.repeat(32),
    token: 'q'.repeat(43),
    expiresAt: '2026-11-21T08:00:00.000Z',
    addresses: ['10.1.0.5:40211', '[fd00::17]:40211'],
  };
  const text = encodeInvitation(invitation);

  it('says what main will read from it, broken lines and all', () => {
    const broken = `  ${text.slice(0, 60)}\r\n ${text.slice(60)}\n`;
    expect(parseInvitation(broken).ok).toBe(true);
    expect(invitationWords(broken)).toEqual({
      addresses: invitation.addresses,
      certificate: 'SHA256:oKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKA',
      expiresAt: new Date(invitation.expiresAt),
    });
  });

  it('is nothing for anything else, and never throws', () => {
    for (const other of ['', 'countersign:1:', text.slice(0, -5), text.replace('1:', '2:'), 'countersign-person:1:abc'])
      expect(invitationWords(other)).toBeNull();
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (any) => invitationWords(`countersign:1:${any}`) === null));
    const json = fc.json().map((value) => `countersign:1:${Buffer.from(value).toString('base64url')}`);
    fc.assert(fc.property(json, (any) => invitationWords(any) === null));
  });

  it('shows whatever main would take', () => {
    const at = fc.integer({ min: 0, max: text.length - 1 });
    fc.assert(
      fc.property(at, fc.constantFrom('A', 'z', '0', '_', '-', '='), (place, letter) => {
        const changed = text.slice(0, place) + letter + text.slice(place + 1);
        return invitationWords(changed) !== null || !parseInvitation(changed).ok;
      }),
    );
  });

  it('gives the line that forwards its port', () => {
    expect(forwardLine('10.1.0.5:40211')).toBe('ssh -N -L 40211:10.1.0.5:40211 USER@JUMP-HOST');
    expect(forwardLine('[fd00::17]:9')).toBe('ssh -N -L 9:[fd00::17]:9 USER@JUMP-HOST');
  });

  it('takes addresses as main does', () => {
    for (const good of ['127.0.0.1:1', 'ops-17.example:65535', ' [::1]:8 ']) expect(addressOf(good)).toBe(good.trim());
    for (const bad of ['ops', 'ops:0', 'ops:65536', '::1:8', 'a b:1', 'ops:1 -o ProxyCommand=x'])
      expect(addressOf(bad)).toBeNull();
    expect(knownAddressOf('ops-17.example')).toBe('ops-17.example');
    expect(knownAddressOf('ops 17')).toBeNull();
  });

  it('fits a QR code with its quiet zone, and says when a text does not', () => {
    const code = qrPath(text);
    expect(code).not.toBeNull();
    const size = code?.size ?? 0;
    // Every run of modules lies inside of the quiet zone of four.
    for (const [, x, y, length] of (code?.path ?? '').matchAll(/M(\d+) (\d+)h(\d+)/g)) {
      expect(Number(x)).toBeGreaterThanOrEqual(4);
      expect(Number(y)).toBeGreaterThanOrEqual(4);
      expect(Number(x) + Number(length)).toBeLessThanOrEqual(size - 4);
    }
    // The finder pattern's first row: seven dark modules.
    expect(code?.path.startsWith('M4 4h7v1h-7z')).toBe(true);
    expect(qrPath('x'.repeat(4_000))).toBeNull();
  });
});

describe('the record after the run', () => {
  it('lists every signature, no and waiver with its words', () => {
    const state = fold([
      ...atStop,
      rejects('stop', 'before', 'drain first'),
      {
        type: 'permission-asked',
        data: { step: 'stop', targets: apps.map((target) => ({ target, number: 1 })), reason: 'drained', choice: null },
      },
      signs('stop', 'before'),
      ...ran('stop', 'a3', 'app1'),
      ...ran('stop', 'a4', 'app2'),
      presence('gone'),
      { type: 'countersign-waived', data: { step: 'stop', reason: 'nobody left', mode: 'after' } },
    ]);
    expect(signaturesOf(state).map(({ what, by, reason }) => [what, by, reason])).toEqual([
      ['rejected-before', 'Zhao Min', 'drain first'],
      ['before', 'Zhao Min', null],
      ['waived', 'Li Wei', 'nobody left'],
    ]);
    expect(signaturesOf(fold(begun))).toEqual([]);
  });
});
