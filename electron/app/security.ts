import { app, type IpcMainEvent, type IpcMainInvokeEvent, type Session, type WebContents } from 'electron';
import type { WayOut } from '../../shared/contract/lockdown.ts';
import { isOwnPage, mayLoad } from './content-policy.ts';

/** Where refusals are written down. */
interface SecurityLog {
  warn(message: string): void;
}

/** A person presses "copy": the page may put a text into the clipboard, and can read nothing from it. */
const copying = 'clipboard-sanitized-write';

/** Nothing else in the app needs the network, a device, a download or a permission; so nobody gets any. */
export function lockSession(session: Session, origin: string | null, log: SecurityLog): void {
  session.setPermissionRequestHandler((_contents, permission, callback) => {
    if (permission !== copying) log.warn(`Permission refused: ${permission}`);
    callback(permission === copying);
  });
  session.setPermissionCheckHandler((_contents, permission) => permission === copying);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => callback({}));
  session.on('will-download', (event) => {
    log.warn('Download refused.');
    event.preventDefault();
  });
  session.webRequest.onBeforeRequest((details, callback) => {
    const cancel = !mayLoad(details.url, origin);
    if (cancel) log.warn(`Request refused: ${details.url.slice(0, 200)}`);
    callback({ cancel });
  });
}

/**
 * Pages stay where they are: no navigation, no new window, no webview. Holds for every page ever made. `refused` is told
 * which way out it would have been.
 */
export function lockPages(log: SecurityLog, refused: (way: WayOut) => void): void {
  app.on('web-contents-created', (_event, contents) => {
    const refuse = (what: string) => (event: { preventDefault(): void; readonly url?: string }) => {
      log.warn(`${what} refused: ${String(event.url ?? '').slice(0, 200)}`);
      event.preventDefault();
      refused('navigation');
    };
    contents.on('will-navigate', refuse('Navigation'));
    contents.on('will-frame-navigate', refuse('Frame navigation'));
    contents.on('will-redirect', refuse('Redirect'));
    contents.on('will-attach-webview', refuse('Webview'));
    contents.setWindowOpenHandler(({ url }) => {
      log.warn(`Window refused: ${url.slice(0, 200)}`);
      refused(isOutside(url) ? 'external-link' : 'new-window');
      return { action: 'deny' };
    });
  });
}

/** A page of the web or a letter: what a link would lead to. */
const isOutside = (url: string): boolean => /^(?:https?|mailto):/i.test(url);

/** Only the main frame of the app's own window, showing the app's own page, may talk to the machine room. */
export function createTrust(
  main: () => WebContents | null,
  origin: string | null,
): (event: IpcMainInvokeEvent | IpcMainEvent) => boolean {
  return (event) => {
    const frame = event.senderFrame;
    return frame !== null && frame.parent === null && event.sender === main() && isOwnPage(frame.url, origin);
  };
}
