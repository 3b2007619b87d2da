import { stepIndex } from '../../shared/checklist/plan-lookup.ts';
import type { Failure } from '../../shared/contract/errors.ts';
import { failure } from '../../shared/contract/failure.ts';
import { type Moment, momentAt, neighbour, played, type Speed } from '../model/replay.ts';
import type { Wiring } from './app.ts';
import { openedRun } from './fold.ts';
import type { CameFrom, CompareState, ReplayState } from './replay-state.ts';

export interface ReplayActions {
  /** Shows a run of the past as it was; not while another is under way. */
  readonly openReplay: (runId: string) => Promise<void>;
  readonly closeReplay: () => void;
  /** Goes to a time, in milliseconds since the first record. */
  readonly replayTo: (ms: number) => void;
  /** Goes to a record, and looks at the step it is about. */
  readonly replayToRecord: (seq: number) => void;
  readonly replayNext: (direction: 1 | -1) => void;
  /** Plays or pauses; at the end it begins anew. */
  readonly replayPlay: () => void;
  /** Time passes on the screen. */
  readonly replayPassed: (elapsedMs: number) => void;
  readonly setReplay: (change: Partial<Pick<ReplayState, 'speed' | 'shorten' | 'among'>>) => void;
  /** What a terminal of the past cannot show any more. */
  readonly replayTrouble: (trouble: Failure) => void;
  /** Looks for a text in all outputs; the empty text forgets what was found. */
  readonly searchReplay: (text: string) => Promise<void>;
  readonly showMatch: (index: number) => void;
  readonly openCompare: (left: string, right: string) => Promise<void>;
  readonly closeCompare: () => void;
}

const nothing: Moment = { ms: 0, seq: 0 };
const usual = { playing: false, speed: 4 as Speed, shorten: true, among: 'all', search: null } as const;

export function replayActions({ api, store, set }: Wiring): ReplayActions {
  const replay = (): ReplayState | null => store.getState().replay;
  const change = (changes: Partial<ReplayState>): void => {
    const open = replay();
    if (open !== null) set({ replay: { ...open, ...changes } });
  };
  const cameFrom = (): CameFrom | null => {
    const { screen, run } = store.getState();
    // What is under way is never covered by what was.
    return run !== null && run.state.status !== 'ended' ? null : { screen, run };
  };
  const comeBack = ({ screen, run }: CameFrom): void => set({ screen, run, replay: null, compare: null });

  /** One question at a time: what is asked while another is on its way is asked for its end. */
  let asking = false;
  const follow = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    try {
      for (;;) {
        const open = replay();
        const { run } = store.getState();
        if (open?.view == null || run === null || run.state.seq === open.moment.seq) return;
        const state = await api.request('replay:state', { seq: open.moment.seq });
        const now = store.getState();
        if (now.replay?.runId !== open.runId || now.run === null) return;
        set({ run: { ...now.run, state } });
        // The journal ends before it: there is nothing more to ask for.
        if (state.seq !== open.moment.seq && now.replay.moment.seq === open.moment.seq) return;
      }
    } catch (error) {
      change({ failure: failure('local-error', {}, error), playing: false });
    } finally {
      asking = false;
    }
  };

  const go = (moment: Moment): void => {
    change({ moment });
    void follow();
  };
  const goTo = (ms: number): void => {
    const view = replay()?.view;
    if (view != null) go(momentAt(view.marks, Math.max(0, Math.min(ms, view.durationMs))));
  };
  const look = (step: string | null, target: string | null): void => {
    const { run } = store.getState();
    if (run === null || step === null) return;
    const index = stepIndex(run.state.plan, step);
    if (index >= 0) set({ run: { ...run, viewStep: index, viewTarget: target } });
  };
  const goToRecord = (seq: number): void => {
    const mark = replay()?.view?.marks[seq];
    if (mark === undefined) return;
    go({ seq, ms: mark.ms });
    // The step of before may be looked at again, but the next thing is what one came for.
    look(mark.step, mark.target);
  };

  /** Only the run that was asked for last is answered on the screen. */
  let opened = 0;

  return {
    openReplay: async (runId) => {
      const from = cameFrom();
      if (from === null) return;
      opened += 1;
      const mine = opened;
      set({
        screen: 'replay',
        run: null,
        replay: { ...usual, runId, view: null, failure: null, moment: nothing, from },
      });
      try {
        const answer = await api.request('replay:open', { runId });
        if (mine !== opened || replay() === null) return;
        if (!answer.ok) return change({ failure: answer.failure });
        set({ run: openedRun(answer.value.state, false, false) });
        change({ view: answer.value });
      } catch (error) {
        if (mine === opened) change({ failure: failure('local-error', {}, error) });
      }
    },
    closeReplay: () => {
      const open = replay();
      if (open === null) return;
      void api.request('replay:close', {}).catch(() => undefined);
      comeBack(open.from);
    },
    replayTo: goTo,
    replayToRecord: goToRecord,
    replayNext: (direction) => {
      const open = replay();
      const mark = open?.view == null ? null : neighbour(open.view.marks, open.moment, direction, open.among);
      if (mark !== null) goToRecord(mark.seq);
    },
    replayPlay: () => {
      const open = replay();
      if (open?.view == null) return;
      if (!open.playing && open.moment.ms >= open.view.durationMs) goTo(0);
      change({ playing: !open.playing });
    },
    replayPassed: (elapsedMs) => {
      const open = replay();
      if (open?.view == null || !open.playing) return;
      const ms = played(open.view, open.moment.ms, elapsedMs, open);
      // Time passes through what was looked at aside; only jumps look elsewhere.
      goTo(ms);
      if (ms >= open.view.durationMs) change({ playing: false });
    },
    setReplay: change,
    replayTrouble: (trouble) => change({ failure: trouble, playing: false }),
    searchReplay: async (text) => {
      if (text === '') return change({ search: null });
      change({ search: { text, busy: true, matches: [], truncated: false, missing: [], at: -1 } });
      try {
        const found = await api.request('replay:search', { text });
        if (replay()?.search?.text === text) change({ search: { text, busy: false, ...found, at: -1 } });
      } catch (error) {
        change({ search: null, failure: failure('local-error', {}, error) });
      }
    },
    showMatch: (index) => {
      const open = replay();
      const match = open?.search?.matches[index];
      if (open?.view == null || open.search === null || match === undefined) return;
      change({ search: { ...open.search, at: index }, playing: false });
      goTo(match.ms);
      const began = open.view.marks.find(
        ({ type, attempt }) => type === 'attempt-started' && attempt === match.attempt,
      );
      look(began?.step ?? null, began?.target ?? null);
    },
    openCompare: async (left, right) => {
      const from = cameFrom();
      if (from === null) return;
      set({ screen: 'compare', run: null, compare: { left, right, view: null, failure: null, from } });
      const settle = (found: Partial<CompareState>): void => {
        const { compare } = store.getState();
        if (compare?.left === left && compare.right === right) set({ compare: { ...compare, ...found } });
      };
      try {
        const answer = await api.request('compare:open', { left, right });
        settle(answer.ok ? { view: answer.value } : { failure: answer.failure });
      } catch (error) {
        settle({ failure: failure('local-error', {}, error) });
      }
    },
    closeCompare: () => {
      const { compare } = store.getState();
      if (compare !== null) comeBack(compare.from);
    },
  };
}
