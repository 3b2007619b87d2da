import { app, type BrowserWindow, type Rectangle } from 'electron';
import { limits } from '../../../shared/contract/limits.ts';
import { smallest } from '../window-place.ts';
import { sameArea } from './displays.ts';

/** How a window stood before it was locked. */
export interface Before {
  readonly bounds: Rectangle;
  readonly maximized: boolean;
  readonly fullScreen: boolean;
}

/** To be asked before anything is changed. */
export const standing = (window: BrowserWindow): Before => ({
  bounds: window.getNormalBounds(),
  maximized: window.isMaximized(),
  fullScreen: window.isFullScreen(),
});

/** What is wrong with the place of a window that should cover this display; empty: nothing. */
export function amiss(window: BrowserWindow, display: Rectangle): string {
  const bounds = window.getBounds();
  if (!sameArea(bounds, display)) return `${bounds.width}x${bounds.height}+${bounds.x}+${bounds.y}`;
  return window.isFullScreen() ? '' : 'not full screen';
}

/**
 * Asks for the whole display, above everything, on every workspace. Can be asked again at any time: a window that is
 * full screen elsewhere has to leave that first, because window managers move no full-screen window. `lost`: the window
 * manager says that it holds it no longer; Electron, which does not notice, has to be made to ask anew.
 */
export function takeDisplay(window: BrowserWindow, display: Rectangle, lost: boolean): void {
  if (window.isMinimized()) window.restore();
  if (!window.isVisible()) window.show();
  // A display may be smaller than the smallest window; covering it comes first.
  window.setMinimumSize(1, 1);
  if (lost || amiss(window, display) !== '') {
    if (window.isKiosk()) window.setKiosk(false);
    if (window.isFullScreen()) window.setFullScreen(false);
    if (window.isMaximized()) window.unmaximize();
    window.setBounds(display);
  }
  window.setKiosk(true);
  // Off and on again: a window manager that was started since knows nothing of it.
  window.setAlwaysOnTop(false);
  window.setAlwaysOnTop(true, 'screen-saver');
  window.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true, skipTransformProcessType: true });
  // Only macOS and Windows have these; elsewhere the watch puts a minimised window back.
  window.setMinimizable(false);
  window.setClosable(false);
}

/** Brings the window to the front and the keyboard to it. */
export function bringBack(window: BrowserWindow): void {
  window.moveTop();
  if (process.platform === 'darwin') app.focus({ steal: true });
  window.focus();
  window.webContents.focus();
}

/** Gives the display back and puts the window where it stood; resolves when it is out of full screen. */
export async function giveBack(window: BrowserWindow, before: Before): Promise<void> {
  window.setClosable(true);
  window.setMinimizable(true);
  window.setAlwaysOnTop(false);
  window.setVisibleOnAllWorkspaces(false);
  window.setKiosk(false);
  await until(window, () => !window.isFullScreen(), limits.senseTimeoutMs);
  if (window.isDestroyed()) return;
  window.setMinimumSize(smallest.width, smallest.height);
  window.setBounds(before.bounds);
  if (before.maximized) window.maximize();
  if (before.fullScreen) window.setFullScreen(true);
}

/** Which events may mean that a window reached the place it was asked to take. */
const movements = ['resize', 'move', 'enter-full-screen', 'leave-full-screen', 'focus', 'show', 'restore'] as const;

/**
 * Resolves to true as soon as `there` holds, to false when it does not within `ms`. Looks at each movement of the
 * window and in between, because not every window manager tells of everything.
 */
export async function until(
  window: BrowserWindow,
  there: () => boolean | Promise<boolean>,
  ms: number,
): Promise<boolean> {
  const limit = performance.now() + ms;
  for (;;) {
    if (window.isDestroyed()) return false;
    if (await there()) return true;
    if (performance.now() >= limit) return false;
    await moved(window, 100);
  }
}

function moved(window: BrowserWindow, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      for (const name of movements) window.removeListener(name as 'focus', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    for (const name of movements) window.once(name as 'focus', done);
  });
}
