import { act, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { createApp } from '../../../renderer/store/app.ts';
import type { OpenRun } from '../../../renderer/store/app-state.ts';
import { listenToPushes } from '../../../renderer/store/pushes.ts';
import { AppContext, useRun } from '../../../renderer/store/use-app.ts';
import type { Plan } from '../../../shared/checklist/plan.ts';
import type { RunEvent } from '../../../shared/contract/events.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { createTranslator } from '../../../shared/text/translate.ts';
import { FakeCountersignApi, type FakeScript } from '../../helpers/fake-countersign-api.ts';

/** A part of the screen with an open run, fed by a fake main process that obeys the real policy. */
export async function showRun(
  plan: Plan,
  events: readonly RunEvent[],
  part: (run: OpenRun) => ReactNode,
  more: Partial<FakeScript> = {},
) {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const home = { checklists: [], runs: [] };
  const api = new FakeCountersignApi({
    ...{ language: 'en', theme: 'light', plan, home, events, output: [], minutesAgo: 1 },
    ...more,
  });
  const app = createApp(api);
  const stop = listenToPushes(app);
  const place = document.body.appendChild(document.createElement('div'));
  const root = createRoot(place);
  await act(() => app.actions.openRun('r1'));
  await act(async () =>
    root.render(
      <AppContext value={app}>
        <I18nextProvider i18n={createTranslator('en')}>
          <Part part={part} />
        </I18nextProvider>
      </AppContext>,
    ),
  );
  const state = (): RunState => {
    const { run } = app.store.getState();
    if (run === null) throw new Error('No run is open.');
    return run.state;
  };
  const close = async (): Promise<void> => {
    await act(async () => root.unmount());
    place.remove();
    stop();
  };
  return { app, api, state, close };
}

function Part({ part }: { readonly part: (run: OpenRun) => ReactNode }) {
  return part(useRun((run) => run));
}

/** The element that has these words for its name; dialogs are looked through as well. */
export function named(selector: string, words: RegExp): HTMLElement {
  const found = [...document.body.querySelectorAll<HTMLElement>(selector)].find((one) =>
    words.test(one.getAttribute('aria-label') ?? one.textContent ?? ''),
  );
  if (found === undefined) throw new Error(`Nothing like ${selector} is called ${words}: ${document.body.textContent}`);
  return found;
}

/** The field under a label. */
export function field(label: RegExp): HTMLInputElement | HTMLTextAreaElement {
  const found = named('label', label) as HTMLLabelElement;
  const control = found.control ?? document.getElementById(found.htmlFor);
  if (control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement) return control;
  throw new Error(`No field under ${label}.`);
}

/** Types as a person does: React hears only what goes through the element's own setter. */
export async function type(element: HTMLInputElement | HTMLTextAreaElement, text: string): Promise<void> {
  const prototype = element instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  await act(async () => {
    Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(element, text);
    element.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

/** Presses a button, a radio or a box. */
export async function press(element: HTMLElement): Promise<void> {
  await act(async () => element.click());
}

/** True where the button cannot be pressed. */
export function isDisabled(element: HTMLElement): boolean {
  return element.hasAttribute('disabled') || element.getAttribute('aria-disabled') === 'true';
}
