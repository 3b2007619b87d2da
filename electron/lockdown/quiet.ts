import { limits } from '../../shared/contract/limits.ts';
import type { Clock } from '../engine/ports.ts';
import { SerialQueue } from '../engine/serial-queue.ts';
import { type NotificationServer, notificationServer } from './notifications/server.ts';
import type { NotificationAdapter, Quiet, QuietListener, QuietView } from './ports.ts';
import { type DesktopChanges, desktopChanges, type Undone } from './quiet-changes.ts';
import {
  answered,
  countWaiting,
  type Found,
  findAdapter,
  type QuietLog,
  type Sensed,
  shortly,
} from './quiet-desktop.ts';
import { checkOf, tryOut } from './quiet-trial.ts';

interface QuietParts {
  /** The data folder; `notifications.json` lies there while something is changed. */
  readonly folder: string;
  /** In the order in which they are looked for. */
  readonly adapters: readonly NotificationAdapter[];
  readonly clock: Clock;
  readonly log: QuietLog;
  /** Who shows notifications; asked where no adapter fits, to say why. */
  readonly server?: () => Promise<NotificationServer | null>;
}

/** Notifications kept back for a run. */
interface Watch {
  readonly runId: string;
  found: Found;
  /** What the desktop said last. */
  sensed: Sensed;
  waiting: number | null;
  /** From when a loss was told, until it was told that the block stands again. */
  lossTold: boolean;
  readonly stop: AbortController;
}

/** Everything, looks included, runs one after the other: no look can block again what is just being put back. */
export function createQuiet(parts: QuietParts): Quiet {
  const { adapters, clock, log, server = notificationServer } = parts;
  const changes = desktopChanges(parts);
  const queue = new SerialQueue();
  const { tell, subscribe } = audience(log);
  let watch: Watch | null = null;

  const look = (watched: Watch): Promise<void> => lookAgain(watched, { ...parts, changes, tell });
  const stopLooking = (): void => {
    watch?.stop.abort();
    watch = null;
  };

  const block = async (runId: string): Promise<QuietView | null> => {
    if (watch?.runId === runId) {
      await look(watch);
      return viewOf(watch);
    }
    stopLooking();
    const begun = await begin(runId, { adapters, changes, log });
    if (begun === null) return null;
    watch = begun;
    keepLooking(begun.stop.signal, { clock, queue, look: () => look(begun) }).catch((error: unknown) =>
      log.error(`Notifications are no longer watched: ${shortly(error)}`),
    );
    return viewOf(begun);
  };
  const trial = async (): ReturnType<Quiet['trial']> => {
    if (watch === null) return await tryOut({ adapters, changes, server, log });
    await look(watch);
    return checkOf(watch.found, watch.sensed);
  };
  const release = async (): ReturnType<Quiet['release']> => {
    stopLooking();
    return resultOf(await changes.undo());
  };
  const recover = async (): ReturnType<Quiet['recover']> => {
    const undone = watch === null ? await changes.undo() : null;
    // What only a trial had changed belongs to no run.
    return undone?.runId == null ? null : { runId: undone.runId, ...resultOf(undone) };
  };
  const close = async (): Promise<void> => {
    stopLooking();
    await Promise.allSettled(adapters.map((adapter) => adapter.close()));
  };

  return {
    trial: () => queue.run(trial),
    block: (runId) => queue.run(() => block(runId)),
    view: () => (watch === null ? null : viewOf(watch)),
    subscribe,
    release: () => queue.run(release),
    recover: () => queue.run(recover),
    close: () => queue.run(close),
  };
}

/** Who is told what changes; one that fails keeps it from nobody else. */
function audience(log: QuietLog): { readonly tell: QuietListener } & Pick<Quiet, 'subscribe'> {
  const listeners = new Set<QuietListener>();
  return {
    tell: (change) => {
      for (const listener of listeners) listener(change);
    },
    subscribe: (listener) => {
      const own: QuietListener = (change) => {
        try {
          listener(change);
        } catch (error) {
          log.error(`Whoever is told of notifications failed: ${shortly(error)}`);
        }
      };
      listeners.add(own);
      return () => listeners.delete(own);
    },
  };
}

interface Polling {
  readonly clock: Clock;
  readonly queue: SerialQueue;
  readonly look: () => Promise<void>;
}

/** Looks every few seconds, each time in its turn, until it is stopped. */
async function keepLooking(stop: AbortSignal, { clock, queue, look }: Polling): Promise<void> {
  while (!stop.aborted) {
    await clock.sleep(limits.quietPollMs, stop).catch(() => {});
    await queue.run(async () => {
      // It may have been over by the time its turn came.
      if (!stop.aborted) await look();
    });
  }
}

interface Looking {
  readonly adapters: readonly NotificationAdapter[];
  readonly changes: DesktopChanges;
  readonly clock: Clock;
  readonly tell: QuietListener;
}

/** Null when notifications could not be kept back; then nothing is left changed that could be put back. */
async function begin(
  runId: string,
  { adapters, changes, log }: Pick<Looking, 'adapters' | 'changes'> & { readonly log: QuietLog },
): Promise<Watch | null> {
  const { found, lacking } = await findAdapter(adapters, null, log);
  if (found === null) {
    log.error(`Notifications cannot be kept back on this desktop${lacking === null ? '' : `: ${lacking.code}`}`);
    return null;
  }
  const applied = await changes.apply(found, runId);
  if (applied.type !== 'applied') {
    log.error(`Notifications were not kept back: ${applied.detail}`);
    if (applied.type === 'failed') await changes.undo();
    return null;
  }
  const { sensed } = applied;
  const waiting = await countWaiting([found.adapter], log);
  return { runId, found, sensed, waiting, lossTold: sensed.state === 'lost', stop: new AbortController() };
}

/**
 * Asks the desktop, and blocks again where it does not keep notifications back any more: a daemon that was started
 * anew, or a person who switched them on. One change is told once, however often it is looked at.
 */
async function lookAgain(watch: Watch, { adapters, changes, clock, tell }: Looking): Promise<void> {
  let sensed = await answered(watch.found.adapter, clock);
  if (sensed.state === 'lost' || (sensed.state === 'not-verified' && watch.sensed.state !== 'not-verified')) {
    watch.sensed = { ...sensed, state: 'lost' };
    if (!watch.lossTold) tell({ type: 'lost', detail: sensed.detail });
    watch.lossTold = true;
    sensed = await blockAgain(watch, adapters, changes);
  }
  watch.sensed = sensed;
  // A daemon that hangs is not asked twice for nothing.
  watch.waiting = sensed.answered ? await countWaiting([watch.found.adapter], mute) : null;
  if (sensed.state === 'blocked' && watch.lossTold) {
    watch.lossTold = false;
    tell({ type: 'blocked-again', detail: watch.found.daemon ?? watch.found.adapter.name });
  }
}

/** With whoever shows notifications now: the old daemon, or another one that took its place. */
async function blockAgain(
  watch: Watch,
  adapters: readonly NotificationAdapter[],
  changes: DesktopChanges,
): Promise<Sensed> {
  const { found } = await findAdapter(adapters, watch.found.adapter.name, mute);
  if (found === null) return { state: 'lost', detail: 'nobody shows notifications', answered: false };
  watch.found = found;
  const applied = await changes.apply(found, watch.runId);
  return applied.type === 'applied' ? applied.sensed : { state: 'lost', detail: applied.detail, answered: false };
}

/** Every few seconds the same trouble would only fill the log; it was told as a loss. */
const mute: QuietLog = { info: () => {}, error: () => {} };

function viewOf({ found, sensed, waiting }: Watch): QuietView {
  return { adapter: found.adapter.name, daemon: found.daemon, state: sensed.state, waiting };
}

type Released = Awaited<ReturnType<Quiet['release']>>;

function resultOf(undone: Undone): NonNullable<Released>;
function resultOf(undone: Undone | null): Released;
function resultOf(undone: Undone | null): Released {
  return undone === null ? null : { verified: undone.verified, waiting: undone.waiting };
}
