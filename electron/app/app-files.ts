import { extname, join, normalize, sep } from 'node:path';
import { APP_HOST } from './content-policy.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** The file behind an `app:` address, or null for anything outside `root` or of a type the app does not have. */
export function fileFor(root: string, address: string): { readonly path: string; readonly type: string } | null {
  const url = new URL(address);
  if (url.host !== APP_HOST) return null;
  let wanted: string;
  try {
    wanted = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  const path = normalize(join(root, wanted));
  const type = types[extname(path)];
  if (type === undefined || wanted.includes('\0') || !path.startsWith(root + sep)) return null;
  return { path, type };
}
