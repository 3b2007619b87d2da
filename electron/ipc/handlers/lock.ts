import type { DisplayView } from '../../../shared/contract/ipc/lock.ts';
import type { LockdownDesk } from '../lockdown-desk.ts';
import type { Handlers } from '../router.ts';

/** The displays a lock can be put on. */
export interface Displays {
  displays(): readonly DisplayView[];
  /** An id that is not there (unplugged since) changes nothing. */
  chooseDisplay(id: number): void;
}

/** How the lock stands, where it goes, and what the page itself refused. */
export function lockHandlers(
  lockdown: LockdownDesk,
  lock: Displays,
): Pick<Handlers, 'lock:displays' | 'lock:choose-display' | 'lock:get' | 'lock:refused'> {
  return {
    'lock:displays': () => lock.displays(),
    'lock:choose-display': ({ id }) => {
      lock.chooseDisplay(id);
      return lock.displays();
    },
    'lock:get': () => lockdown.view(),
    'lock:refused': ({ way }) => {
      lockdown.wayOut(way);
      return null;
    },
  };
}
