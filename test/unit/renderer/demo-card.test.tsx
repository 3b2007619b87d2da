import { act } from 'react';
import { afterEach, expect, test } from 'vitest';
import { DemoCard } from '../../../renderer/views/home/demo-card.tsx';
import type { ChecklistSummary } from '../../../shared/contract/ipc/home.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { named, showRun } from './screen-kit.tsx';

let close = async (): Promise<void> => {};
afterEach(() => close());

const environments = ['demo', 'demo-with-checker'].map((name) => ({ name, production: false, hosts: 2 }));
const demo: ChecklistSummary = { path: '/demo.yaml', title: 'T', version: null, environments, problems: [], steps: 3 };

/** The card after the demo's hosts were started. */
async function showChoice() {
  const shown = await showRun(planOf([step('1')]), [], () => <DemoCard />);
  close = shown.close;
  const { store } = shown.app;
  // The choice is there before the opening has quite ended.
  await act(async () => store.setState({ home: { ...store.getState().home, demo, busy: 'demo' } }));
  await act(async () => store.setState({ home: { ...store.getState().home, busy: null } }));
  return shown;
}

test('the demo asks whether it is tried alone or with a checker, and Enter takes the first', async () => {
  await showChoice();
  expect(document.querySelector('legend')?.textContent).toBe('How do you want to try it?');
  expect([...document.querySelectorAll('button')].map((button) => button.textContent)).toEqual([
    'Alone',
    'With a checker',
  ]);
  expect(document.activeElement).toBe(named('button', /^Alone$/));
  const described = named('button', /^With a checker$/).getAttribute('aria-describedby') ?? '';
  expect(document.getElementById(described)?.textContent).toContain('countersigns every write');
});

test('the choice opens that environment', async () => {
  const { app } = await showChoice();
  await act(async () => named('button', /^With a checker$/).click());
  const { screen, preflight } = app.store.getState();
  expect([screen, preflight?.path, preflight?.environment]).toEqual(['preflight', '/demo.yaml', 'demo-with-checker']);
});
