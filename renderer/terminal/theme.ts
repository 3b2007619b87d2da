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

/** A token's colour as the page shows it now; `light-dark()` is resolved only where a property uses it. */
function shownColour(token: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** The terminal's colours from the page's own tokens, so that output belongs to the screen it stands on. */
export function terminalTheme(): ITheme {
  // The ink is lighter than the ground only on a dark screen.
  const dark = brightness(shownColour('--output-ink')) > brightness(shownColour('--output'));
  const palette = ansi[dark ? 'dark' : 'light'];
  return {
    background: shownColour('--output'),
    foreground: shownColour('--output-ink'),
    cursor: shownColour('--output'),
    selectionBackground: shownColour('--selection'),
    scrollbarSliderBackground: shownColour('--rule'),
    scrollbarSliderHoverBackground: shownColour('--rule-strong'),
    scrollbarSliderActiveBackground: shownColour('--rule-strong'),
    ...Object.fromEntries(names.map((name, index) => [name, palette[index]])),
  };
}

/** Sum of the channels of an `rgb(…)` colour. */
function brightness(colour: string): number {
  return (colour.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, channel) => sum + Number(channel), 0);
}
