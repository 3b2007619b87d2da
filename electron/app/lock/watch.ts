import { uptime } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { type BrowserWindow, powerMonitor, screen } from 'electron';
import { limits } from '../../../shared/contract/limits.ts';
import { bringBack } from './hold.ts';
import { beginWatch, endWatch, type GapChange, type LockFacts, look, type Mend, type Watch } from './lock-watch.ts';

/** What changes with the surroundings of a locked window; all of it is only a reason to look again. */
const windowEvents = [
  'blur',
  'focus',
  'minimize',
  'restore',
  'hide',
  'show',
  'enter-full-screen',
  'leave-full-screen',
  'resize',
  'move',
] as const;
/** A window manager that does not answer is waited for no longer than this. */
const readMs = 400;
const screenEvents = ['display-added', 'display-removed', 'display-metrics-changed'] as const;

export interface WatchParts {
  readonly window: BrowserWindow;
  /** The parts of the facts that are sensed elsewhere. */
  readonly sense: () => Pick<LockFacts, 'minimized' | 'focused' | 'amiss' | 'displays' | 'manager'>;
  /** Asks the window system what its manager wrote down; called every `limits.quietPollMs` and at each event. */
  readonly readManager: () => Promise<void>;
  /** Takes the display (again), and covers the others. */
  readonly place: () => void;
  readonly tell: (change: GapChange) => void;
}

/**
 * Watches over a locked window until it is stopped. Events make it look at once, and a poll looks anyway, so that
 * nothing depends on one event having come.
 */
export function startWatch(parts: WatchParts): { stop(): void } {
  const { window, tell } = parts;
  let asleep = false;
  let screenLocked = false;
  const facts = (): LockFacts => ({
    at: performance.now(),
    uptime: uptime() * 1_000,
    asleep,
    screenLocked,
    visible: window.isVisible(),
    ...parts.sense(),
  });
  const mend: Readonly<Record<Mend, () => void>> = {
    restore: () => window.restore(),
    show: () => window.show(),
    place: () => {
      parts.place();
      // What the window manager wrote down before is out of date.
      lookSoon();
    },
    focus: () => bringBack(window),
  };
  let watch: Watch = beginWatch(facts());
  let looking = false;
  let stopped = false;
  const lookAgain = (): void => {
    // Putting right brings events of its own; they are seen by the next look.
    if (looking || window.isDestroyed()) return;
    looking = true;
    try {
      const seen = look(watch, facts());
      watch = seen.watch;
      for (const change of seen.changes) tell(change);
      for (const wanted of seen.mends) mend[wanted]();
    } finally {
      looking = false;
    }
  };
  // A window manager that minimises takes the focus first; only what it wrote down says why. So it is read before
  // the look, and once more when something happened meanwhile.
  let asking = false;
  let askAgain = false;
  const lookSoon = (): void => ask(true);
  const ask = (patient: boolean): void => {
    askAgain = asking;
    if (asking) return;
    asking = true;
    const answered = Promise.race([parts.readManager().catch(() => {}), wait(readMs)]);
    void answered.then(() => {
      asking = false;
      if (stopped) return;
      // Once only: what never rests is looked at as it is.
      if (askAgain && patient) ask(false);
      else lookAgain();
    });
  };
  const undo = listen(window, lookSoon, {
    suspend: () => (asleep = true),
    resume: () => (asleep = false),
    'lock-screen': () => (screenLocked = true),
    'unlock-screen': () => (screenLocked = false),
  });
  const poll = setInterval(() => !asking && lookAgain(), limits.lockPollMs);
  const managerPoll = setInterval(lookSoon, limits.quietPollMs);
  lookAgain();
  return {
    stop: () => {
      undo();
      stopped = true;
      clearInterval(poll);
      clearInterval(managerPoll);
      for (const change of endWatch(watch, performance.now(), uptime() * 1_000)) tell(change);
    },
  };
}

type PowerEvent = 'suspend' | 'resume' | 'lock-screen' | 'unlock-screen';

function listen(
  window: BrowserWindow,
  lookAgain: () => void,
  power: Readonly<Record<PowerEvent, () => void>>,
): () => void {
  const powers = Object.entries(power).map(([name, note]) => {
    const heard = (): void => {
      note();
      lookAgain();
    };
    return [name as PowerEvent, heard] as const;
  });
  for (const name of windowEvents) window.on(name as 'focus', lookAgain);
  for (const name of screenEvents) screen.on(name as 'display-added', lookAgain);
  for (const [name, heard] of powers) powerMonitor.on(name as 'suspend', heard);
  return () => {
    for (const name of windowEvents) window.removeListener(name as 'focus', lookAgain);
    for (const name of screenEvents) screen.removeListener(name as 'display-added', lookAgain);
    for (const [name, heard] of powers) powerMonitor.removeListener(name as 'suspend', heard);
  };
}
