import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import ElectronStore from 'electron-store';
import type { Settings } from '../../shared/contract/ipc/settings.ts';
import { closeStoreChannel } from '../ipc/bind.ts';
import type { SettingsFile } from './settings.ts';

/**
 * One JSON file in the data folder. A file that is no JSON is put aside as `NAME.json.broken` (a person may want to
 * look at it) and an empty one takes its place.
 */
export function openStore<T extends Record<string, unknown>>(
  data: string,
  name: string,
  warn: (message: string) => void,
): ElectronStore<T> {
  const open = (): ElectronStore<T> => new ElectronStore<T>({ cwd: data, name });
  const path = join(data, `${name}.json`);
  let store: ElectronStore<T>;
  try {
    store = open();
    void store.store;
  } catch (error) {
    warn(`${path} cannot be read and was put aside: ${error instanceof Error ? error.message : String(error)}`);
    if (existsSync(path)) renameSync(path, `${path}.broken`);
    store = open();
  }
  closeStoreChannel();
  return store;
}

/** `settings.json` of the data folder. */
export function openSettingsFile(data: string, warn: (message: string) => void): SettingsFile {
  const store = openStore<Settings>(data, 'settings', warn);
  return {
    read: () => store.store,
    write: (settings) => {
      store.store = settings;
    },
  };
}
