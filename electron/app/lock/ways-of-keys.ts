import type { WayOut } from '../../../shared/contract/lockdown.ts';

/** A key as Electron's `before-input-event` tells it. */
export interface PressedKey {
  readonly type: string;
  readonly key: string;
  readonly code: string;
  readonly control: boolean;
  readonly meta: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}

/** With Ctrl (macOS: Cmd), whatever Shift says. By character, which is what people press on any layout. */
const withCommand: Readonly<Record<string, WayOut>> = {
  w: 'close',
  f4: 'close',
  q: 'quit',
  r: 'reload',
  f5: 'reload',
  n: 'new-window',
  t: 'new-window',
  m: 'minimize',
  '+': 'zoom',
  '=': 'zoom',
  '-': 'zoom',
  _: 'zoom',
  '0': 'zoom',
};

const alone: Readonly<Record<string, WayOut>> = {
  f5: 'reload',
  browserrefresh: 'reload',
  f11: 'full-screen',
  f12: 'developer-tools',
  browserback: 'navigation',
  browserforward: 'navigation',
  browserhome: 'navigation',
};

const withAlt: Readonly<Record<string, WayOut>> = {
  f4: 'close',
  arrowleft: 'navigation',
  arrowright: 'navigation',
  home: 'navigation',
};

/** Developer tools: I, J and C, with Ctrl+Shift or (macOS) Cmd+Alt. */
const tools = new Set(['i', 'j', 'c']);

const lookUp = (table: Readonly<Record<string, WayOut>>, key: string): WayOut | null =>
  Object.hasOwn(table, key) ? (table[key] ?? null) : null;

/** The letter of the physical key where a modifier or another script hides it, e.g. `KeyI` with Alt on macOS, `й`. */
function letterOf({ key, code }: PressedKey): string {
  const plain = key.toLowerCase();
  return /^[\x20-\x7e]$/.test(plain) || plain.length > 1 ? plain : code.replace(/^(?:Key|Digit)/, '').toLowerCase();
}

/** Which way out a key would be, or null for every key that stays on the checklist. */
export function wayOfKey(input: PressedKey, platform: NodeJS.Platform): WayOut | null {
  if (input.type !== 'keyDown' && input.type !== 'rawKeyDown') return null;
  const key = letterOf(input);
  const mac = platform === 'darwin';
  const command = mac ? input.meta || input.control : input.control;
  if (command && tools.has(key) && (input.shift || (mac && input.alt))) return 'developer-tools';
  if (mac && input.control && input.meta && key === 'f') return 'full-screen';
  if (mac && input.meta && key === 'h') return 'minimize';
  // AltGr is Ctrl and Alt at once on some systems; what it types is text.
  if (command && !input.alt) return lookUp(withCommand, key) ?? lookUp(alone, key);
  if (input.alt && !command) return lookUp(withAlt, key);
  return command || input.alt ? null : lookUp(alone, key);
}
