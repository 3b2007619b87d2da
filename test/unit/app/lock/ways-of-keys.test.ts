import { describe, expect, it } from 'vitest';
import { type PressedKey, wayOfKey } from '../../../../electron/app/lock/ways-of-keys.ts';

/** Reads `Ctrl+Shift+I`; `code` where the physical key matters. */
function pressed(words: string, code = ''): PressedKey {
  const parts = words.split(/\+(?=.)/);
  const has = (name: string): boolean => parts.includes(name);
  return {
    type: 'keyDown',
    key: parts.at(-1) ?? '',
    code,
    control: has('Ctrl'),
    meta: has('Cmd'),
    alt: has('Alt'),
    shift: has('Shift'),
  };
}

describe('keys that lead out', () => {
  it.each([
    ['F11', 'full-screen'],
    ['Ctrl+w', 'close'],
    ['Ctrl+Shift+W', 'close'],
    ['Ctrl+F4', 'close'],
    ['Alt+F4', 'close'],
    ['Ctrl+q', 'quit'],
    ['Ctrl+r', 'reload'],
    ['Ctrl+Shift+R', 'reload'],
    ['F5', 'reload'],
    ['Ctrl+F5', 'reload'],
    ['Shift+F5', 'reload'],
    ['Ctrl+Shift+I', 'developer-tools'],
    ['Ctrl+Shift+J', 'developer-tools'],
    ['F12', 'developer-tools'],
    ['Ctrl+n', 'new-window'],
    ['Ctrl+Shift+N', 'new-window'],
    ['Ctrl+t', 'new-window'],
    ['Ctrl+m', 'minimize'],
    ['Ctrl++', 'zoom'],
    ['Ctrl+=', 'zoom'],
    ['Ctrl+-', 'zoom'],
    ['Ctrl+0', 'zoom'],
    ['Alt+ArrowLeft', 'navigation'],
    ['BrowserBack', 'navigation'],
  ])('%s is refused on Linux and Windows', (words, way) => {
    expect(wayOfKey(pressed(words), 'linux')).toBe(way);
    expect(wayOfKey(pressed(words), 'win32')).toBe(way);
  });

  it.each([
    ['Cmd+w', 'close'],
    ['Cmd+q', 'quit'],
    ['Cmd+r', 'reload'],
    ['Cmd+m', 'minimize'],
    ['Cmd+h', 'minimize'],
    ['Cmd+Ctrl+f', 'full-screen'],
    ['Cmd+=', 'zoom'],
  ])('%s is refused on macOS', (words, way) => {
    expect(wayOfKey(pressed(words), 'darwin')).toBe(way);
  });

  it('knows the developer tools where Alt turns the letter into another', () => {
    expect(wayOfKey(pressed('Cmd+Alt+ˆ', 'KeyI'), 'darwin')).toBe('developer-tools');
  });

  it('knows the physical key where another script is typed', () => {
    expect(wayOfKey(pressed('Ctrl+ц', 'KeyW'), 'linux')).toBe('close');
  });
});

describe('keys of the checklist', () => {
  it.each([
    'Enter',
    'w',
    'q',
    '0',
    '-',
    '/',
    '?',
    'F8',
    'Escape',
    'Tab',
    'Ctrl+c',
    'Ctrl+v',
    'Ctrl+x',
    'Ctrl+a',
    'Ctrl+z',
    'Ctrl+Shift+Z',
    'Ctrl+f',
    'ArrowLeft',
    'Home',
    'Ctrl+Enter',
    'constructor',
  ])('%s stays', (words) => {
    expect(wayOfKey(pressed(words), 'linux')).toBeNull();
  });

  it('what AltGr types is text', () => {
    expect(wayOfKey(pressed('Ctrl+Alt+q', 'KeyQ'), 'win32')).toBeNull();
  });

  it('a key that is let go is none', () => {
    expect(wayOfKey({ ...pressed('F11'), type: 'keyUp' }, 'linux')).toBeNull();
  });
});
