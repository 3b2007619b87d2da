import { describe, expect, it } from 'vitest';
import { createSettings, defaultSettings, repairSettings } from '../../../electron/app/settings.ts';
import type { Settings } from '../../../shared/contract/ipc/settings.ts';

function setUp(found: unknown) {
  const written: Settings[] = [];
  const lines: string[] = [];
  const file = { read: () => found, write: (settings: Settings) => void written.push(settings) };
  return { settings: createSettings(file, (line) => lines.push(line)), written, lines };
}

describe('settings', () => {
  it('are the defaults, silently, when there is no file yet', () => {
    const { settings, lines } = setUp({});
    expect(settings.get()).toEqual(defaultSettings);
    expect(lines).toEqual([]);
  });

  it('keep what is sound of a damaged file and name the rest in the log', () => {
    const { settings, lines } = setUp({ theme: 'dark', language: 'klingon', person: 7, password: 'x' });
    expect(settings.get()).toEqual({ ...defaultSettings, theme: 'dark' });
    expect(lines).toEqual(['Settings were damaged and set back: password, language, person']);
  });

  it.each([[null], ['text'], [undefined], [3]])('fall back to the defaults for a file that holds %j', (found) => {
    expect(repairSettings(found)).toEqual({ settings: defaultSettings, bad: ['file'] });
  });

  it('write a change through, tell the listeners, and leave the other keys alone', () => {
    const { settings, written } = setUp({ person: 'Li Wei' });
    const told: Settings[] = [];
    const stop = settings.subscribe((changed) => told.push(changed));
    expect(settings.set({ theme: 'light', language: undefined })).toEqual({
      ...defaultSettings,
      person: 'Li Wei',
      theme: 'light',
    });
    expect(written).toEqual(told);
    stop();
    settings.set({ theme: 'dark' });
    expect(told).toHaveLength(1);
  });
});
