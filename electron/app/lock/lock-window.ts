import { type BrowserWindow, type Display, powerSaveBlocker, screen } from 'electron';
import type { CoverView, DisplayView } from '../../../shared/contract/ipc/lock.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { WayOut } from '../../../shared/contract/lockdown.ts';
import type { LockWindow, RunProgram } from '../../lockdown/ports.ts';
import { type Covers, createCovers } from './covers.ts';
import { displayFor, displayViews, layoutOf } from './displays.ts';
import { amiss, type Before, bringBack, giveBack, standing, takeDisplay, until } from './hold.ts';
import type { GapChange, LockFacts } from './lock-watch.ts';
import { thisWindowSystem } from './senses.ts';
import { startWatch } from './watch.ts';
import { createWaysOut, refuseWaysOut } from './ways-out.ts';
import type { WindowSystem } from './window-system.ts';
import { missingStates, readX11, type X11Reading, x11Handle } from './x11.ts';

/** A window manager may grant a state and take it back while it is still busy: only what lasts this long is held. */
const steadyMs = 250;

/** The lock as the app and its desks use it. */
export interface AppLock extends LockWindow {
  displays(): readonly DisplayView[];
  /** Takes effect when the lock is next taken; an unknown display changes nothing. */
  chooseDisplay(id: number): void;
  /** What the covers show from now on. */
  cover(view: CoverView): void;
  locked(): boolean;
  /** Something else refused a way out (closing, a second start, a link): it is told like the keys. */
  refused(way: WayOut): void;
  /** While a dialog of our own stands in front, the lost focus is our own doing. */
  behindDialog<T>(dialog: () => Promise<T>): Promise<T>;
}

export interface LockWindowParts {
  /** The one window; throws while there is none. */
  readonly window: () => BrowserWindow;
  readonly coverUrl: string;
  readonly preload: string;
  readonly run: RunProgram;
  /** The lock was taken or given back: menus follow. */
  readonly onLocked: (locked: boolean) => void;
  readonly log: { warn(message: string): void };
}

interface Held {
  readonly window: BrowserWindow;
  readonly before: Before;
  /** The display that was taken; while it is unplugged, the primary one stands in for it. */
  readonly display: number;
  readonly blocker: number;
  readonly watch: { stop(): void } | null;
}

/** Builds the lock; nothing is changed before `enter`. */
export function createLockWindow(parts: LockWindowParts): AppLock {
  return new ElectronLock(parts, thisWindowSystem());
}

class ElectronLock implements AppLock {
  readonly #parts: LockWindowParts;
  readonly #system: WindowSystem;
  readonly #ways = createWaysOut();
  readonly #covers: Covers;
  readonly #guarded = new WeakSet<BrowserWindow>();
  readonly #listeners = new Set<(change: GapChange) => void>();
  #chosen: number | null = null;
  #held: Held | null = null;
  #dialogs = 0;
  /** As last read; null where there is nothing to read. */
  #x11: X11Reading | null = null;
  #reading: Promise<void> | null = null;

  constructor(parts: LockWindowParts, system: WindowSystem) {
    this.#parts = parts;
    this.#system = system;
    this.#covers = createCovers({
      url: parts.coverUrl,
      preload: parts.preload,
      guard: (window) => refuseWaysOut(window.webContents, this.locked, this.refused),
    });
  }

  readonly locked = (): boolean => this.#held !== null;
  readonly refused = (way: WayOut): void => this.#ways.refused(way);

  onWayOut(listener: (way: WayOut) => void): void {
    this.#ways.onWayOut(listener);
  }

  onGap(listener: (change: GapChange) => void): void {
    this.#listeners.add(listener);
  }

  displays(): readonly DisplayView[] {
    return displayViews(screen.getAllDisplays(), screen.getPrimaryDisplay().id, this.#display().id);
  }

  chooseDisplay(id: number): void {
    if (screen.getAllDisplays().some((display) => display.id === id)) this.#chosen = id;
  }

  cover(view: CoverView): void {
    this.#covers.show(view);
  }

  async behindDialog<T>(dialog: () => Promise<T>): Promise<T> {
    this.#dialogs += 1;
    try {
      return await dialog();
    } finally {
      this.#dialogs -= 1;
    }
  }

  async enter(): ReturnType<LockWindow['enter']> {
    if (this.#held === null) await this.#take();
    const { size, scaleFactor } = this.#display();
    const display = {
      width: Math.round(size.width * scaleFactor),
      height: Math.round(size.height * scaleFactor),
    };
    return { display, displays: screen.getAllDisplays().length, sensed: this.#inPlace() };
  }

  async leave(): Promise<void> {
    const held = this.#held;
    if (held === null) return;
    this.#held = null;
    held.watch?.stop();
    this.#covers.close();
    powerSaveBlocker.stop(held.blocker);
    this.#parts.onLocked(false);
    if (held.window.isDestroyed()) return;
    await giveBack(held.window, held.before);
  }

  async #take(): Promise<void> {
    const window = this.#parts.window();
    const held: Held = {
      window,
      before: standing(window),
      display: this.#display().id,
      blocker: powerSaveBlocker.start('prevent-display-sleep'),
      watch: null,
    };
    this.#held = held;
    this.#x11 = null;
    this.#parts.onLocked(true);
    if (!this.#guarded.has(window)) refuseWaysOut(window.webContents, this.locked, this.refused);
    this.#guarded.add(window);
    this.#place();
    bringBack(window);
    let since: number | null = null;
    const there = async (): Promise<boolean> => {
      if (!window.isFocused()) bringBack(window);
      await this.#readManager();
      since = this.#inPlace() ? (since ?? performance.now()) : null;
      return since !== null && performance.now() - since >= steadyMs;
    };
    await until(window, there, limits.senseTimeoutMs);
    // Left again, or closed for good, while the window was on its way.
    if (this.#held !== held || window.isDestroyed()) return;
    // A display may have come or gone meanwhile; the watch only sees what changes from now on.
    this.#coverOthers();
    const watch = startWatch({
      window,
      sense: () => this.#sense(window),
      readManager: () => this.#readManager(),
      place: () => this.#place(),
      tell: (change) => {
        for (const listener of this.#listeners) listener(change);
      },
    });
    this.#held = { ...held, watch };
  }

  /** Where the checklist is, or would be if the lock were taken now. */
  #display(): Display {
    const primary = screen.getPrimaryDisplay();
    const windowIsOn = screen.getDisplayMatching(this.#parts.window().getBounds());
    return displayFor(screen.getAllDisplays(), this.#held?.display ?? this.#chosen, primary, windowIsOn);
  }

  #place(): void {
    const held = this.#held;
    if (held === null || held.window.isDestroyed()) return;
    const own = this.#display();
    takeDisplay(held.window, own.bounds, missingStates(this.#x11) !== '');
    this.#coverOthers();
  }

  #coverOthers(): void {
    const own = this.#display().id;
    this.#covers.follow(screen.getAllDisplays().filter(({ id }) => id !== own));
  }

  #sense(window: BrowserWindow): Pick<LockFacts, 'minimized' | 'focused' | 'amiss' | 'displays' | 'manager'> {
    const read = this.#x11;
    return {
      // Chromium learns of it late or, while the window is brought back at once, not at all.
      minimized: window.isMinimized() || read?.states?.includes('HIDDEN') === true,
      focused: window.isFocused() || this.#dialogs > 0,
      amiss: amiss(window, this.#display().bounds) || missingStates(read),
      displays: layoutOf(screen.getAllDisplays()),
      manager: read === null ? 'not asked' : read.manager,
    };
  }

  /** Wayland tells no program where its window is or what stands above it: nothing was sensed there. */
  #inPlace(): boolean {
    const held = this.#held;
    if (held === null || held.window.isDestroyed() || this.#system === 'wayland') return false;
    const { focused, amiss: wrong, manager } = this.#sense(held.window);
    return focused && wrong === '' && manager !== null && held.window.isVisible();
  }

  /** One reading at a time: two at once would both leave a mark on a new window manager. */
  #readManager(): Promise<void> {
    this.#reading ??= this.#readX11().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #readX11(): Promise<void> {
    const held = this.#held;
    if (held === null || held.window.isDestroyed()) return;
    if (this.#system !== 'x11' && this.#system !== 'xwayland') return;
    const handle = x11Handle(held.window.getNativeWindowHandle());
    this.#x11 = await readX11(this.#parts.run, handle).catch(() => null);
  }
}
