import { type IpcMainEvent, type IpcMainInvokeEvent, ipcMain } from 'electron';
import { channels } from './channels.ts';
import type { Router } from './router.ts';

/**
 * Puts the router on the wire at once, even while the machine room is still being loaded: early requests wait for it.
 * `shown` hears how many characters of output the screen has taken in.
 */
export function bindRouter(
  router: Promise<Router<IpcMainInvokeEvent>>,
  trusted: (event: IpcMainEvent) => boolean,
  shown: (characters: number) => void,
): void {
  ipcMain.handle(channels.request, async (event, name: unknown, payload: unknown) =>
    (await router).answer(event, name, payload),
  );
  ipcMain.on(channels.outputShown, (event, characters: unknown) => {
    if (trusted(event) && typeof characters === 'number' && Number.isSafeInteger(characters) && characters > 0) {
      shown(characters);
    }
  });
}

/** electron-store answers a synchronous question of any renderer with the app's paths; no screen of ours asks it. */
export function closeStoreChannel(): void {
  ipcMain.removeAllListeners('electron-store-get-data');
}
