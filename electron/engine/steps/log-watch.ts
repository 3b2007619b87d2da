import { type Baseline, familiarTo } from '../../../shared/logs/baseline.ts';
import type { Sought } from '../../../shared/logs/file-scanner.ts';
import { GroupTable } from '../../../shared/logs/group-table.ts';
import { type LinePattern, lineFinder } from '../../../shared/logs/text-patterns.ts';
import type { WatchProgress } from '../../../shared/logs/watch-progress.ts';
import type { LogAction, LogResult } from '../../../shared/steps/actions/log.ts';
import type { Clock, OutputSink, StreamRedactor } from '../ports.ts';
import type { FollowListener } from './log-follow.ts';
import { LogLines } from './log-lines.ts';
import type { StepContext } from './step-runner.ts';

/** Longest work in one go, milliseconds. */
const TURN_MS = 4;
/** Kinds of exceptions kept apart on one host; those beyond are counted together. */
const GROUPS = 2_000;

/** A pattern and what was seen of it. */
export interface Seen {
  readonly pattern: LinePattern;
  count: number;
  /** The first line that fits, and its number in the recording. */
  first: { readonly line: string; readonly number: number } | null;
}

export type Gap = LogResult['gaps'][number];

/** Everything a watch has seen so far; the follower tells it, the step asks it. Memory is bounded, whatever is logged. */
export class LogWatcher implements FollowListener {
  readonly groups: GroupTable;
  readonly expected: readonly Seen[];
  readonly forbidden: readonly Seen[];
  readonly gaps: Gap[] = [];
  /** Files that are not there now, and those that were there at some time. */
  readonly absent = new Set<number>();
  readonly present = new Set<number>();
  readonly lines: LogLines;
  /** When the watching time began; null until all that was there at the beginning has been read. */
  since: number | null = null;
  /** When everything had been read last. */
  caughtUpAt: number | null = null;
  restarts = 0;
  isAway = false;
  problem: unknown = null;
  private readonly clock: Clock;
  private readonly files: readonly string[];
  private readonly output: OutputSink;
  /** One for each file: what is looked at must be what is recorded, and names are made of it. */
  private readonly redactors: readonly StreamRedactor[];
  private lastLineAt: number;
  private longestSilence = 0;
  private silenceUnknown = false;
  private quietBeats = 0;
  private currentPid: string | null = null;
  private pending: Promise<void> | null = null;
  private turnBegan = 0;

  constructor(action: LogAction, baseline: Baseline, context: Pick<StepContext, 'clock' | 'output' | 'redactor'>) {
    const { watch } = action;
    const { clock, output, redactor } = context;
    this.clock = clock;
    this.output = output;
    this.files = action.files;
    this.redactors = action.files.map(redactor);
    this.lastLineAt = clock.mono();
    this.groups = new GroupTable(GROUPS, familiarTo(baseline));
    this.expected = (watch?.expect ?? []).map((pattern) => ({ pattern, count: 0, first: null }));
    this.forbidden = (watch?.forbid ?? []).map((pattern) => ({ pattern, count: 0, first: null }));
    const restartLine = watch?.restart?.line ?? null;
    const sought: Sought[] = [
      ...this.expected.map((seen) => soughtOnce(seen)),
      ...this.forbidden.map((seen) => soughtAlways(seen)),
      ...(restartLine === null ? [] : [{ finder: lineFinder(restartLine), onLine: () => this.restarted() }]),
    ];
    this.lines = new LogLines(
      action.files,
      sought,
      (event, path) => this.groups.add(event, path),
      (bytes) => this.record(bytes),
    );
  }

  data(file: number, bytes: Buffer): void {
    const now = this.clock.mono();
    // What was written while the link was away came at a time that nobody saw.
    if (!this.silenceUnknown) this.longestSilence = Math.max(this.longestSilence, now - this.lastLineAt);
    this.silenceUnknown = false;
    this.lastLineAt = now;
    this.quietBeats = 0;
    this.lines.write(file, this.redactors[file]?.write(bytes) ?? bytes);
  }

  opened(file: number): void {
    this.present.add(file);
    this.absent.delete(file);
  }

  replaced(file: number): void {
    this.close(file);
  }

  missing(file: number): void {
    this.absent.add(file);
  }

  gap(file: number, why: 'replaced' | 'truncated'): void {
    this.close(file);
    this.addGap(file, why);
  }

  pid(pid: string): void {
    if (pid === '-') return;
    if (this.currentPid !== null && this.currentPid !== pid) this.restarted();
    this.currentPid = pid;
  }

  idle(): void {
    this.caughtUpAt = this.clock.mono();
    if (this.since === null) {
      this.since = this.caughtUpAt;
      this.lastLineAt = this.caughtUpAt;
      this.longestSilence = 0;
    }
    // Two looks in a row without anything new: nobody is in the middle of printing a stack.
    this.quietBeats += 1;
    if (this.quietBeats === 4) this.lines.settle();
  }

  away(away: boolean): void {
    this.isAway = away;
    if (away) this.silenceUnknown = true;
  }

  /** After some work in one go everybody else has a turn: screens stay smooth while logs grow by 20 MB/s. */
  ready(): void | Promise<void> {
    const { pending } = this;
    const now = this.clock.mono();
    this.pending = null;
    if (pending === null && now - this.turnBegan < TURN_MS) return;
    return Promise.all([pending, new Promise<void>((resolve) => setImmediate(resolve))]).then(() => {
      this.turnBegan = this.clock.mono();
    });
  }

  /** The clock begins anew, but only once it has begun. */
  restarted(): true {
    if (this.since === null) return true;
    this.restarts += 1;
    this.since = this.clock.mono();
    return true;
  }

  /** Everything that was begun is whole, in all files. */
  end(): void {
    for (const file of this.files.keys()) this.close(file);
  }

  private close(file: number): void {
    this.lines.write(file, this.redactors[file]?.end() ?? Buffer.alloc(0));
    this.lines.close(file);
  }

  addGap(file: number, why: Gap['why']): void {
    if (this.gaps.length < 100) this.gaps.push({ file: this.files[file] ?? '', why });
  }

  /** How long it has watched since the clock began last, in milliseconds. */
  watchedMs(): number {
    return this.since === null ? 0 : this.clock.mono() - this.since;
  }

  /** How long after its time it still reads, in milliseconds; a watch that has not begun yet is late from `began` on. */
  lateMs(began: number, forMs: number): number {
    return this.clock.mono() - (this.since ?? began) - forMs;
  }

  /** For screens, while it lasts. */
  inBrief(): Omit<WatchProgress, 'rate'> {
    const { lines, groups } = this;
    return {
      lines: lines.lines,
      known: groups.kinds - groups.fresh,
      fresh: groups.fresh,
      restarts: this.restarts,
      absent: this.absent.size,
      state: this.isAway ? 'away' : this.since === null ? 'reading' : 'watching',
    };
  }

  /** The longest time without a line, the one that lasts included; after the time is over nothing counts any more. */
  silentMs(forMs: number): number {
    const now = this.clock.mono();
    const end = this.since === null ? now : Math.min(now, this.since + forMs);
    return Math.max(this.longestSilence, end - this.lastLineAt);
  }

  private record(bytes: Buffer): void {
    try {
      const written = this.output.write('stdout', bytes);
      if (written === undefined) return;
      const caught = written.catch((error: unknown) => this.unwritable(error));
      this.pending = this.pending === null ? caught : Promise.all([this.pending, caught]).then(() => undefined);
    } catch (error) {
      this.unwritable(error);
    }
  }

  private unwritable(error: unknown): void {
    this.problem ??= error;
  }
}

/** The first fitting line is enough. */
function soughtOnce(seen: Seen): Sought {
  const finder = lineFinder(seen.pattern);
  return {
    finder: { each: (piece, onLine) => (seen.count > 0 ? undefined : finder.each(piece, onLine)) },
    onLine: (line, number) => {
      note(seen, line, number);
      return false;
    },
  };
}

function soughtAlways(seen: Seen): Sought {
  return {
    finder: lineFinder(seen.pattern),
    onLine: (line, number) => {
      note(seen, line, number);
      return true;
    },
  };
}

function note(seen: Seen, line: string, number: number): void {
  seen.count += 1;
  seen.first ??= { line: line.slice(0, 500), number };
}
