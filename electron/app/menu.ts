import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { Translate } from '../../shared/text/translate.ts';

/**
 * The shortcuts of editing, zooming and quitting. macOS shows the menu; elsewhere the window hides its bar and keeps
 * the shortcuts. There is no reload and, in the packaged app, no developer tools. While the window is locked only
 * editing is left.
 */
export function setMenu(say: Translate, platform: NodeJS.Platform, locked: boolean): void {
  const item = (role: MenuItemConstructorOptions['role'] & string, key: string): MenuItemConstructorOptions => ({
    role,
    label: say(`desktop:${key}`),
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const application: MenuItemConstructorOptions = {
    label: say('desktop:app-name'),
    submenu: locked ? [] : [item('quit', 'menu-quit')],
  };
  const edit: MenuItemConstructorOptions = {
    label: say('desktop:menu-edit'),
    submenu: [
      item('undo', 'menu-undo'),
      item('redo', 'menu-redo'),
      separator,
      item('cut', 'menu-cut'),
      item('copy', 'menu-copy'),
      item('paste', 'menu-paste'),
      item('selectAll', 'menu-select-all'),
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: say('desktop:menu-view'),
    submenu: [
      item('resetZoom', 'menu-actual-size'),
      item('zoomIn', 'menu-zoom-in'),
      // Ctrl and = without Shift is what people press.
      { ...item('zoomIn', 'menu-zoom-in'), accelerator: 'CommandOrControl+=', visible: false },
      item('zoomOut', 'menu-zoom-out'),
      separator,
      item('togglefullscreen', 'menu-full-screen'),
    ],
  };
  const open = platform === 'darwin' ? [application, edit, view] : [edit, view, application];
  // macOS takes whatever is first for the app's own menu.
  const closed = platform === 'darwin' ? [application, edit] : [edit];
  Menu.setApplicationMenu(Menu.buildFromTemplate(locked ? closed : open));
}
