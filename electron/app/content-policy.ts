/** The app's own origin. A standard, secure scheme of its own, so that `file:` and its privileges are not needed. */
export const APP_SCHEME = 'app';
export const APP_HOST = 'countersign';
export const APP_URL = `${APP_SCHEME}://${APP_HOST}/index.html`;
/** What the other displays show while the lock is on. */
export const COVER_URL = `${APP_SCHEME}://${APP_HOST}/cover/index.html`;

/**
 * What a screen may load. Only `style-src` is loose: xterm writes its theme and character sizes into `<style>`
 * elements and sets true-colour cells with `style` attributes, and react-aria adds one `<style>`; neither takes a
 * nonce. A style cannot send anything out, because images, fonts and connections stay at home.
 */
export const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "worker-src 'none'",
].join('; ');

/** The origin of the development server's pages, or null when there is none. */
export function developmentOrigin(env: NodeJS.ProcessEnv, packaged: boolean): string | null {
  const address = env['ELECTRON_RENDERER_URL'];
  if (packaged || address === undefined) return null;
  const url = new URL(address);
  const local = url.hostname === 'localhost' || url.hostname === '127.0.0.1' || url.hostname === '[::1]';
  return local ? url.origin : null;
}

/** Is this address a page of our own? `origin` is the development server's, or null. */
export function isOwnPage(address: string, origin: string | null): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.protocol === `${APP_SCHEME}:`) return url.host === APP_HOST;
  return origin !== null && url.origin === origin;
}

/** May the network stack be asked for this at all? Everything the app needs lies in its own files. */
export function mayLoad(address: string, origin: string | null): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.protocol === 'data:' || url.protocol === 'blob:' || url.protocol === 'devtools:') return true;
  if (isOwnPage(address, origin)) return true;
  return origin !== null && url.protocol === 'ws:' && url.host === new URL(origin).host;
}
