import { describe, expect, it } from 'vitest';
import { mayLeave } from '../../../electron/app/leaving.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { Story } from '../../helpers/story.ts';

const inBlock = planOf([step('stop', { block: 0 })]);
const outside = planOf([step('look')]);

describe('closing the window', () => {
  it('is free when no run is open or the run has ended', () => {
    expect(mayLeave(null, false)).toEqual({ type: 'free' });
    const { state } = new Story(outside).happens({ type: 'run-ended', data: { result: 'abandoned', reason: null } });
    expect(mayLeave(state, false)).toEqual({ type: 'free' });
  });

  it('is refused inside an atomic block, with the block’s name', () => {
    const { state } = new Story(inBlock).starts().happens({ type: 'block-entered', data: { block: 0 } });
    expect(mayLeave(state, false)).toEqual({
      type: 'refused',
      refusal: { code: 'in-atomic-block', params: { block: 'Replace the build' } },
    });
  });

  it('is asked about when a run is unfinished, by the run’s name', () => {
    const { state } = new Story(outside).starts();
    expect(mayLeave(state, false)).toEqual({ type: 'ask', title: 'Trade core 3.4.0', environment: 'pre', running: [] });
  });

  it('is refused while locked, with or without a run, but an atomic block says more', () => {
    const refusal = { code: 'lockdown-no-way-out', params: {} };
    expect(mayLeave(new Story(outside).starts().state, true)).toEqual({ type: 'refused', refusal });
    expect(mayLeave(null, true)).toEqual({ type: 'refused', refusal });
    const { state } = new Story(inBlock).starts().happens({ type: 'block-entered', data: { block: 0 } });
    expect(mayLeave(state, true)).toMatchObject({ type: 'refused', refusal: { code: 'in-atomic-block' } });
  });

  it('names the hosts that would be lost sight of', () => {
    const { state } = new Story(outside).starts().begins('look');
    expect(mayLeave(state, false)).toMatchObject({ type: 'ask', running: ['app1'] });
  });
});
