import { zipOf } from './zip.ts';

/** The version that runs when the demo opens, and the one that the checklist brings. */
export const OLD_VERSION = '3.3.2';
export const NEW_VERSION = '3.4.0';

/** A war with a manifest and some ballast. The same bytes every time, so that its sha256 can stand in the checklist. */
export function warFile(version: string): Buffer {
  const manifest = [
    'Manifest-Version: 1.0',
    'Implementation-Title: trade',
    `Implementation-Version: ${version}`,
    'Build-Profile: production',
    '',
  ];
  const classes = Array.from({ length: 20_000 }, (_, index) => `com/example/trade/Part${index}.class\n`).join('');
  return zipOf({ 'META-INF/MANIFEST.MF': manifest.join('\n'), 'WEB-INF/classes.txt': classes });
}
