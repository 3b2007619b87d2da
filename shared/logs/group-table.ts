import type { LogEvent } from './event-assembler.ts';
import { identify } from './fingerprint.ts';

/** One kind of trouble on one host. Line numbers are those of the recording. */
export interface LogGroup {
  readonly fingerprint: string;
  /** How people call it, in one line. */
  readonly name: string;
  /** The first occurrence, word for word, long ones cut. */
  readonly sample: string;
  /** The baseline's name for it, or null: it is new. */
  readonly known: string | null;
  readonly count: number;
  readonly file: string;
  readonly first: LinePlace;
  readonly last: LinePlace;
}

/** From the first to the last line of one event. */
export interface LinePlace {
  readonly from: number;
  readonly to: number;
}

/** Says by which name a kind of trouble is known, or null. */
export type Familiar = (found: {
  readonly fingerprint: string;
  readonly essence: string;
  readonly sample: string;
}) => string | null;

const SAMPLE_CHARS = 4_000;
/** Events remembered by their own words, so that the same one a thousand times is recognised at once. */
const REMEMBERED = 500;
const WORDS_CHARS = 8_000;

type Counted = { -readonly [K in keyof LogGroup]: LogGroup[K] };

/** Counts events by fingerprint. Memory: `most` groups; what is beyond is counted and said, never dropped silently. */
export class GroupTable {
  private readonly groups = new Map<string, Counted>();
  private readonly byWords = new Map<string, Counted>();
  private readonly most: number;
  private readonly familiar: Familiar;
  /** Events of kinds that found no room. */
  beyond = 0;
  events = 0;
  knownEvents = 0;
  /** Kinds that no baseline knows. */
  fresh = 0;

  constructor(most: number, familiar: Familiar) {
    this.most = most;
    this.familiar = familiar;
  }

  add(event: LogEvent, file: string): void {
    this.events += 1;
    const words = wordsOf(event.lines);
    const group = this.byWords.get(words) ?? this.find(event, file);
    if (group === null) {
      this.beyond += 1;
      return;
    }
    if (this.byWords.size < REMEMBERED && words.length < WORDS_CHARS) this.byWords.set(words, group);
    group.count += 1;
    group.last = { from: event.first, to: event.last };
    if (group.known !== null) this.knownEvents += 1;
  }

  /** In the order of their first occurrence. */
  list(): readonly LogGroup[] {
    return [...this.groups.values()];
  }

  get kinds(): number {
    return this.groups.size;
  }

  private find(event: LogEvent, file: string): Counted | null {
    const { fingerprint, name, essence } = identify(event.lines);
    const before = this.groups.get(fingerprint);
    if (before !== undefined) return before;
    if (this.groups.size >= this.most) return null;
    const whole = event.lines.join('\n');
    const sample = whole.length > SAMPLE_CHARS ? `${whole.slice(0, SAMPLE_CHARS)} …` : whole;
    const known = this.familiar({ fingerprint, essence, sample });
    const place = { from: event.first, to: event.last };
    const group = { fingerprint, name, sample, known, count: 0, file, first: place, last: place };
    this.groups.set(fingerprint, group);
    if (known === null) this.fresh += 1;
    return group;
  }
}

/** An event's words without the time it begins with. */
function wordsOf(lines: readonly string[]): string {
  return lines.join('\n').replace(/^[\d\-:.,T/+ ]+/, '');
}
