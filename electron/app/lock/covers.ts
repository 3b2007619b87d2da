import { BrowserWindow, nativeTheme, type Rectangle } from 'electron';
import type { CoverView } from '../../../shared/contract/ipc/lock.ts';
import { createPush, type Push } from '../../ipc/push.ts';
import { pageColours, pagePreferences } from '../main-window.ts';
import { sameArea } from './displays.ts';

/** The windows over the other displays. They show, and can ask nothing: the router trusts the main window alone. */
export interface Covers {
  /** One cover for each of these displays, no more and no fewer; called again whenever displays change. */
  follow(displays: readonly { readonly id: number; readonly bounds: Rectangle }[]): void;
  show(view: CoverView): void;
  close(): void;
}

export interface CoversParts {
  /** The covers' own page. */
  readonly url: string;
  readonly preload: string;
  /** Told of every cover's page, so that keys are refused there as well. */
  readonly guard: (window: BrowserWindow) => void;
}

interface Cover {
  readonly window: BrowserWindow;
  readonly push: Push;
}

export function createCovers({ url, preload, guard }: CoversParts): Covers {
  const covers = new Map<number, Cover>();
  let view: CoverView | null = null;
  const tell = ({ push }: Cover): void => {
    if (view !== null) push('lock:cover', view);
  };
  const open = (bounds: Rectangle): Cover => {
    const window = openCover(bounds, preload);
    const cover = { window, push: createPush(() => window.webContents) };
    window.webContents.on('did-finish-load', () => tell(cover));
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason !== 'clean-exit' && !window.isDestroyed()) window.webContents.reload();
    });
    guard(window);
    void window.loadURL(url);
    return cover;
  };
  return {
    follow: (displays) => {
      for (const [id, { window }] of covers) {
        if (displays.some((display) => display.id === id)) continue;
        covers.delete(id);
        window.destroy();
      }
      for (const { id, bounds } of displays) {
        const there = covers.get(id);
        if (there === undefined) covers.set(id, open(bounds));
        else if (!sameArea(there.window.getBounds(), bounds)) coverWhole(there.window, bounds);
      }
    },
    show: (shown) => {
      view = shown;
      for (const cover of covers.values()) tell(cover);
    },
    close: () => {
      for (const { window } of covers.values()) window.destroy();
      covers.clear();
      view = null;
    },
  };
}

/** Rounding may leave out the last row or column (see `sameArea`): rather one too many than one too few. */
function coverWhole(window: BrowserWindow, bounds: Rectangle): void {
  window.setBounds(bounds);
  const { width, height } = window.getBounds();
  if (width >= bounds.width && height >= bounds.height) return;
  window.setBounds({ ...bounds, width: 2 * bounds.width - width, height: 2 * bounds.height - height });
}

/** A window without frame that takes no keyboard: under X11 no window manager manages it, so none can move it. */
function openCover(bounds: Rectangle, preload: string): BrowserWindow {
  const window = new BrowserWindow({
    ...bounds,
    frame: false,
    focusable: false,
    skipTaskbar: true,
    resizable: false,
    movable: false,
    minimizable: false,
    closable: false,
    hasShadow: false,
    roundedCorners: false,
    enableLargerThanScreen: true,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? pageColours.dark : pageColours.light,
    webPreferences: pagePreferences(preload),
  });
  window.setAlwaysOnTop(true, 'screen-saver');
  window.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true, skipTransformProcessType: true });
  window.on('close', (event) => event.preventDefault());
  window.once('ready-to-show', () => {
    coverWhole(window, bounds);
    window.showInactive();
  });
  return window;
}
