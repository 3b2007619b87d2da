import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CountersignApi } from '../../shared/contract/ipc.ts';
import { type AfterwardsActions, afterwardsActions } from './afterwards-actions.ts';
import { type AppState, initialState } from './app-state.ts';
import { type FeedActions, feedActions } from './feed-actions.ts';
import { type HistoryActions, historyActions } from './history-actions.ts';
import { type HomeActions, homeActions } from './home-actions.ts';
import { type IdentityActions, identityActions } from './identity-actions.ts';
import { type MirrorLinkActions, mirrorLinkActions } from './mirror-link.ts';
import { type PeopleActions, peopleActions } from './people-actions.ts';
import { type PreflightActions, preflightActions } from './preflight-actions.ts';
import { type ReplayActions, replayActions } from './replay-actions.ts';
import { type RunActions, runActions } from './run-actions.ts';

export type AppStore = StoreApi<AppState>;

/** What every group of actions works with. */
export interface Wiring {
  readonly api: CountersignApi;
  readonly store: AppStore;
  /** Changes some fields of the state. */
  readonly set: (change: Partial<AppState>) => void;
}

export interface App {
  readonly api: CountersignApi;
  readonly store: AppStore;
  readonly actions: HomeActions &
    HistoryActions &
    PreflightActions &
    RunActions &
    PeopleActions &
    IdentityActions &
    FeedActions &
    MirrorLinkActions &
    AfterwardsActions &
    ReplayActions;
}

/** The screens' half of the app: a store that main's pushes feed, and the actions that ask main for something. */
export function createApp(api: CountersignApi): App {
  const store = createStore<AppState>(() => initialState);
  const wiring: Wiring = { api, store, set: (change) => store.setState(change) };
  const run = runActions(wiring);
  const home = homeActions(wiring, run);
  const actions = {
    ...home,
    ...historyActions(wiring),
    ...preflightActions(wiring, home),
    ...run,
    ...peopleActions(wiring),
    ...identityActions(wiring),
    ...feedActions(wiring),
    ...afterwardsActions(wiring),
    ...mirrorLinkActions(wiring, home),
    ...replayActions(wiring),
  };
  return { api, store, actions };
}
