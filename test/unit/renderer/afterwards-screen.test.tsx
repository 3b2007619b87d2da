import { act } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { Analysis } from '../../../renderer/views/finished/analysis.tsx';
import { FinishedView } from '../../../renderer/views/finished/finished-view.tsx';
import { Notes } from '../../../renderer/views/finished/notes.tsx';
import { ActDialog } from '../../../renderer/views/run/act-dialog.tsx';
import type { RunEvent } from '../../../shared/contract/events.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { Intent } from '../../../shared/contract/intents.ts';
import type { Answers, RequestOf } from '../../../shared/contract/ipc.ts';
import type { SaidRecord } from '../../../shared/run/said.ts';
import type { FakeAnswers } from '../../helpers/fake-evidence.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { field, isDisabled, named, press, showRun, type } from './screen-kit.tsx';

const plan = planOf([step('stop', { code: '1.1', title: 'Stop tomcat', targets: ['app1', 'app2'] })]);
const begun: RunEvent = { type: 'run-started', data: {} };
const end = (result: 'completed' | 'rolled-back'): RunEvent => ({ type: 'run-ended', data: { result, reason: null } });
const ended: readonly RunEvent[] = [begun, end('completed')];
const decided: SaidRecord = {
  ...{ seq: 7, at: '2026-11-20T22:10:00.000Z', by: 'Li Wei', type: 'target-decided', word: 'overridden' },
  ...{ step: 'stop', target: 'app2', text: 'The old process is gone.' },
};
const noted = (data: Partial<Extract<RunEvent, { type: 'note-added' }>['data']> = {}): RunEvent => ({
  type: 'note-added',
  data: { note: 'n1', text: 'It was still there.', step: 'stop', target: 'app2', corrects: 7, ...data },
});

let close: () => Promise<void> = async () => {};
afterEach(() => close());

const nobody = { identity: null, keyring: true, card: null, failure: null } as const;

/** The section of an ended run; what main is asked to add is kept. */
async function notes(events: readonly RunEvent[], answers: FakeAnswers = {}, login = false) {
  const added: RequestOf<'note:add'>[] = [];
  const shown = await showRun(plan, events, (run) => <Notes state={run.state} closed="open" />, {
    answers: {
      'note:records': ({ step: at }) => ({ ok: true, value: at === null ? [] : [decided] }),
      'note:add': (note) => {
        added.push(note);
        return { ok: true, value: null };
      },
      ...answers,
    },
  });
  close = shown.close;
  const { store } = shown.app;
  const { settings } = store.getState();
  store.setState({
    identity: { ...store.getState().identity, known: nobody },
    settings: settings ?? (login ? { language: 'en', theme: 'light', person: '', recentChecklists: [] } : null),
  });
  if (!login) await shown.app.actions.changeSettings({ person: 'Chen Jie' });
  return { ...shown, added };
}

async function choose(label: RegExp, value: string): Promise<void> {
  const select = named('label', label).querySelector('select');
  if (select === null) throw new Error(`No list under ${label}.`);
  await act(async () => {
    Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value')?.set?.call(select, value);
    select.dispatchEvent(new Event('change', { bubbles: true }));
  });
}

describe('notes and corrections', () => {
  it('shows a correction together with the words that it corrects, and who said each', async () => {
    await notes([...ended, noted()], { 'note:records': () => ({ ok: true, value: [decided] }) });
    const { textContent } = named('section', /Notes and corrections/);
    expect(textContent).toContain('1.1 Stop tomcat on app2');
    expect(textContent).toContain('Corrects record 7: Decision · overridden');
    expect(textContent).toContain('The old process is gone.');
    expect(textContent).toContain('It was still there.');
  });

  it('says which record is corrected even where its words cannot be read', async () => {
    const trouble = failure('local-error', {}, 'EIO');
    await notes([...ended, noted()], { 'note:records': () => ({ ok: false, failure: trouble }) });
    expect(document.body.textContent).toContain('What was recorded could not be read');
    expect(document.body.textContent).toContain('Corrects record 7.');
    expect(document.body.textContent).toContain('It was still there.');
  });

  it('adds a note about the run, and none without words', async () => {
    const { added, state } = await notes(ended);
    expect(document.body.textContent).toContain('Nobody has added anything.');
    await press(named('button', /^Add a note…$/));
    expect(isDisabled(named('button', /^Add the note$/))).toBe(true);
    await type(field(/^Note$/), '  The disk was cleaned by hand. ');
    await press(named('button', /^Add the note$/));
    expect(added).toEqual([
      { runId: state().runId, text: 'The disk was cleaned by hand.', step: null, target: null, corrects: null },
    ]);
    expect(document.body.querySelector('[role=dialog]')).toBeNull();
  });

  it('corrects a record that was chosen on its step and host, never without one', async () => {
    const { added } = await notes(ended);
    await press(named('button', /^Correct…$/));
    expect(document.body.textContent).toContain('Nothing was said or found there.');
    await choose(/^About/, 'stop');
    await choose(/^Target/, 'app2');
    await type(field(/What is right/), 'It was still there.');
    expect(isDisabled(named('button', /Add the correction/))).toBe(true);
    await press(named('label', /Decision · overridden/));
    await press(named('button', /Add the correction/));
    expect(added).toMatchObject([{ step: 'stop', target: 'app2', corrects: 7, text: 'It was still there.' }]);
  });

  it('forgets the chosen record when another place is chosen', async () => {
    await notes(ended);
    await press(named('button', /^Correct…$/));
    await choose(/^About/, 'stop');
    await press(named('label', /Decision · overridden/));
    await type(field(/What is right/), 'x');
    expect(isDisabled(named('button', /Add the correction/))).toBe(false);
    await choose(/^Target/, 'app1');
    expect(isDisabled(named('button', /Add the correction/))).toBe(true);
  });

  it('keeps what was typed when it could not be added, and says why', async () => {
    await notes(ended, { 'note:add': () => ({ ok: false, failure: failure('run-is-copy') }) });
    await press(named('button', /^Add a note…$/));
    await type(field(/^Note$/), 'typed once');
    await press(named('button', /^Add the note$/));
    expect(document.body.textContent).toContain('the copy of a run that somebody else worked');
    expect(field(/^Note$/).value).toBe('typed once');
  });

  it('says that a note was not added even when its dialog was closed before the answer', async () => {
    let answer = (_: Answers['note:add']): void => {};
    const { app } = await notes(ended, {
      'note:add': () => new Promise<Answers['note:add']>((resolve) => (answer = resolve)) as never,
    });
    const add = async (): Promise<void> => {
      await press(named('button', /^Add a note…$/));
      await type(field(/^Note$/), 'typed once');
      await press(named('button', /^Add the note$/));
      await press(named('.dialog button', /^Cancel$/));
    };
    await add();
    await act(async () => answer({ ok: false, failure: failure('run-is-copy') }));
    expect(document.querySelector('[role=alert]')?.textContent).toContain('somebody else worked');
    await add();
    expect(document.querySelector('[role=alert]')).toBeNull();
    // Who has left the run by then is told on the first screen.
    const { run } = app.store.getState();
    if (run === null) throw new Error('No run is open.');
    await act(async () => app.store.setState({ run: { ...run, state: { ...run.state, runId: 'another' } } }));
    await act(async () => answer({ ok: false, failure: failure('run-is-copy') }));
    expect(app.store.getState().home.failure?.code).toBe('run-is-copy');
  });

  it('asks for a name where only the login is known, and keeps it before anything is said', async () => {
    const { added, app } = await notes(ended, {}, true);
    await press(named('button', /^Add a note…$/));
    await type(field(/^Note$/), 'x');
    expect(isDisabled(named('button', /^Add the note$/))).toBe(true);
    expect(document.body.textContent).toContain('Your name is needed.');
    await type(field(/Your name/), 'Chen Jie');
    await press(named('button', /^Add the note$/));
    expect(app.store.getState().settings?.person).toBe('Chen Jie');
    expect(added).toHaveLength(1);
  });
});

describe('a name that cannot be kept', () => {
  it('keeps what was typed, says nothing in a name that nobody has, and lets it be tried again', async () => {
    const full = {
      'settings:set': (): never => {
        throw new Error('ENOSPC: no space left on device');
      },
    };
    const { added } = await notes(ended, full, true);
    await press(named('button', /^Add a note…$/));
    await type(field(/^Note$/), 'typed once');
    await type(field(/Your name/), 'Chen Jie');
    await press(named('button', /^Add the note$/));
    expect(document.querySelector('[role=alert]')?.textContent).toContain('ENOSPC');
    expect(added).toEqual([]);
    expect(field(/^Note$/).value).toBe('typed once');
    expect(isDisabled(named('button', /^Add the note$/))).toBe(false);
  });
});

describe('a note during the run', () => {
  it('is an intent about the step and the host, with nothing corrected', async () => {
    const sent: Intent[] = [];
    const shown = await showRun(plan, [begun], (run) => (
      <ActDialog
        run={run}
        act={{ type: 'note', step: 'stop', target: 'app1' }}
        onClose={() => {}}
        onSend={async (intent) => {
          sent.push(intent);
          return null;
        }}
      />
    ));
    close = shown.close;
    expect(isDisabled(named('button', /^Add the note$/))).toBe(true);
    await type(field(/^Note$/), 'fan is loud');
    await press(named('button', /^Add the note$/));
    expect(sent).toEqual([{ type: 'add-note', text: 'fan is loud', step: 'stop', target: 'app1', corrects: null }]);
  });
});

describe('the problem analysis', () => {
  const analysis = (what: string): RunEvent => ({
    type: 'analysis-filed',
    data: { what, cause: 'the cause', fix: 'the fix', confirmedBy: 'Chen Jie' },
  });

  it('keeps its draft while another screen is looked at', async () => {
    const events = [begun, end('rolled-back')];
    // While the list of keys lies over it the form is not drawn at all.
    const { app, state, ...shown } = await showRun(plan, events, (run) =>
      run.dialog === 'keys' ? null : <Analysis state={run.state} closed="open" />,
    );
    close = shown.close;
    await type(field(/What happened/), 'Orders were rejected');
    await act(async () => app.actions.showDialog('keys'));
    expect(document.body.querySelector('textarea')).toBeNull();
    await act(() => app.actions.openRun(state().runId));
    expect(field(/What happened/).value).toBe('Orders were rejected');
  });

  it('shows all that was filed, oldest first, and can only be added to', async () => {
    const events = [begun, end('rolled-back'), analysis('first word'), analysis('second word')];
    const shown = await showRun(plan, events, (run) => <Analysis state={run.state} closed="open" />);
    close = shown.close;
    const { textContent } = named('section', /Problem analysis/);
    expect(textContent?.indexOf('first word')).toBeGreaterThan(0);
    expect(textContent?.indexOf('second word')).toBeGreaterThan(textContent?.indexOf('first word') ?? 0);
    expect(document.body.querySelector('textarea')).toBeNull();
    await press(named('button', /Add to the analysis/));
    expect(field(/What happened/).value).toBe('');
    expect(document.body.textContent).toContain('What is filed stays as it is.');
  });
});

describe('a run that cannot be read again once something was added', () => {
  it('says that the note is in the journal, and does not ask for it once more', async () => {
    const shown = await showRun(plan, ended, (run) => <FinishedView run={run} />, {
      answers: { 'note:add': () => ({ ok: true, value: null }), 'note:may': () => null },
    });
    close = shown.close;
    await shown.app.actions.changeSettings({ person: 'Chen Jie' });
    const usual = shown.api.request.bind(shown.api);
    const broken = async (): Promise<Answers['run:open']> => ({
      ok: false,
      failure: failure('local-error', {}, 'EIO'),
    });
    shown.api.request = ((name, payload) => (name === 'run:open' ? broken() : usual(name, payload))) as typeof usual;
    const add = async (): Promise<void> => {
      await press(named('button', /^Add a note…$/));
      await type(field(/^Note$/), 'said once');
      await press(named('button', /^Add the note$/));
    };
    await add();
    expect(document.body.querySelector('[role=dialog]')).toBeNull();
    expect(document.querySelector('[role=alert]')?.textContent).toContain('What you added is in the journal');
    expect(document.querySelector('[role=alert]')?.textContent).toContain('EIO');
    shown.api.request = usual;
    await add();
    expect(document.querySelector('[role=alert]')).toBeNull();
  });
});

describe('a run that only others can add to', () => {
  it('offers neither note nor analysis, and says why and who can', async () => {
    const shown = await showRun(plan, [begun, end('rolled-back')], (run) => <FinishedView run={run} />, {
      answers: { 'note:may': () => failure('run-is-imported') },
    });
    close = shown.close;
    const [analysis, notes] = [named('section', /Problem analysis/), named('section', /^Notes/)];
    for (const { textContent } of [analysis, notes]) {
      expect(textContent).toContain('This run was imported from a zip. It can be read, not added to.');
      expect(textContent).toContain('Add it on the computer where the run was worked.');
    }
    expect([analysis, notes].flatMap((one) => [...one.querySelectorAll('button, textarea, input')])).toEqual([]);
    expect(analysis.textContent).toContain('No analysis has been filed.');
  });

  it('offers both once it is known that the run is our own, and neither before', async () => {
    let answer = (_: null): void => {};
    const shown = await showRun(plan, [begun, end('rolled-back')], (run) => <FinishedView run={run} />, {
      answers: { 'note:may': () => new Promise<null>((resolve) => (answer = resolve)) as never },
    });
    close = shown.close;
    const buttons = () => [...named('section', /^Notes/).querySelectorAll('button')].map((one) => one.textContent);
    expect(buttons()).toEqual([]);
    await act(async () => answer(null));
    expect(buttons()).toEqual(['Add a note…', 'Correct…']);
    expect(field(/What happened/).value).toBe('');
  });
});
