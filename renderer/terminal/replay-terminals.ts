import type { Failure } from '../../shared/contract/errors.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { ReplayView } from '../../shared/contract/ipc/replay.ts';
import type { CountersignApi } from '../../shared/contract/ipc.ts';
import { createTerminal, type OutputTerminal, type SkippedMarker } from './terminals.ts';
import type { TerminalSource } from './terminals-context.ts';
import { terminalTheme } from './theme.ts';

/** One terminal of the past, and up to where in its recording it is filled. */
interface Shown {
  readonly shown: OutputTerminal;
  at: number | null;
  /** It says already that there is no more. */
  closed: boolean;
}

/** What a terminal of the past says itself. */
export interface ReplayTerminalWords {
  readonly skipped: SkippedMarker;
  /** While a long recording is read for the first time. */
  readonly reading: string;
  /** Behind the end of a recording that was never sealed, or is shorter than its seal. */
  readonly ends: string;
}

const KEPT = 6;
/** A terminal that has nothing to show for longer says why, in milliseconds. */
const PATIENCE_MS = 500;

/** The terminals of a replay: each shows what it had shown at the moment the replay is at. */
export class ReplayTerminals implements TerminalSource {
  readonly #api: CountersignApi;
  readonly #recordings: ReplayView['recordings'];
  readonly #kept = new Map<string, Shown>();
  #ms = 0;
  /** The one in sight; the others are filled when they are looked at. */
  #current: string | null = null;
  #sought = '';
  #filling = false;
  readonly #onTrouble: (trouble: Failure) => void;
  #words: ReplayTerminalWords = { skipped: (characters) => `[… ${characters} …]`, reading: '…', ends: '[…]' };

  constructor(
    api: CountersignApi,
    recordings: ReplayView['recordings'],
    /** A recording cannot be read any more; what the terminal shows is from before. */
    onTrouble: (trouble: Failure) => void,
  ) {
    this.#api = api;
    this.#recordings = recordings;
    this.#onTrouble = onTrouble;
  }

  setWords(words: ReplayTerminalWords): void {
    this.#words = words;
  }

  open(attempt: string): OutputTerminal {
    const known = this.#kept.get(attempt) ?? { shown: createTerminal(), at: null, closed: false };
    this.#kept.delete(attempt);
    this.#kept.set(attempt, known);
    for (const [other, { shown }] of this.#kept) {
      if (this.#kept.size <= KEPT) break;
      shown.terminal.dispose();
      this.#kept.delete(other);
    }
    this.#current = attempt;
    void this.#fill();
    return known.shown;
  }

  /** Goes to a moment of the run, in milliseconds since its first record; `sought` is marked where it stands. */
  seek(ms: number, sought: string): void {
    this.#ms = ms;
    this.#sought = sought;
    void this.#fill();
  }

  retheme(): void {
    const theme = terminalTheme();
    for (const { shown } of this.#kept.values()) shown.terminal.options.theme = theme;
  }

  dispose(): void {
    for (const { shown } of this.#kept.values()) shown.terminal.dispose();
    this.#kept.clear();
    this.#current = null;
  }

  /** One question at a time; whatever the moment has become meanwhile is asked for afterwards. */
  async #fill(): Promise<void> {
    if (this.#filling) return;
    this.#filling = true;
    try {
      for (;;) {
        const attempt = this.#current;
        const asked = this.#ms;
        if (attempt !== null) await this.#show(attempt, asked);
        if (attempt === this.#current && asked === this.#ms) return;
      }
    } catch (error) {
      // The screen keeps what it has; the next moment asks again.
      this.#onTrouble(failure('local-error', {}, error));
    } finally {
      this.#filling = false;
    }
  }

  async #show(attempt: string, runMs: number): Promise<void> {
    const kept = this.#kept.get(attempt);
    const recording = this.#recordings.find((one) => one.attempt === attempt);
    if (kept === undefined || recording === undefined) return;
    const ms = Math.max(0, runMs - recording.ms);
    const { terminal, search } = kept.shown;
    let waiting = false;
    const patience = setTimeout(() => {
      if (kept.at !== null || this.#kept.get(attempt) !== kept) return;
      waiting = true;
      terminal.write(quiet(this.#words.reading));
    }, PATIENCE_MS);
    const answer = await this.#api
      .request('replay:output', { attempt, ms, after: kept.at })
      .finally(() => clearTimeout(patience));
    if (this.#kept.get(attempt) !== kept) return;
    if (answer.gone) {
      this.#onTrouble(failure('recording-gone', { attempt }));
      return;
    }
    // Behind what is still being taken in, or that would come again.
    if (!answer.goesOn && (kept.at !== null || waiting)) terminal.write('', () => terminal.reset());
    if (!answer.goesOn) kept.closed = false;
    kept.at = answer.at;
    if (answer.skipped > 0) terminal.write(quiet(this.#words.skipped(answer.skipped)));
    const sought = this.#sought;
    terminal.write(answer.text, () => {
      if (sought !== '') search.findPrevious(sought);
    });
    if (kept.closed || ms < recording.durationMs || !endsEarly.has(recording.standing)) return;
    kept.closed = true;
    terminal.write(`\r\n${quiet(this.#words.ends)}`);
  }
}

/** Recordings that break off: what came behind their end, nobody can say. */
const endsEarly: ReadonlySet<ReplayView['recordings'][number]['standing']> = new Set(['cut', 'unsealed']);

const quiet = (words: string): string => `\x1b[0m\x1b[2m${words}\x1b[0m\r\n`;
