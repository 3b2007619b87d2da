import { systemClock } from '../../electron/engine/system-clock.ts';
import { LockdownDesk } from '../../electron/ipc/lockdown-desk.ts';
import type { LockWindow, Quiet, QuietListener, SenseItem } from '../../electron/lockdown/ports.ts';
import type { LockView } from '../../shared/contract/ipc/lock.ts';
import type { Gap, PreflightCheck, PreflightItem, WayOut } from '../../shared/contract/lockdown.ts';

type GapListener = Parameters<LockWindow['onGap']>[0];

/** A window that says what was asked of it; the real one needs Electron. */
export class FakeLock implements LockWindow {
  readonly calls: string[] = [];
  readonly covers: unknown[] = [];
  /** Set to make the next `enter` fail. */
  broken: Error | null = null;
  #gap: GapListener = () => {};
  #way: (way: WayOut) => void = () => {};

  async enter(): ReturnType<LockWindow['enter']> {
    this.calls.push('enter');
    if (this.broken !== null) throw this.broken;
    return { display: { width: 1600, height: 1000 }, displays: 1, sensed: true };
  }

  async leave(): Promise<void> {
    this.calls.push('leave');
  }

  onGap(listener: GapListener): void {
    this.#gap = listener;
  }

  onWayOut(listener: (way: WayOut) => void): void {
    this.#way = listener;
  }

  cover(view: unknown): void {
    this.covers.push(view);
  }

  gap(gap: Gap, durationMs: number | null = null): void {
    this.#gap(durationMs === null ? { type: 'opened', gap, detail: '' } : { type: 'closed', gap, durationMs });
  }

  tries(way: WayOut): void {
    this.#way(way);
  }
}

/** A desktop that keeps notifications back when it is asked to; the real ones are in test/hosts. */
export class FakeQuiet implements Quiet {
  readonly calls: string[] = [];
  blocked = false;
  recovered: Awaited<ReturnType<Quiet['recover']>> = null;
  #listener: QuietListener = () => {};

  async trial(): Promise<PreflightCheck> {
    return { item: 'notifications', status: 'ok', code: 'notifications-blocked', params: {} };
  }

  async block(): ReturnType<Quiet['block']> {
    this.calls.push('block');
    this.blocked = true;
    return this.view();
  }

  view(): ReturnType<Quiet['view']> {
    return this.blocked ? { adapter: 'dunst', daemon: 'dunst 1.9', state: 'blocked', waiting: 2 } : null;
  }

  subscribe(listener: QuietListener): () => void {
    this.#listener = listener;
    return () => {};
  }

  lost(type: 'lost' | 'blocked-again'): void {
    this.#listener({ type, detail: 'dunst was started anew' });
  }

  async release(): ReturnType<Quiet['release']> {
    if (!this.blocked) return null;
    this.calls.push('release');
    this.blocked = false;
    return { verified: true, waiting: 2 };
  }

  async recover(): ReturnType<Quiet['recover']> {
    this.calls.push('recover');
    return this.recovered;
  }

  async close(): Promise<void> {}
}

/** Finds everything as it should be but what `found` says. */
export function fakeSense(found: Map<PreflightItem, PreflightCheck>): SenseItem {
  return async (item) => found.get(item) ?? { item, status: 'ok', code: 'disk-enough', params: {} };
}

/** A desk for tests of other things: it finds nothing wrong, and locks nothing but this fake window. */
export function fakeLockdown(): LockdownDesk {
  return new LockdownDesk({
    clock: systemClock,
    lock: new FakeLock(),
    quiet: new FakeQuiet(),
    sense: fakeSense(new Map()),
    push: () => {},
    language: () => 'en',
    log: {
      error: (message) => {
        throw new Error(message);
      },
    },
  });
}

/** The statuses that were pushed, without repetitions. */
export function statuses(views: readonly (LockView | null)[]): readonly string[] {
  const said = views.map((view) => view?.status ?? 'none');
  return said.filter((status, index) => status !== said[index - 1]);
}
