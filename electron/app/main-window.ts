import { BrowserWindow, nativeTheme, screen, type WebPreferences } from 'electron';
import type { Settings } from '../../shared/contract/ipc/settings.ts';
import type { AppLog } from './log.ts';
import { openStore } from './settings-file.ts';
import { openingPlace, smallest, type WindowPlace } from './window-place.ts';

/** Window colours before the first paint, so that a dark room stays dark; the screens' own tokens take over at once. */
export const pageColours = { dark: '#14171a', light: '#f6f6f3' } as const;

/** Every page of the app is sandboxed alike; what it may ask is decided by the router, by who it is. */
export const pagePreferences = (preload: string): WebPreferences => ({
  preload,
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInSubFrames: false,
  nodeIntegrationInWorker: false,
  webviewTag: false,
  webSecurity: true,
  navigateOnDragDrop: false,
  // The dictionary would be downloaded.
  spellcheck: false,
});

export interface MainWindowParts {
  readonly data: string;
  /** The preload script. */
  readonly preload: string;
  readonly title: string;
  readonly log: AppLog;
  /** While the lock holds it, the window is not where the person put it. */
  readonly locked: () => boolean;
  /** The window was asked to close: nothing happens unless the lifecycle lets it. */
  readonly onClose: () => void;
  /** The page is there (again). */
  readonly onLoaded: () => void;
}

/** Applies the theme setting to the window frame and to `prefers-color-scheme`. */
export function applyTheme(theme: Settings['theme']): void {
  nativeTheme.themeSource = theme;
}

/** Opens the one window. It remembers its place, has no menu bar, and closes only through the lifecycle. */
export function openMainWindow(parts: MainWindowParts): BrowserWindow {
  const { data, preload, title, log, locked, onClose, onLoaded } = parts;
  const store = openStore<{ place?: WindowPlace }>(data, 'window', log.warn);
  const areas = screen.getAllDisplays().map((display) => display.workArea);
  const { maximized, ...place } = openingPlace(store.store.place, areas);
  const window = new BrowserWindow({
    ...place,
    minWidth: smallest.width,
    minHeight: smallest.height,
    title,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? pageColours.dark : pageColours.light,
    webPreferences: pagePreferences(preload),
  });
  window.setMenuBarVisibility(false);
  if (maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', (event) => {
    event.preventDefault();
    onClose();
  });
  rememberPlace(window, locked, (current) => store.set('place', current));
  watchPage(window, log, onLoaded);
  return window;
}

function rememberPlace(window: BrowserWindow, locked: () => boolean, save: (place: WindowPlace) => void): void {
  let timer: NodeJS.Timeout | undefined;
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (window.isDestroyed() || window.isMinimized() || window.isFullScreen() || locked()) return;
      save({ ...window.getNormalBounds(), maximized: window.isMaximized() });
    }, 300);
  };
  window.on('resized', later).on('moved', later);
  // Linux tells only of single steps.
  window.on('resize', later).on('move', later).on('maximize', later).on('unmaximize', later);
  window.on('closed', () => clearTimeout(timer));
}

/** A crashed page is loaded again: the run lives in this process and goes on. Three crashes a minute are too many. */
function watchPage(window: BrowserWindow, log: AppLog, onLoaded: () => void): void {
  let crashes: number[] = [];
  window.webContents.on('did-finish-load', onLoaded);
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    log.error(`The screen's process is gone: ${reason} (${exitCode})`);
    crashes = [...crashes.filter((at) => at > Date.now() - 60_000), Date.now()];
    if (crashes.length <= 3) window.webContents.reload();
  });
  window.on('unresponsive', () => log.warn('The screen does not respond.'));
  window.on('responsive', () => log.info('The screen responds again.'));
  // Page titles are the screens' business, but an empty one must not blank the frame.
  window.on('page-title-updated', (event, name) => {
    if (name.trim() === '') event.preventDefault();
  });
}
