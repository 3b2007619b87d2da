import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { App } from './app.ts';
import type { AppState, OpenRun } from './app-state.ts';

/** The app, given once at the root. */
export const AppContext = createContext<App | null>(null);

/** The app of this tree. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (app === null) throw new Error('No AppContext above this component.');
  return app;
}

/** One part of the state; the component draws itself again when it changes. */
export function useAppState<T>(select: (state: AppState) => T): T {
  return useStore(useApp().store, select);
}

/** The actions, which never change. */
export function useActions(): App['actions'] {
  return useApp().actions;
}

/** The open run. Only for components that live below the run screen. */
export function useRun<T>(select: (run: OpenRun) => T): T {
  return useAppState((state) => {
    if (state.run === null) throw new Error('No run is open.');
    return select(state.run);
  });
}
