import type { WebContents } from 'electron';
import type { WayOut } from '../../../shared/contract/lockdown.ts';
import { wayOfKey } from './ways-of-keys.ts';

/** Where all refusals come together; who listens counts them. */
export interface WaysOut {
  refused(way: WayOut): void;
  onWayOut(listener: (way: WayOut) => void): void;
}

export function createWaysOut(): WaysOut {
  const listeners = new Set<(way: WayOut) => void>();
  return {
    refused: (way) => {
      for (const listener of listeners) listener(way);
    },
    onWayOut: (listener) => void listeners.add(listener),
  };
}

/**
 * Stops keys, the wheel's zoom and developer tools of one page while `locked`. Everything is prevented before the page
 * or a menu sees it; keys that the window manager takes for itself come back as `close`, `minimize` and the like.
 */
export function refuseWaysOut(
  contents: WebContents,
  locked: () => boolean,
  refused: (way: WayOut) => void,
  platform: NodeJS.Platform = process.platform,
): void {
  contents.on('before-input-event', (event, input) => {
    const way = locked() ? wayOfKey(input, platform) : null;
    if (way === null) return;
    event.preventDefault();
    // A key held down repeats thirty times a second; it was pressed once.
    if (!input.isAutoRepeat) refused(way);
  });
  // Electron only tells: the page zooms when somebody does it, and nobody does.
  contents.on('zoom-changed', () => {
    if (locked()) refused('zoom');
  });
  contents.on('devtools-opened', () => {
    if (!locked()) return;
    contents.closeDevTools();
    refused('developer-tools');
  });
}
