import type { JournalRecord } from '../contract/events.ts';
import type { RunState } from '../run/state.ts';

/** The record that a correction speaks of; it stands in the journal as it was. */
export interface CorrectedRecord {
  readonly seq: number;
  readonly type: JournalRecord['type'];
  /** ISO 8601. */
  readonly at: string;
  readonly by: string;
  /** The step and the target that the record is about, where it is about one. */
  readonly step: string | null;
  readonly target: string | null;
}

/** Something that was said afterwards by a named person; `corrects` null: a note, else a correction. */
export interface ReportNote extends Omit<RunState['notes'][number], 'corrects'> {
  readonly corrects: CorrectedRecord | null;
}

/** Where each record stands and what it is about, for the corrections that name one. */
export class RecordPlaces {
  private readonly places: CorrectedRecord[] = [];
  private readonly attempts = new Map<string, { readonly step: string; readonly target: string }>();

  add(record: JournalRecord): void {
    const { seq, type, at, actor } = record;
    if (record.type === 'attempt-started' || record.type === 'paper-recorded') {
      const { attempt, step, target } = record.data;
      this.attempts.set(attempt, { step, target });
    }
    this.places[seq] = { seq, type, at, by: actor.name, ...this.subject(record) };
  }

  get(seq: number): CorrectedRecord | null {
    return this.places[seq] ?? null;
  }

  private subject({ data }: JournalRecord): Pick<CorrectedRecord, 'step' | 'target'> {
    const known = 'attempt' in data ? this.attempts.get(data.attempt) : undefined;
    if (known !== undefined) return known;
    const step = 'step' in data ? data.step : null;
    return { step, target: 'target' in data && typeof data.target === 'string' ? data.target : null };
  }
}
