import { afterEach, describe, expect, it } from 'vitest';
import type { OpenRun } from '../../../renderer/store/app-state.ts';
import { Analysis } from '../../../renderer/views/finished/analysis.tsx';
import { ActDialog } from '../../../renderer/views/run/act-dialog.tsx';
import type { AskedAct } from '../../../renderer/views/run/asked-act.ts';
import { FindingsList } from '../../../renderer/views/run/findings-list.tsx';
import { RollbackDialog } from '../../../renderer/views/run/rollback-dialog.tsx';
import type { Plan } from '../../../shared/checklist/plan.ts';
import type { RunEvent } from '../../../shared/contract/events.ts';
import type { Intent } from '../../../shared/contract/intents.ts';
import { ended, started } from '../../helpers/fake-countersign-api.ts';
import { command, planOf, step } from '../../helpers/plans.ts';
import { field, isDisabled, named, press, showRun, type } from './screen-kit.tsx';

const undo = { action: command('undo'), perTarget: {}, plannedMs: 60_000 };
const plan = planOf([
  step('stop', { title: 'Stop tomcat', rollback: undo, targets: ['app1', 'app2'] }),
  step('watch', { effect: 'read', targets: ['app1'] }),
  step('drop', { code: '1.9', title: 'Drop the columns', pointOfNoReturn: 'The columns are gone.' }),
]);
const planned = (id: string, of: Plan = plan) => of.steps.find((one) => one.id === id);
const begun: RunEvent = { type: 'run-started', data: {} };
const entered = (id: string): RunEvent => ({ type: 'step-entered', data: { step: id } });
const session: RunEvent = {
  type: 'session-opened',
  data: { session: 's1', publicKey: '', machine: 'ops', person: 'Li Wei', pid: 1, resumed: false },
};
const ran = (id: string, attempt: string, target: string): readonly RunEvent[] => [
  started(planned(id), attempt, target),
  ended(attempt, 'passed', { effect: 'full' }),
];
const stopped: readonly RunEvent[] = [
  begun,
  entered('stop'),
  ...ran('stop', 'a1', 'app1'),
  ...ran('stop', 'a2', 'app2'),
];
const finding = (id: string) => ({ id, title: `Exception ${id}`, detail: `at line ${id}`, count: 3 });
const found: readonly RunEvent[] = [
  ...stopped,
  entered('watch'),
  started(planned('watch'), 'a3', 'app1'),
  ended('a3', 'inconclusive', { findings: [finding('f1'), finding('f2')] }),
];

let close: () => Promise<void> = async () => {};
afterEach(() => close());

async function show(events: readonly RunEvent[], part: (run: OpenRun) => React.ReactNode, of: Plan = plan) {
  const shown = await showRun(of, events, part);
  close = shown.close;
  return shown;
}

/** The dialog of one act; what it sends is kept. */
async function ask(events: readonly RunEvent[], act: AskedAct, of: Plan = plan) {
  const sent: Intent[] = [];
  const keep = async (intent: Intent): Promise<null> => {
    sent.push(intent);
    return null;
  };
  const shown = await show(events, (run) => <ActDialog run={run} act={act} onClose={() => {}} onSend={keep} />, of);
  return { ...shown, sent };
}

describe('judging a finding', () => {
  const judge: AskedAct = { type: 'judge', step: 'watch', target: 'app1', finding: 'f1', judgement: null };

  it('chooses nothing beforehand and needs both a judgement and a reason', async () => {
    const { sent } = await ask(found, judge);
    expect(document.body.textContent).toContain('at line f1');
    expect(isDisabled(named('button', /^Record$/))).toBe(true);
    await press(named('label', /Harmless/));
    expect(isDisabled(named('button', /Record as harmless/))).toBe(true);
    await type(field(/Reason/), 'only at start-up');
    await press(named('button', /Record as harmless/));
    expect(sent).toEqual([
      {
        type: 'judge',
        step: 'watch',
        target: 'app1',
        finding: 'f1',
        judgement: 'harmless',
        reason: 'only at start-up',
      },
    ]);
  });

  it('moves the keyboard on to the next open one, which lies unfolded', async () => {
    const { app } = await show(found, (run) => {
      const target = run.state.steps[1]?.targets[0];
      return target === undefined ? null : <FindingsList target={target} onJudge={() => {}} />;
    });
    expect(document.body.textContent).toContain('at line f1');
    expect(document.body.textContent).not.toContain('at line f2');
    const intent: Intent = {
      type: 'judge',
      step: 'watch',
      target: 'app1',
      finding: 'f1',
      judgement: 'known',
      reason: 'always there',
    };
    await app.actions.send(intent);
    // Not a control, so that Enter there is the primary action.
    await expect.poll(() => document.activeElement?.tagName).toBe('LI');
    expect(document.activeElement?.textContent).toContain('at line f2');
  });
});

describe('going past a point of no return', () => {
  it('needs the code of the step typed, and a reason', async () => {
    const { sent } = await ask([...found], { type: 'accept-no-return', step: 'drop' });
    const submit = () => named('button', /no way back/);
    await type(field(/Reason/), 'both hosts healthy');
    await type(field(/1\.9/), '1.8');
    expect(isDisabled(submit())).toBe(true);
    await type(field(/1\.9/), '1.9');
    await press(submit());
    expect(sent).toEqual([{ type: 'accept-no-return', step: 'drop', reason: 'both hosts healthy' }]);
  });
});

describe('deferring', () => {
  it('needs an owner and when it is due', async () => {
    const { sent } = await ask([begun, entered('stop')], { type: 'defer', step: 'stop', target: 'app1' });
    await type(field(/Reason/), 'host is being rebuilt');
    await type(field(/takes care/), 'Zhang San');
    expect(isDisabled(named('button', /Defer on app1/))).toBe(true);
    await type(field(/Due/), 'Monday 09:00');
    await press(named('button', /Defer on app1/));
    expect(sent).toEqual([
      {
        type: 'decide',
        step: 'stop',
        target: 'app1',
        decision: 'deferred',
        reason: 'host is being rebuilt',
        owner: 'Zhang San',
        due: 'Monday 09:00',
      },
    ]);
  });
});

describe('an approval', () => {
  const roles = { kind: 'approval' as const, roles: [{ role: 'lead', needed: 1 }] };
  const approval = planOf([step('go', { kind: 'approval', effect: 'read', action: roles, targets: ['desk'] })]);

  it('cannot be given by whoever works the run', async () => {
    const { sent } = await ask(
      [session, begun, entered('go')],
      { type: 'approve', step: 'go', target: 'desk' },
      approval,
    );
    await press(named('label', /^Approves/));
    await type(field(/words/), 'go ahead');
    await type(field(/Person/), ' li wei ');
    expect(document.body.textContent).toContain('cannot approve it');
    expect(isDisabled(named('button', /li wei approves/))).toBe(true);
    await type(field(/Person/), 'Chen Jie');
    await press(named('button', /Chen Jie approves/));
    expect(sent).toEqual([
      {
        type: 'approve',
        step: 'go',
        target: 'desk',
        role: 'lead',
        person: 'Chen Jie',
        answer: 'approved',
        reason: 'go ahead',
      },
    ]);
  });
});

describe('turning round', () => {
  const dialog = (run: OpenRun) => <RollbackDialog run={run} onClose={() => {}} />;

  it('shows what would be undone and begins it with a reason', async () => {
    const { state } = await show(found, dialog);
    expect(document.body.textContent).toContain('Undo: Stop tomcat');
    await type(field(/Reason/), 'new exception');
    await press(named('button', /Roll back Trade core/));
    await expect.poll(() => state().rollbacks.length).toBe(1);
    expect(state().plan.steps.at(-1)).toMatchObject({ undoes: ['stop'], targets: ['app1', 'app2'] });
  });

  it('undoes what is uncertain only when it was ticked', async () => {
    const { state } = await show(
      [
        begun,
        entered('stop'),
        ...ran('stop', 'a1', 'app1'),
        started(planned('stop'), 'a2', 'app2'),
        ended('a2', 'failed', { effect: 'partial' }),
      ],
      dialog,
    );
    await type(field(/Reason/), 'enough');
    await press(field(/app2/));
    await press(named('button', /Roll back Trade core/));
    await expect.poll(() => state().plan.steps.at(-1)?.targets).toEqual(['app1', 'app2']);
  });

  it('leads to an unknown that has to be found out first', async () => {
    const { app } = await show(
      [begun, entered('stop'), started(planned('stop'), 'a1', 'app2'), ended('a1', 'unknown')],
      dialog,
    );
    expect(isDisabled(named('button', /Roll back Trade core/))).toBe(true);
    await press(named('button', /Go to .* on app2/));
    expect(app.store.getState().run?.viewTarget).toBe('app2');
  });

  it('explains that only fixing forward is left after a point of no return', async () => {
    await show(
      [
        ...stopped,
        ...ran('watch', 'a3', 'app1'),
        entered('drop'),
        { type: 'no-return-accepted', data: { step: 'drop', reason: 'all healthy' } },
        started(planned('drop'), 'a4', 'app1'),
      ],
      dialog,
    );
    expect(document.body.textContent).toContain('The columns are gone.');
    expect(document.body.textContent).toContain('fix forward');
    expect(document.body.textContent).not.toContain('Roll back Trade core');
  });
});

describe('the problem analysis', () => {
  it('needs all four answers and is then part of the run', async () => {
    const { state } = await show(
      [begun, { type: 'run-ended', data: { result: 'rolled-back', reason: null } }],
      (run) => <Analysis state={run.state} closed="open" />,
    );
    await type(field(/What happened/), 'Orders were rejected');
    await type(field(/Cause/), 'limits were not migrated');
    await type(field(/Fix/), 'migrate them first');
    expect(isDisabled(named('button', /File the analysis/))).toBe(true);
    await type(field(/Confirmed by/), 'Chen Jie');
    await press(named('button', /File the analysis/));
    await expect.poll(() => state().analysis?.confirmedBy).toBe('Chen Jie');
    expect(document.body.textContent).toContain('limits were not migrated');
    expect(document.body.querySelector('textarea')).toBeNull();
  });
});
