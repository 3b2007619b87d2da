import { beginsRecord, type LineKind, lineKind } from './line-kind.ts';

/** One trouble as it stands in a log: an ERROR line, a stack trace with its causes, a traceback. */
export interface LogEvent {
  /** The lines that tell it, at most `LINES_KEPT`, long ones clipped. */
  readonly lines: readonly string[];
  /** Numbers of its first and last line, as they were given. */
  readonly first: number;
  readonly last: number;
}

/** Lines of one event that are kept; the rest of a very deep stack only counts towards its end. */
export const LINES_KEPT = 400;
/** From here on only what is needed to tell events apart: causes and the frames right below them. */
const LINES_WHOLE = 100;
const FRAMES_BELOW_CAUSE = 4;
/** Characters of one kept line. */
const LINE_CHARS = 2_000;
/** A message may go on for so many lines before its first stack frame. */
const MESSAGE_LINES = 20;

interface Open {
  readonly form: 'stack' | 'python';
  readonly lines: string[];
  readonly first: number;
  last: number;
  /** Lines since the last one that certainly belongs; dropped when nothing that belongs follows. */
  pending: number;
  keptPending: number;
  throwables: number;
  frames: number;
  sinceCause: number;
  /** Python: where in the traceback we are. */
  python: 'inside' | 'after' | 'chained';
}

/**
 * Puts the lines of one file together to events. Feed it lines in order; lines that surely mean nothing while no
 * event is open may be left out. Memory: one event.
 */
export class EventAssembler {
  private open: Open | null = null;
  /** The last line that became part of an event. */
  private taken = -1;
  private readonly onEvent: (event: LogEvent) => void;

  constructor(onEvent: (event: LogEvent) => void) {
    this.onEvent = onEvent;
  }

  /** True while the next line may belong to an event that has begun. */
  get busy(): boolean {
    return this.open !== null;
  }

  /**
   * @param before gives the line above this one, or null: for a stack whose first line names no class that we would
   *   know as a throwable.
   */
  line(text: string, number: number, before: () => string | null = () => null): void {
    const kind = lineKind(text);
    const open = this.open;
    if (open === null) this.begin(kind, text, number, before);
    else if (!(open.form === 'python' ? this.python(open, kind, text, number) : this.stack(open, kind, text, number))) {
      this.end();
      this.begin(kind, text, number, before);
    }
  }

  /** Nothing more will come for now: what is open is whole. */
  end(): void {
    const open = this.open;
    if (open === null) return;
    this.open = null;
    this.taken = open.last;
    if (open.keptPending > 0) open.lines.length -= open.keptPending;
    this.onEvent({ lines: open.lines, first: open.first, last: open.last });
  }

  private begin(kind: LineKind, text: string, number: number, before: () => string | null): void {
    switch (kind) {
      case 'alarm':
      case 'throwable':
      case 'cause':
        this.start('stack', [text], number, kind === 'alarm' ? 0 : 1);
        return;
      case 'frame': {
        // Only Java's own way of writing a frame is sure enough to begin with.
        if (!text.startsWith('\tat ')) return;
        const above = number - 1 > this.taken ? before() : null;
        const head = above === null || above.trim() === '' ? [] : [above];
        this.start('stack', [...head, text], number - head.length, 1).frames = 1;
        if (this.open !== null) this.open.last = number;
        return;
      }
      case 'traceback':
        this.start('python', [text], number, 0);
        return;
      case 'class':
      case 'chain':
      case 'record':
      case 'blank':
      case 'other':
        return;
    }
  }

  private start(form: Open['form'], lines: readonly string[], first: number, throwables: number): Open {
    const kept = lines.map((line) => line.slice(0, LINE_CHARS));
    const begun = { pending: 0, keptPending: 0, frames: 0, sinceCause: 0, python: 'inside' } as const;
    this.open = { form, lines: kept, first, last: first, throwables, ...begun };
    return this.open;
  }

  /** False when the line does not belong to the open event. */
  private stack(open: Open, kind: LineKind, text: string, number: number): boolean {
    switch (kind) {
      case 'frame':
        open.frames += 1;
        open.sinceCause += 1;
        return this.belongs(open, text, number, open.sinceCause <= FRAMES_BELOW_CAUSE);
      case 'cause':
        open.throwables += 1;
        open.sinceCause = 0;
        return this.belongs(open, text, number, true);
      case 'throwable':
      case 'class':
        // Right below an ERROR line it is what the line is about; below another throwable it is a new one.
        if (open.throwables > 0 || open.frames > 0) return false;
        open.throwables = 1;
        return this.belongs(open, text, number, true);
      case 'traceback':
        if (open.throwables > 0 || open.frames > 0 || open.pending > 0) return false;
        this.open = { ...open, form: 'python', python: 'inside' };
        return this.belongs(this.open, text, number, true);
      case 'alarm':
      case 'record':
      case 'chain':
        return false;
      case 'blank':
      case 'other':
        if (open.frames > 0 || open.pending >= MESSAGE_LINES) return false;
        return this.pend(open, text);
    }
  }

  private python(open: Open, kind: LineKind, text: string, number: number): boolean {
    if (kind === 'chain') {
      open.python = 'chained';
      return this.belongs(open, text, number, true);
    }
    if (kind === 'traceback') {
      if (open.python !== 'chained') return false;
      open.python = 'inside';
      return this.belongs(open, text, number, true);
    }
    if (open.python === 'inside') {
      if (kind === 'blank') return this.pend(open, text);
      const indented = /^[\t |+]/.test(text);
      // The line that stands at the left edge again names the exception.
      if (!indented) open.python = 'after';
      if (indented) open.sinceCause += 1;
      return (indented || !beginsRecord(text)) && this.belongs(open, text, number, !indented);
    }
    return kind === 'blank' && open.pending < 3 && this.pend(open, text);
  }

  private belongs(open: Open, text: string, number: number, needed: boolean): true {
    const room = open.lines.length < (needed ? LINES_KEPT : LINES_WHOLE);
    if (room) open.lines.push(text.slice(0, LINE_CHARS));
    open.pending = 0;
    open.keptPending = 0;
    open.last = number;
    return true;
  }

  private pend(open: Open, text: string): true {
    open.pending += 1;
    if (open.lines.length < LINES_WHOLE) {
      open.lines.push(text.slice(0, LINE_CHARS));
      open.keptPending += 1;
    }
    return true;
  }
}
