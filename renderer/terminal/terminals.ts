import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebglAddon } from '@xterm/addon-webgl';
import { Terminal } from '@xterm/xterm';
import type { CountersignApi } from '../../shared/contract/ipc.ts';
import { terminalTheme } from './theme.ts';

/** Terminals kept alive at once; older ones are rebuilt from main's tail when they are looked at again. */
const KEPT = 12;
/** Lines a live terminal holds; everything else is in the recording. */
const SCROLLBACK = 10_000;

export interface OutputTerminal {
  readonly terminal: Terminal;
  readonly fit: FitAddon;
  readonly search: SearchAddon;
  /** The element that xterm draws into; moved between places, never made again. */
  readonly element: HTMLElement;
  /** Puts the fast renderer on while the terminal can be seen. Returns the way to take it off. */
  readonly show: () => () => void;
}

/** Says in the person's language that text was left out. */
export type SkippedMarker = (characters: number) => string;

/**
 * The xterm instances, which live outside React and the store: they are windows on the recording, fed straight from
 * main's pushes. Nothing typed or answered by a terminal ever goes back to a host.
 */
export class Terminals {
  readonly #kept = new Map<string, OutputTerminal & { ready: boolean }>();
  readonly #api: CountersignApi;
  readonly #stop: () => void;
  #skipped: SkippedMarker = (characters) => `[… ${characters} …]`;

  constructor(api: CountersignApi) {
    this.#api = api;
    this.#stop = api.subscribe('run:output', ({ attempt, data, skipped }) => {
      const kept = this.#kept.get(attempt);
      // Before the tail has come, live text is part of it.
      if (kept?.ready === true) this.#write(kept.terminal, data, skipped);
    });
  }

  setSkippedMarker(marker: SkippedMarker): void {
    this.#skipped = marker;
  }

  /** The terminal of an attempt, filled with what was written so far. */
  open(attempt: string): OutputTerminal {
    const known = this.#kept.get(attempt);
    if (known !== undefined) {
      this.#kept.delete(attempt);
      this.#kept.set(attempt, known);
      return known;
    }
    const made = { ...createTerminal(), ready: false };
    this.#kept.set(attempt, made);
    this.#forgetOldest();
    void this.#fill(attempt, made);
    return made;
  }

  /** Takes over the page's colours after the theme changed. */
  retheme(): void {
    const theme = terminalTheme();
    for (const { terminal } of this.#kept.values()) terminal.options.theme = theme;
  }

  /** Ends every terminal, e.g. when the run screen is left. */
  clear(): void {
    for (const { terminal } of this.#kept.values()) terminal.dispose();
    this.#kept.clear();
  }

  dispose(): void {
    this.#stop();
    this.clear();
  }

  async #fill(attempt: string, made: { terminal: Terminal; ready: boolean }): Promise<void> {
    const tail = await this.#api.request('output:tail', { attempt });
    this.#write(made.terminal, tail.text, tail.skipped);
    made.ready = true;
  }

  #write(terminal: Terminal, data: string, skipped: number): void {
    if (skipped > 0) terminal.write(`\x1b[0m\r\n\x1b[2m${this.#skipped(skipped)}\x1b[0m\r\n`);
    if (data !== '') terminal.write(data);
  }

  #forgetOldest(): void {
    for (const [attempt, { terminal }] of this.#kept) {
      if (this.#kept.size <= KEPT) return;
      terminal.dispose();
      this.#kept.delete(attempt);
    }
  }
}

/** An empty terminal that only shows. */
export function createTerminal(): OutputTerminal {
  const terminal = new Terminal({
    allowProposedApi: true,
    convertEol: true,
    cursorBlink: false,
    cursorInactiveStyle: 'none',
    disableStdin: true,
    fontFamily: '"JetBrains Mono", "Noto Sans Mono CJK SC", monospace',
    fontSize: 12.5,
    lineHeight: 1.25,
    minimumContrastRatio: 4.5,
    scrollback: SCROLLBACK,
    theme: terminalTheme(),
    // OSC 8 links in output would otherwise offer to open a browser.
    linkHandler: { activate: () => undefined },
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  // Reading only: keys move the focus and scroll the page as everywhere else.
  terminal.attachCustomKeyEventHandler((event) => (event.ctrlKey || event.metaKey) && event.key === 'c');
  const element = document.createElement('div');
  element.className = 'terminal-host';
  element.dataset['readsKeys'] = 'no';
  return { terminal, fit, search, element, show: () => putOnFastRenderer(terminal) };
}

/** WebGL contexts are few, so only the terminal in sight has one; without WebGL the DOM renderer stays. */
function putOnFastRenderer(terminal: Terminal): () => void {
  if (terminal.element === undefined) return () => undefined;
  try {
    const webgl = new WebglAddon();
    webgl.onContextLoss(() => webgl.dispose());
    terminal.loadAddon(webgl);
    return () => webgl.dispose();
  } catch {
    return () => undefined;
  }
}
