import type { Clock } from '../engine/ports.ts';
import type { NotificationAdapter, PriorState } from './ports.ts';
import { countWaiting, type Found, putBack, type QuietLog, type Sensed, settled, shortly } from './quiet-desktop.ts';
import { type Changed, quietFile } from './quiet-file.ts';

/** How an attempt to keep notifications back went. */
type Applied =
  /** What was there before could not be read or kept: nothing was changed. */
  | { readonly type: 'refused'; readonly detail: string }
  /** The desktop did not take it; something may have been changed. */
  | { readonly type: 'failed'; readonly detail: string }
  | { readonly type: 'applied'; readonly sensed: Sensed };

/** How putting back went. `complete`: nothing is left for the next start. */
export interface Undone {
  readonly runId: string | null;
  readonly verified: boolean;
  readonly waiting: number | null;
  readonly complete: boolean;
}

/**
 * The only place that changes the desktop. The order of things is its whole point:
 * - what was there before is on disk before anything is changed, and what is already on disk is never replaced: what
 *   the desktop says now may be our own doing, or that of a process of ours which died;
 * - the file is taken away after everything was put back. A process that dies between the two puts back once more at
 *   its next start, and that changes nothing, because it sets what is already so. The other order could leave a
 *   desktop silent for good. So as far as anybody can see it is put back exactly once.
 *
 * Calls never reject, and are made one after the other.
 */
export interface DesktopChanges {
  /** Keeps notifications back with this adapter. `runId` null: only tried. */
  apply(found: Found, runId: string | null): Promise<Applied>;
  /** Counts what waits, puts everything back, reads it back; null where nothing was changed. */
  undo(): Promise<Undone | null>;
}

interface Parts {
  readonly folder: string;
  readonly adapters: readonly NotificationAdapter[];
  readonly clock: Clock;
  readonly log: QuietLog;
}

/** With `notifications.json` in this folder. */
export function desktopChanges(parts: Parts): DesktopChanges {
  const { adapters, clock, log } = parts;
  const file = quietFile(parts.folder, log);
  /** What is in the file; undefined until it was read. */
  let changed: Changed | null | undefined;
  const load = async (): Promise<Changed | null> => {
    changed ??= await file.read();
    return changed;
  };
  const write = async (next: Changed): Promise<void> => {
    await file.write(next);
    changed = next;
  };

  /** What was there before with this adapter; on disk when it resolves. */
  const keep = async ({ adapter }: Found, runId: string | null): Promise<PriorState> => {
    const before = await load();
    const kept = before?.changed.find(({ adapter: name }) => name === adapter.name);
    const whose = runId ?? before?.runId ?? null;
    if (before !== null && kept !== undefined) {
      if (before.runId !== whose) await write({ ...before, runId: whose });
      return kept.prior;
    }
    const prior = await adapter.read();
    await write({ runId: whose, changed: [...(before?.changed ?? []), { adapter: adapter.name, prior }] });
    return prior;
  };

  const apply = async (found: Found, runId: string | null): Promise<Applied> => {
    const { adapter } = found;
    let prior: PriorState;
    try {
      prior = await keep(found, runId);
    } catch (error) {
      return { type: 'refused', detail: `${adapter.name}: what is set now could not be kept: ${shortly(error)}` };
    }
    try {
      await adapter.block(prior);
    } catch (error) {
      return { type: 'failed', detail: `${adapter.name}: ${shortly(error)}` };
    }
    return { type: 'applied', sensed: await settled(adapter, clock) };
  };

  const undo = async (): Promise<Undone | null> => {
    let before: Changed | null;
    try {
      before = await load();
    } catch (error) {
      log.error(`Whether notifications have to be let through again cannot be read: ${shortly(error)}`);
      return null;
    }
    if (before === null) return null;
    const names = new Set(before.changed.map(({ adapter }) => adapter));
    const waiting = await countWaiting(
      adapters.filter(({ name }) => names.has(name)),
      log,
    );
    const { verified, left } = await putBack(before.changed, adapters, { clock, log });
    return { runId: before.runId, verified, waiting, complete: await forget({ ...before, changed: left }) };
  };
  /** Leaves on disk only what could not be put back; true when that is nothing. */
  const forget = async (left: Changed): Promise<boolean> => {
    try {
      if (left.changed.length > 0) {
        await write(left);
        return false;
      }
      await file.remove();
      changed = null;
      return true;
    } catch (error) {
      log.error(`Notifications were put back, and will be once more at the next start: ${shortly(error)}`);
      return false;
    }
  };

  return { apply, undo };
}
