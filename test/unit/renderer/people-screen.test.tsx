import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { afterEach, describe, expect, it } from 'vitest';
import { primaryAction } from '../../../renderer/model/primary-action.ts';
import { createApp } from '../../../renderer/store/app.ts';
import type { OpenRun } from '../../../renderer/store/app-state.ts';
import { listenToPushes } from '../../../renderer/store/pushes.ts';
import { AppContext, useAppState } from '../../../renderer/store/use-app.ts';
import { AskingBanner } from '../../../renderer/views/people/asking-banner.tsx';
import { HandedOver } from '../../../renderer/views/people/handed-over.tsx';
import { HeldNotice } from '../../../renderer/views/people/held-notice.tsx';
import { InterruptionsBanner, InterruptionsDialog } from '../../../renderer/views/people/interruptions.tsx';
import { InviteDialog } from '../../../renderer/views/people/invite-dialog.tsx';
import { JoinDialog } from '../../../renderer/views/people/join-dialog.tsx';
import { PeopleActDialog } from '../../../renderer/views/people/people-act.tsx';
import { PeopleControl } from '../../../renderer/views/people/people-control.tsx';
import { PeopleRecord } from '../../../renderer/views/people/people-record.tsx';
import { RejectionNotice, SigningWaits } from '../../../renderer/views/people/signing-section.tsx';
import { useActs } from '../../../renderer/views/run/use-acts.tsx';
import type { RunEvent } from '../../../shared/contract/events.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { MirrorView } from '../../../shared/contract/ipc/people.ts';
import type { CountersignApi, RequestName } from '../../../shared/contract/ipc.ts';
import { encodeInvitation } from '../../../shared/people/invitation.ts';
import { createTranslator } from '../../../shared/text/translate.ts';
import { ended, FakeCountersignApi, type FakeScript, started } from '../../helpers/fake-countersign-api.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { field, isDisabled, named, press, showRun, type } from './screen-kit.tsx';

const plan = planOf([step('stop', { title: 'Stop tomcat', countersign: 'before' }), step('copy', { block: 0 })], {
  ...{ production: true, environment: 'prod' },
  people: { checkers: 1, challengeMs: null },
});
const key = (letter: string): string => `${letter.repeat(42)}A=`;
const signature = 'S'.repeat(88);
const hash = 'ab'.repeat(32);
const session: readonly RunEvent[] = [
  {
    type: 'session-opened',
    data: { session: 's1', publicKey: '', machine: 'ops', person: 'Li Wei', pid: 1, resumed: false },
  },
  { type: 'session-identified', data: { session: 's1', name: 'Li Wei', contact: '', publicKey: key('A'), signature } },
  { type: 'run-started', data: {} },
  { type: 'step-entered', data: { step: 'stop' } },
];
const asks = (participant: string, name: string, letter: string, sameMachine = false): RunEvent => ({
  type: 'participant-asked',
  data: {
    ...{ participant, name, contact: '4711', publicKey: key(letter), machine: 'desk-2', address: '10.0.0.2' },
    ...{ sameMachine, pinned: false },
  },
});
const admits: RunEvent = { type: 'participant-admitted', data: { participant: 'p1', role: 'checker' } };
const checked: readonly RunEvent[] = [...session, asks('p1', 'Zhao Min', 'B'), admits];
const gone: RunEvent = {
  type: 'participant-presence',
  data: { participant: 'p1', presence: 'gone', cause: 'silent', silentMs: 30_000 },
};
const own: NonNullable<FakeScript['identity']> = {
  identity: {
    ...{ name: 'Li Wei', contact: '', publicKey: key('A'), fingerprint: 'SHA256:own' },
    ...{ protection: 'keyring', locked: false },
  },
  ...{ keyring: true, card: null, failure: null },
};
const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();
const invitationText = (minutes: number): string =>
  encodeInvitation({
    ...{ runId: 'r1', certificate: 'a0'.repeat(32), token: 'q'.repeat(43), expiresAt: inMinutes(minutes) },
    addresses: ['10.1.0.5:40211'],
  });
const view = (minutes: number | null): MirrorView => ({
  ...{ open: true, addresses: ['10.1.0.5:40211'], certificate: 'SHA256:cert', receipted: null },
  invitation: minutes === null ? null : { text: invitationText(minutes), expiresAt: inMinutes(minutes) },
  viewers: [{ participant: 'p1', silentMs: 500, behind: 0 }],
});

let close: () => Promise<void> = async () => {};
afterEach(() => close());

/** What is asked of main, kept in order. */
function listenIn(api: CountersignApi): (readonly [RequestName, unknown])[] {
  const asked: (readonly [RequestName, unknown])[] = [];
  const request = api.request.bind(api);
  Object.assign(api, {
    request: (name: RequestName, payload: never) => {
      asked.push([name, payload]);
      return request(name, payload);
    },
  });
  return asked;
}

async function show(
  events: readonly RunEvent[],
  part: (run: OpenRun) => React.ReactNode,
  more: Partial<FakeScript> = {},
) {
  const shown = await showRun(plan, events, part, more);
  close = shown.close;
  return { ...shown, asked: listenIn(shown.api) };
}

/** A part that needs the run's acts, with the dialog they ask for. */
function WithActs({
  run,
  children,
}: {
  readonly run: OpenRun;
  readonly children: (acts: ReturnType<typeof useActs>) => React.ReactNode;
}) {
  const acts = useActs(run, primaryAction(run.state, { selected: null }), false);
  return (
    <>
      {children(acts)}
      {acts.dialog}
    </>
  );
}

const body = (): string => document.body.textContent ?? '';

function Joining() {
  const joining = useAppState((state) => state.joining);
  return joining === null ? null : <JoinDialog joining={joining} />;
}

describe('following somebody’s run', () => {
  const showJoin = async (script: Partial<FakeScript> = {}) => {
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
    const api = new FakeCountersignApi({
      ...{ language: 'en', theme: 'light', plan, home: { checklists: [], runs: [] }, events: [], output: [] },
      ...{ minutesAgo: 0, identity: own },
      ...script,
    });
    const asked = listenIn(api);
    const app = createApp(api);
    const stop = listenToPushes(app);
    const root = createRoot(document.body.appendChild(document.createElement('div')));
    app.actions.showJoin(true);
    await act(async () =>
      root.render(
        <AppContext value={app}>
          <I18nextProvider i18n={createTranslator('en')}>
            <Joining />
          </I18nextProvider>
        </AppContext>,
      ),
    );
    close = async () => {
      await act(async () => root.unmount());
      document.body.replaceChildren();
      stop();
    };
    const joins = () => asked.filter(([name]) => name === 'mirror:join');
    return { app, api, asked, joins };
  };
  const submit = () => named('button', /Ask to follow|Connecting/);

  it('reads the invitation out before anything is connected', async () => {
    const { asked } = await showJoin();
    expect(isDisabled(submit())).toBe(true);
    await type(field(/^Invitation/), invitationText(5));
    expect(body()).toContain('10.1.0.5:40211');
    expect(body()).toContain('SHA256:oKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKA');
    expect(isDisabled(submit())).toBe(false);
    expect(asked.map(([name]) => name).filter((name) => name === 'mirror:join')).toEqual([]);
  });

  it('refuses what is no invitation, and one that has expired, in words', async () => {
    await showJoin();
    await type(field(/^Invitation/), 'countersign:1:nonsense');
    expect(body()).toContain('This is not an invitation');
    expect(isDisabled(submit())).toBe(true);
    await type(field(/^Invitation/), invitationText(-2));
    expect(body()).toContain('expired 2 min');
    expect(isDisabled(submit())).toBe(true);
  });

  it('asks once however often it is pressed, and says in place what went wrong', async () => {
    const { joins, app } = await showJoin({
      joining: { ok: false, failure: failure('mirror-unreachable', { addresses: '10.1.0.5:40211' }) },
    });
    await type(field(/^Invitation/), invitationText(5));
    await act(async () => {
      submit().click();
      submit().click();
    });
    expect(joins()).toHaveLength(1);
    expect(document.querySelector('[role=alert] .notice-what')).not.toBeNull();
    // The invitation is still there, to be tried again.
    expect((field(/^Invitation/) as HTMLTextAreaElement).value).toContain('countersign:1:');
    await press(submit());
    expect(joins()).toHaveLength(2);
    expect(app.store.getState().joining).not.toBeNull();
  });

  it('comes back to the dialog when a link that had begun came to nothing', async () => {
    const { api, app } = await showJoin({ joining: { ok: false, failure: failure('mirror-refused') } });
    await type(field(/^Invitation/), invitationText(5));
    const link = {
      ...({
        status: 'connecting',
        participant: null,
        role: null,
        address: '10.1.0.5:40211',
        certificate: 'x',
      } as const),
      ...{ silentMs: null, failure: null, bye: null, missingBytes: 0, receipted: null, challengeUntil: null },
    };
    const request = api.request.bind(api);
    Object.assign(api, {
      request: async (name: RequestName, payload: never) => {
        if (name === 'mirror:join') api.push('mirror:linked', { link, statement: null });
        return request(name, payload);
      },
    });
    await press(submit());
    expect(app.store.getState()).toMatchObject({ screen: 'home', followed: null });
    expect(app.store.getState().joining?.failure?.code).toBe('mirror-refused');
  });

  it('needs the person’s key first, and asks nothing of main without it', async () => {
    const { joins, app } = await showJoin({ identity: { identity: null, keyring: true, card: null, failure: null } });
    await type(field(/^Invitation/), invitationText(5));
    await press(submit());
    app.actions.refuseIdentity();
    await act(async () => {});
    expect(joins()).toEqual([]);
    expect(isDisabled(submit())).toBe(false);
  });

  it('takes another address where the invitation’s cannot be reached', async () => {
    const { joins } = await showJoin();
    await type(field(/^Invitation/), invitationText(5));
    await press(named('summary', /cannot be reached/));
    await type(field(/Other address/), 'localhost');
    expect(body()).toContain('127.0.0.1:40211');
    expect(isDisabled(submit())).toBe(true);
    await type(field(/Other address/), '127.0.0.1:40211');
    await press(submit());
    expect(joins()[0]?.[1]).toMatchObject({ address: '127.0.0.1:40211' });
  });
});

describe('inviting', () => {
  const dialog = (run: OpenRun) => <InviteDialog run={run} onClose={() => {}} />;

  it('opens nothing while there is no key', async () => {
    const none = { identity: null, keyring: true, card: null, failure: null };
    const { app, asked } = await show(session, dialog, { identity: none });
    await press(named('button', /Open the run to others/));
    app.actions.refuseIdentity();
    await act(async () => {});
    expect(asked.map(([name]) => name)).not.toContain('mirror:open');
  });

  it('opens the run and invites with one press', async () => {
    const { asked } = await show(session, dialog, { identity: own, opening: { ok: true, value: view(10) } });
    await type(field(/Name this address/), 'a b');
    expect(isDisabled(named('button', /Open the run to others/))).toBe(true);
    await type(field(/Name this address/), 'ops.example');
    await act(async () => {
      named('button', /Open the run to others/).click();
      named('button', /Open the run to others/).click();
    });
    await expect.poll(body).toContain('Hand this to one person');
    const mirror = asked.filter(([name]) => name.startsWith('mirror:o') || name === 'mirror:invite');
    expect(mirror).toEqual([
      ['mirror:open', { address: 'ops.example' }],
      ['mirror:invite', {}],
    ]);
    expect(document.querySelector('svg.qr path')?.getAttribute('d')).toMatch(/^M4 4h7/);
    expect(body()).toContain('SHA256:cert');
  });

  it('says why it could not be opened', async () => {
    const opening = { ok: false, failure: failure('identity-locked') } as const;
    await show(session, dialog, { identity: own, opening });
    await press(named('button', /Open the run to others/));
    await expect.poll(() => document.querySelector('[role=alert]')).not.toBeNull();
  });

  it('shows no invitation that has expired or was used, only the way to a new one', async () => {
    const { app } = await show(session, dialog, { identity: own });
    await act(async () => app.store.setState({ mirror: { view: view(-1), at: Date.now() } }));
    expect(body()).toContain('expired');
    expect(document.querySelector('svg.qr')).toBeNull();
    expect(document.querySelector('textarea')).toBeNull();
    await act(async () => app.store.setState({ mirror: { view: view(null), at: Date.now() } }));
    expect(body()).toContain('no unused invitation');
    expect(isDisabled(named('button', /^New invitation/))).toBe(false);
  });

  it('asks before everybody is cut off', async () => {
    const { app, asked } = await show(checked, dialog, { identity: own });
    await act(async () => app.store.setState({ mirror: { view: view(5), at: Date.now() } }));
    await press(named('button', /^Close to others…/));
    expect(body()).toContain('production holds');
    expect(asked.map(([name]) => name)).not.toContain('mirror:close');
    await press(named('button', /^Close to others$/));
    expect(asked.map(([name]) => name)).toContain('mirror:close');
    expect(app.store.getState().mirror).toBeNull();
  });
});

describe('whoever asks to join', () => {
  const banner = (run: OpenRun) => <WithActs run={run}>{(acts) => <AskingBanner run={run} acts={acts} />}</WithActs>;
  const admitted = (asked: (readonly [RequestName, unknown])[]) => asked.filter(([name]) => name === 'run:intent');

  it('is named with the fingerprint of their key, and admitted once by a double press', async () => {
    const { asked, state } = await show([...session, asks('p1', 'Zhao Min', 'B')], banner);
    await expect.poll(body).toMatch(/SHA256:[A-Za-z0-9+/]{43}/);
    expect(body()).toContain('Not known before');
    await act(async () => {
      named('button', /Admit as checker/).click();
      named('button', /Admit as checker/).click();
    });
    expect(admitted(asked)).toHaveLength(1);
    expect(state().participants[0]).toMatchObject({ standing: 'admitted', role: 'checker' });
    expect(document.querySelector('.asks')).toBeNull();
  });

  it('cannot be admitted beside another checker, nor from this computer, and the reason is said', async () => {
    await show([...checked, asks('p2', 'Chen Jie', 'C')], banner);
    expect(isDisabled(named('button', /Admit as checker/))).toBe(true);
    expect(body()).toContain('Zhao Min is');
    expect(isDisabled(named('button', /Admit as observer/))).toBe(false);
    await close();
    await show([...session, asks('p1', 'Myself', 'D', true)], banner);
    expect(isDisabled(named('button', /Admit as checker/))).toBe(true);
    expect(body()).toContain('this very computer');
  });

  it('takes no focus when it appears, and is turned away only with a reason', async () => {
    const { api, state } = await show(session, (run) => (
      <>
        <input aria-label="typing" />
        {banner(run)}
      </>
    ));
    const typing = document.querySelector('input');
    typing?.focus();
    await act(async () => api.happens(asks('p1', 'Zhao Min', 'B')));
    expect(document.activeElement).toBe(typing);
    await press(named('button', /Decline…/));
    expect(isDisabled(named('button', /Turn Zhao Min away/))).toBe(true);
    await type(field(/Reason/), 'wrong number');
    await press(named('button', /Turn Zhao Min away/));
    expect(state().participants[0]?.standing).toBe('declined');
  });

  it('is gone from the screen when they stopped waiting', async () => {
    const { api } = await show([...session, asks('p1', 'Zhao Min', 'B')], banner);
    await act(async () => api.happens({ type: 'participant-left', data: { participant: 'p1' } }));
    expect(document.querySelector('.asks')).toBeNull();
  });
});

describe('who is there', () => {
  const bar = (run: OpenRun) => <WithActs run={run}>{(acts) => <PeopleControl run={run} acts={acts} />}</WithActs>;

  it('is shown with shape and word, and claims no more than was heard', async () => {
    const { app, api } = await show(checked, bar, { mirror: view(null) });
    await expect.poll(body).toContain('Zhao Minhere');
    await act(async () => app.store.setState({ mirror: null }));
    expect(body()).toContain('no sign of life yet');
    await act(async () => api.happens(gone));
    expect(body()).toMatch(/gone since \d\d:\d\d/);
    expect(document.querySelector('.presence.is-gone .presence-shape')).not.toBeNull();
  });

  it('leads to the invitation while nobody follows', async () => {
    const { app } = await show(session, bar);
    await press(named('button', /Let somebody follow/));
    expect(app.store.getState().run?.dialog).toBe('invite');
  });
});

describe('a run that waits for somebody', () => {
  const held = (run: OpenRun) => <WithActs run={run}>{(acts) => <HeldNotice run={run} acts={acts} />}</WithActs>;

  it('goes on without a checker who is gone only with a reason', async () => {
    const { state } = await show(
      [...checked, gone, { type: 'run-held', data: { cause: 'checker-gone', reason: 'Zhao Min', minutes: null } }],
      held,
    );
    expect(body()).toContain('The run waits for Zhao Min');
    expect(body()).toContain('nothing was heard any more');
    await press(named('button', /Go on without Zhao Min…/));
    expect(body()).toContain('every countersignature has to be waived');
    await type(field(/Reason/), 'their machine is broken');
    await press(named('button', /^Go on without Zhao Min$/));
    expect(state().participants[0]?.standing).toBe('dismissed');
    expect(body()).not.toContain('The run waits for');
  });

  it('lets an offer of the pen be withdrawn', async () => {
    const { state } = await show(
      [
        ...checked,
        { type: 'run-held', data: { cause: 'handover', reason: 'shift', minutes: null } },
        { type: 'handover-offered', data: { participant: 'p1', reason: 'shift' } },
      ],
      held,
    );
    await press(named('button', /Withdraw the offer…/));
    await type(field(/Reason/), 'stay');
    await press(named('button', /^Withdraw the offer$/));
    expect(state().handover).toBeNull();
    expect(body()).toContain('the pen is yours');
  });

  it('has no way out for who only looks', async () => {
    await show(
      [...checked, gone, { type: 'run-held', data: { cause: 'checker-gone', reason: 'Zhao Min', minutes: null } }],
      (run) => <HeldNotice run={run} acts={null} />,
    );
    expect(document.querySelector('button')).toBeNull();
  });
});

describe('what the checker is asked', () => {
  const signing = (run: OpenRun) => {
    const [planned] = run.state.plan.steps;
    const [stands] = run.state.steps;
    if (planned === undefined || stands === undefined) return null;
    return (
      <>
        <RejectionNotice stands={stands} />
        <SigningWaits state={run.state} step={planned} stands={stands} doing={run.live} />
      </>
    );
  };

  it('says whether they looked, and shows their no until it was asked again', async () => {
    const { api, app } = await show(checked, signing);
    expect(body()).toContain('Zhao Min is asked: may this run?');
    expect(body()).toContain('has not opened the evidence yet');
    const looked = { participant: 'p1', step: 'stop', mode: 'before', statement: hash } as const;
    await act(async () => api.happens({ type: 'evidence-opened', data: looked }));
    expect(body()).toContain('has opened the evidence');
    await act(async () =>
      api.happens({ type: 'countersign-rejected', data: { ...looked, reason: 'drain app1 first', signature } }),
    );
    expect(body()).toContain('drain app1 first');
    await act(async () => {
      await app.actions.send({ type: 'ask-permission', step: 'stop', targets: ['app1'], reason: 'drained' });
    });
    expect(body()).not.toContain('drain app1 first');
    expect(body()).toContain('drained');
  });

  it('leads to inviting somebody where nobody is there to answer', async () => {
    const { app } = await show(session, signing);
    await press(named('button', /Let somebody follow/));
    expect(app.store.getState().run?.dialog).toBe('invite');
  });

  it('tells who asks for a repeat that nobody is there, and that they may go on without', async () => {
    await show(session, (run) => (
      <PeopleActDialog
        state={run.state}
        act={{ type: 'ask-permission', step: 'stop', targets: ['app1'] }}
        onClose={() => {}}
        onSend={() => {}}
      />
    ));
    expect(body()).toContain('Nobody is there to say yes');
  });
});

describe('what came from outside', () => {
  const logged = (id: string, from: string): RunEvent => ({
    type: 'interruption-logged',
    data: { interruption: id, participant: 'p1', from, what: `${from} calls`, urgency: 'now' },
  });
  const both = (run: OpenRun) => (
    <>
      <InterruptionsBanner run={run} />
      <InterruptionsDialog run={run} onClose={() => {}} />
    </>
  );

  it('says nothing inside an atomic block and everything after it', async () => {
    const inBlock = { plan: planOf([step('copy', { block: 0 })]) };
    const events: readonly RunEvent[] = [
      ...session.slice(0, 3),
      ...[asks('p1', 'Zhao Min', 'B'), admits],
      { type: 'step-entered', data: { step: 'copy' } },
      { type: 'block-entered', data: { block: 0 } },
    ];
    const { api } = await show(events, (run) => <InterruptionsBanner run={run} />, inBlock);
    await act(async () => api.happens(logged('i1', 'Network duty')));
    expect(body()).not.toContain('Network duty');
    const copied = started(inBlock.plan.steps[0], 'a1', 'app1');
    await act(async () => api.happens(copied, ended('a1', 'passed')));
    expect(body()).toContain('1 message from outside waits');
    expect(body()).toContain('Network duty calls');
  });

  it('is answered once by a double press, the most urgent first', async () => {
    const shown: RunEvent = { type: 'interruptions-shown', data: { interruptions: ['i1', 'i2'] } };
    const { asked, state } = await show([...checked, logged('i1', 'Network duty'), logged('i2', 'Desk'), shown], both);
    const [noted] = [...document.querySelectorAll<HTMLElement>('.interruptions button')];
    expect(noted?.textContent).toBe('Noted');
    await act(async () => {
      noted?.click();
      noted?.click();
    });
    expect(asked.filter(([name]) => name === 'run:intent')).toHaveLength(1);
    expect(state().interruptions.map(({ answer }) => answer?.text ?? null)).toEqual(['Noted', null]);
    const send = named('.interruptions button', /^Answer$/);
    expect(isDisabled(send)).toBe(true);
    await type(field(/Own answer/), 'At 23:30');
    await press(named('.interruptions button', /^Answer$/));
    expect(state().interruptions[1]?.answer?.text).toBe('At 23:30');
    expect(body()).toContain('Everything is answered');
  });
});

describe('after the pen was given away', () => {
  it('says who holds it, and offers nothing but to leave', async () => {
    await show(
      [
        ...checked,
        { type: 'run-held', data: { cause: 'handover', reason: 'shift', minutes: null } },
        { type: 'handover-offered', data: { participant: 'p1', reason: 'shift' } },
        { type: 'handed-over', data: { participant: 'p1', head: { seq: 3, hash }, signature } },
      ],
      (run) => <HandedOver run={run} />,
    );
    expect(body()).toContain('Zhao Min holds the pen');
    expect([...document.querySelectorAll('button')].map((one) => one.textContent)).toEqual(['To the first screen']);
  });
});

describe('the record after the run', () => {
  it('names operator and checker with their keys, and a checker at the same computer as for trying out', async () => {
    await show([...session, asks('p1', 'Zhao Min', 'B', true), admits, gone], (run) => (
      <PeopleRecord state={run.state} />
    ));
    expect(body()).toContain('Li Wei operated');
    expect(body()).toContain('Zhao Min checked');
    expect(body()).toContain('for trying out only');
    expect(body()).toContain('nothing was heard any more');
    await expect.poll(() => body().match(/SHA256:/g)?.length).toBe(2);
  });
});
