import { act } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { usualPaper } from '../../../renderer/model/paper-size.ts';
import { stepStanding, targetStanding } from '../../../renderer/model/status.ts';
import type { OpenRun } from '../../../renderer/store/app-state.ts';
import { useActions } from '../../../renderer/store/use-app.ts';
import { PrintChecklist } from '../../../renderer/views/preflight/print-checklist.tsx';
import { ActDialog } from '../../../renderer/views/run/act-dialog.tsx';
import { TargetDetail } from '../../../renderer/views/run/target-detail.tsx';
import type { RunEvent } from '../../../shared/contract/events.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { field, isDisabled, named, press, showRun, type } from './screen-kit.tsx';

const plan = planOf([step('stop', { title: 'Stop tomcat', targets: ['app1', 'app2'] }), step('start')]);
const begun: readonly RunEvent[] = [
  {
    type: 'session-opened',
    data: { session: 's1', publicKey: '', machine: 'ops', person: 'Li Wei', pid: 1, resumed: false },
  },
  { type: 'run-started', data: {} },
  { type: 'step-entered', data: { step: 'stop' } },
];

let close: () => Promise<void> = async () => {};
afterEach(() => close());

function Paper({ run }: { readonly run: OpenRun }) {
  const { submit } = useActions();
  const paper = { type: 'paper', step: 'stop', target: 'app1' } as const;
  return <ActDialog run={run} act={paper} onClose={() => {}} onSend={submit} />;
}

async function dialog() {
  const shown = await showRun(plan, begun, (run) => <Paper run={run} />);
  close = shown.close;
  return shown;
}
const choose = async (place: number, word: RegExp): Promise<void> => {
  const group = document.body.querySelectorAll<HTMLElement>('[role=radiogroup]')[place];
  const found = [...(group?.querySelectorAll<HTMLElement>('label') ?? [])].find((one) =>
    word.test(one.textContent ?? ''),
  );
  await press(found ?? document.body);
};
const submit = () => named('button[type=submit]', /Record from paper/);

describe('entering from paper', () => {
  it('chooses nothing beforehand, needs a time for each host and a name, and refuses the future', async () => {
    await dialog();
    expect(isDisabled(submit())).toBe(true);
    await choose(0, /^done$/);
    expect(document.body.textContent).toContain('needs its time');
    await type(field(/When, on app1/), '2099-01-01T10:00');
    expect(document.body.textContent).toContain('Copy the first 8 characters');
    await type(field(/content hash/), '9f2c9f2c');
    await type(field(/Who did it/), 'Wang Fang');
    expect(document.body.textContent).toContain('lies in the future');
    expect(isDisabled(submit())).toBe(true);
  });

  it('records each host by itself, with its own verdict and time, and shows them as from paper', async () => {
    const { state } = await dialog();
    await choose(0, /^done$/);
    await choose(1, /^failed$/);
    await type(field(/When, on app1/), '2020-01-01T10:00');
    await type(field(/When, on app2/), '2020-01-01T10:05');
    await type(field(/Who did it/), 'Wang Fang');
    await type(field(/content hash/), '9F2C 9f2c');
    expect(isDisabled(submit())).toBe(true);
    await type(field(/^Note/), 'app2 would not stop');
    await act(async () => submit().click());
    await act(async () => await new Promise((resolve) => setTimeout(resolve, 0)));
    const [stands] = state().steps;
    expect(stands?.targets.map(({ target, status }) => [target, status])).toEqual([
      ['app1', 'passed'],
      ['app2', 'failed'],
    ]);
    expect(stands?.targets[0]?.attempts[0]?.paper).toEqual({
      doneAt: new Date('2020-01-01T10:00').toISOString(),
      doneBy: 'Wang Fang',
      checkedBy: null,
    });
  });
});

describe('a host that cannot be recorded', () => {
  it('leaves the dialog with all that was typed of it, and says why; the one before it is recorded', async () => {
    const { state, api } = await dialog();
    await choose(0, /^done$/);
    await choose(1, /^done$/);
    await type(field(/When, on app1/), '2020-01-01T10:00');
    await type(field(/When, on app2/), '2020-01-01T10:05');
    await type(field(/Who did it/), 'Wang Fang');
    await type(field(/content hash/), '9f2c9f2c');
    const request = api.request.bind(api);
    Object.assign(api, {
      request: async (name: Parameters<typeof request>[0], payload: never) => {
        const { intent } = payload as { intent?: { target?: string } };
        const full = { ok: false, refusal: { code: 'journal-unwritable', params: {} } };
        return intent?.target === 'app2' ? full : await request(name, payload);
      },
    });
    await act(async () => submit().click());
    expect(document.querySelector('.dialog [role=alert]')?.textContent).toContain('could not be written');
    expect(state().steps[0]?.targets.map(({ status }) => status)).toEqual(['passed', 'todo']);
    expect(field(/When, on app2/).value).toBe('2020-01-01T10:05');
    expect(field(/Who did it/).value).toBe('Wang Fang');
    Object.assign(api, { request });
    await act(async () => submit().click());
    expect(state().steps[0]?.targets.map(({ status }) => status)).toEqual(['passed', 'passed']);
  });
});

describe('a sheet that is not of this run', () => {
  it('is refused, with how both hashes begin, until the right one is there, typed or scanned', async () => {
    await dialog();
    await choose(0, /^done$/);
    await type(field(/When, on app1/), '2020-01-01T10:00');
    await type(field(/Who did it/), 'Wang Fang');
    await type(field(/content hash/), 'd6e94116');
    expect(document.body.textContent).toContain('begins with d6e94116, this run’s with 9f2c9f2c');
    expect(isDisabled(submit())).toBe(true);
    await type(field(/content hash/), `countersign:checklist:${'9f2c'.repeat(16)}?env=prod`);
    expect(isDisabled(submit())).toBe(false);
  });
});

describe('what came from paper', () => {
  const recorded: RunEvent = {
    type: 'paper-recorded',
    data: {
      ...{ attempt: 'a1', step: 'stop', target: 'app1', number: 1, verdict: 'passed' },
      ...{ doneAt: '2020-01-01T10:00:00.000Z', doneBy: 'Wang Fang', checkedBy: 'Zhao Min', note: null },
    },
  };

  it('never stands as something the machine saw', async () => {
    const both: RunEvent = { ...recorded, data: { ...recorded.data, attempt: 'a2', target: 'app2' } };
    const shown = await showRun(plan, [...begun, recorded, both], ({ state }) => {
      const [target] = state.steps[0]?.targets ?? [];
      const [first] = plan.steps;
      return target === undefined || first === undefined ? null : (
        <TargetDetail step={first} target={target} state={state} />
      );
    });
    close = shown.close;
    const words = document.body.textContent ?? '';
    expect(words).toContain('from paper');
    expect(words).toContain('Done by Wang Fang');
    expect(words).toContain('Checked on paper by Zhao Min');
    expect(words).toContain('no machine saw it');
    const [stands] = shown.state().steps;
    const [target] = stands?.targets ?? [];
    expect(target && targetStanding(target, false)).toBe('paper');
    expect(stands && stepStanding(stands, { manual: false, current: false })).toBe('paper');
  });
});

describe('printing from preflight', () => {
  it('asks main for the paper that was chosen, and says where it lies', async () => {
    const asked: unknown[] = [];
    const preflight = { path: '/x/release.yaml', environment: 'prod' } as Parameters<
      typeof PrintChecklist
    >[0]['preflight'];
    const shown = await showRun(plan, begun, () => <PrintChecklist preflight={preflight} />);
    close = shown.close;
    const request = shown.api.request.bind(shown.api);
    Object.assign(shown.api, {
      request: async (name: Parameters<typeof request>[0], payload: never) => {
        asked.push([name, payload]);
        return await request(name, payload);
      },
    });
    await press(named('button', /^Print…$/));
    await press(named('label', /^A4$/));
    await act(async () => named('button', /Save as PDF/).click());
    const wanted = { path: '/x/release.yaml', environment: 'prod', paper: 'A4', show: false };
    expect(asked).toEqual([['print:checklist', wanted]]);
    expect(document.body.textContent).toContain('Saved: /home/wang/checklist.pdf');
  });

  it('proposes Letter where Letter lies in the printers', () => {
    expect(['en-US', 'fr-CA', 'en-GB', 'zh-CN', 'zh-Hans-CN', 'de', 'es-Latn-MX'].map(usualPaper)).toEqual([
      'Letter',
      'Letter',
      'A4',
      'A4',
      'A4',
      'A4',
      'Letter',
    ]);
  });
});
