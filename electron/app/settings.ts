import { type Settings, settingsSchema } from '../../shared/contract/ipc/settings.ts';

/** Where settings are kept; electron-store in the app, a plain object in a test. */
export interface SettingsFile {
  read(): unknown;
  write(settings: Settings): void;
}

/** Keys left out, or undefined, stay as they are. */
export type SettingsChange = { readonly [K in keyof Settings]?: Settings[K] | undefined };

export interface SettingsKeeper {
  get(): Settings;
  /** Rejects nothing: `change` was parsed by the router. Tells the listeners and gives the whole back. */
  set(change: SettingsChange): Settings;
  subscribe(listener: (settings: Settings) => void): () => void;
}

/** Follow the desktop until told otherwise. */
export const defaultSettings: Settings = { language: 'system', theme: 'system', person: '', recentChecklists: [] };

/** Takes what is valid of a settings file, key by key; names what is not. */
export function repairSettings(found: unknown): { readonly settings: Settings; readonly bad: readonly string[] } {
  if (typeof found !== 'object' || found === null) return { settings: defaultSettings, bad: ['file'] };
  const source = found as Readonly<Record<string, unknown>>;
  const bad = Object.keys(source).filter((key) => !Object.hasOwn(settingsSchema.shape, key));
  const good: Record<string, unknown> = { ...defaultSettings };
  for (const [key, schema] of Object.entries(settingsSchema.shape)) {
    if (!Object.hasOwn(source, key)) continue;
    const parsed = schema.safeParse(source[key]);
    if (parsed.success) good[key] = parsed.data;
    else bad.push(key);
  }
  return { settings: settingsSchema.parse(good), bad };
}

/** Settings in memory, written through on every change. A damaged file costs only what is damaged. */
export function createSettings(file: SettingsFile, warn: (message: string) => void): SettingsKeeper {
  const { settings, bad } = repairSettings(file.read());
  if (bad.length > 0) warn(`Settings were damaged and set back: ${bad.join(', ')}`);
  let current = settings;
  const listeners = new Set<(settings: Settings) => void>();
  return {
    get: () => current,
    set: (change) => {
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      const changed = settingsSchema.parse({ ...current, ...given });
      // Throws on a full disk: what is in memory then says what the file still says.
      file.write(changed);
      current = changed;
      for (const listener of listeners) listener(current);
      return current;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
