import { canonicalJson } from '../../../shared/journal/canonical.ts';
import type { Snapshot } from '../../../shared/snapshot/reading.ts';
import { keptInJournal, type SnapshotResult, snapshotSchema } from '../../../shared/steps/actions/snapshot.ts';
import { entriesOf } from './snapshot-look.ts';
import type { StepContext } from './step-runner.ts';

/** Puts a snapshot into the result, or, where the journal is no place for it, into a sealed file. Rejects as the disk. */
export async function keepSnapshot(
  context: Pick<StepContext, 'keepBytes'>,
  snapshot: Snapshot,
): Promise<SnapshotResult> {
  const count = entriesOf(snapshot);
  const plain = snapshotSchema.parse(snapshot);
  const written = canonicalJson(plain);
  if (count <= keptInJournal.entries && written.length <= keptInJournal.characters) {
    return { kind: 'snapshot', count, kept: { in: 'journal', snapshot: plain } };
  }
  const file = await context.keepBytes('snapshot.json', Buffer.from(written, 'utf8'));
  return { kind: 'snapshot', count, kept: { in: 'file', file } };
}

/** The snapshot of a result; null when its file is gone or is not the one that was sealed. */
export async function keptSnapshot(
  context: Pick<StepContext, 'keptBytes'>,
  { kept }: SnapshotResult,
): Promise<Snapshot | null> {
  if (kept.in === 'journal') return kept.snapshot;
  const bytes = await context.keptBytes(kept.file);
  if (bytes === null) return null;
  const parsed = snapshotSchema.safeParse(JSON.parse(bytes.toString('utf8')));
  return parsed.success ? parsed.data : null;
}
