import { describe, expect, it } from 'vitest';
import { Lifecycle, type LifecycleParts } from '../../../electron/app/lifecycle.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { Story } from '../../helpers/story.ts';

const unfinished = new Story(planOf([step('stop', { block: 0 })])).starts().state;
const inBlock = new Story(planOf([step('stop', { block: 0 })]))
  .starts()
  .happens({ type: 'block-entered', data: { block: 0 } }).state;

function setUp(overrides: Partial<LifecycleParts> = {}) {
  const did: string[] = [];
  const note = (line: string) => void did.push(line);
  const lifecycle = new Lifecycle({
    run: () => null,
    locked: () => false,
    refuse: ({ code }, way) => note(`${way} refused ${code}`),
    confirm: async () => {
      note('asked');
      return true;
    },
    join: async () => note('joined'),
    exit: () => note('exit'),
    log: { info: () => {}, warn: () => {}, error: () => note('logged') },
    joinMs: 1_000,
    ...overrides,
  });
  return { lifecycle, did };
}

describe('leaving the app', () => {
  it('joins before it exits', async () => {
    const { lifecycle, did } = setUp();
    expect(await lifecycle.leave('close')).toBe(true);
    expect(did).toEqual(['joined', 'exit']);
  });

  it('is vetoed inside an atomic block without asking, and the screen is told why', async () => {
    const { lifecycle, did } = setUp({ run: () => inBlock });
    expect(await lifecycle.leave('close')).toBe(false);
    expect(did).toEqual(['close refused in-atomic-block']);
  });

  it('is vetoed while locked without asking, and says which way was tried', async () => {
    const { lifecycle, did } = setUp({ run: () => unfinished, locked: () => true });
    expect(await lifecycle.leave('quit')).toBe(false);
    expect(await lifecycle.leave('close')).toBe(false);
    expect(did).toEqual(['quit refused lockdown-no-way-out', 'close refused lockdown-no-way-out']);
  });

  it('is vetoed when the lock was taken while the question stood', async () => {
    let locked = false;
    const confirm = async (): Promise<boolean> => {
      locked = true;
      return true;
    };
    const { lifecycle, did } = setUp({ run: () => unfinished, locked: () => locked, confirm });
    expect(await lifecycle.leave('close')).toBe(false);
    expect(did).toEqual(['close refused lockdown-no-way-out']);
  });

  it('stays when the person says so', async () => {
    const { lifecycle, did } = setUp({ run: () => unfinished, confirm: async () => false });
    expect(await lifecycle.leave('close')).toBe(false);
    expect(did).toEqual([]);
  });

  it('is vetoed when the run entered a block while the question stood', async () => {
    let state: RunState = unfinished;
    const { lifecycle, did } = setUp({
      run: () => state,
      confirm: async () => {
        state = inBlock;
        return true;
      },
    });
    expect(await lifecycle.leave('close')).toBe(false);
    expect(did).toEqual(['close refused in-atomic-block']);
  });

  it('asks once, however often the person presses close', async () => {
    const { lifecycle, did } = setUp({ run: () => unfinished });
    await Promise.all([lifecycle.leave('close'), lifecycle.leave('close'), lifecycle.leave('close')]);
    expect(did).toEqual(['asked', 'joined', 'exit']);
  });

  it('may be tried again after a veto', async () => {
    let state: RunState | null = inBlock;
    const { lifecycle, did } = setUp({ run: () => state });
    await lifecycle.leave('close');
    state = null;
    expect(await lifecycle.leave('close')).toBe(true);
    expect(did).toEqual(['close refused in-atomic-block', 'joined', 'exit']);
  });

  it('does not hang for ever on a join that never ends, and says so in the log', async () => {
    const { lifecycle, did } = setUp({ join: () => new Promise(() => {}), joinMs: 5 });
    expect(await lifecycle.leave('close')).toBe(true);
    expect(did).toEqual(['logged', 'exit']);
  });

  it('exits although joining failed, and says so in the log', async () => {
    const { lifecycle, did } = setUp({ join: () => Promise.reject(new Error('disk full')) });
    expect(await lifecycle.leave('close')).toBe(true);
    expect(did).toEqual(['logged', 'exit']);
  });
});
