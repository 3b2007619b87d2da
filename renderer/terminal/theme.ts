import type { ITheme } from '@xterm/xterm';

const ansi = {
  light: [
    '#1f2328',
    '#b3261e',
    '#116329',
    '#7d4e00',
    '#0550ae',
    '#7a3e9d',
    '#0b6b74',
    '#57606a',
    '#57606a',
    '#a40e26',
    '#1a7f37',
    '#633c01',
    '#0969da',
    '#8250df',
    '#1b7c83',
    '#24292f',
  ],
  dark: [
    '#484f58',
    '#ff7b72',
    '#5fc27e',
    '#d8a657',
    '#79b8ff',
    '#d2a8ff',
    '#56c8d8',
    '#c6cdd5',
    '#6e7681',
    '#ffa198',
    '#7ee2a0',
    '#e9c46a',
    '#a5d1ff',
    '#e2c5ff',
    '#8be0ea',
    '#f0f3f6',
  ],
} as const;

const names = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
  'brightBlack',
  'brightRed',
  'brightGreen',
  'brightYellow',
  'brightBlue',
  'brightMagenta',
  'brightCyan',
  'brightWhite',
] as const;

/** The terminal's colours from the page's own tokens, so that output belongs to the screen it stands on. */
export function terminalTheme(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const dark = style.colorScheme.includes('dark') && !style.colorScheme.includes('light');
  const palette = ansi[dark ? 'dark' : 'light'];
  return {
    background: token('--output'),
    foreground: token('--output-ink'),
    cursor: token('--output'),
    selectionBackground: token('--selection'),
    scrollbarSliderBackground: token('--rule'),
    scrollbarSliderHoverBackground: token('--rule-strong'),
    scrollbarSliderActiveBackground: token('--rule-strong'),
    ...Object.fromEntries(names.map((name, index) => [name, palette[index]])),
  };
}
