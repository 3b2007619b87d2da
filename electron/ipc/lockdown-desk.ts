import type { RunEvent } from '../../shared/contract/events.ts';
import type { CoverView, LockView } from '../../shared/contract/ipc/lock.ts';
import type { Language } from '../../shared/contract/ipc/settings.ts';
import type {
  Gap,
  LockdownEnd,
  PreflightCheck,
  PreflightItem,
  ReleaseCause,
  WayOut,
} from '../../shared/contract/lockdown.ts';
import { preflightItems } from '../../shared/contract/lockdown.ts';
import { lockdownWanted, openChecks } from '../../shared/run/lockdown.ts';
import { atSafePoint } from '../../shared/run/safe-point.ts';
import { currentStep, type RunState } from '../../shared/run/state.ts';
import type { OpenRun } from '../engine/open-run.ts';
import type { Clock } from '../engine/ports.ts';
import { SerialQueue } from '../engine/serial-queue.ts';
import type { CheckSubject, LockWindow, Quiet, SenseItem } from '../lockdown/ports.ts';
import { runSubject } from './check-subject.ts';
import type { Push } from './push.ts';
import { WayOutBook } from './way-out-book.ts';

export interface LockdownDeskParts {
  readonly clock: Clock;
  readonly lock: LockWindow & { cover(view: CoverView): void };
  readonly quiet: Quiet;
  readonly sense: SenseItem;
  readonly push: Push;
  readonly language: () => Language;
  readonly log: { error(message: string): void };
}

/** What a process that died had changed on this desktop, put back at the start of this one. */
type Recovered = Awaited<ReturnType<Quiet['recover']>>;

/**
 * Carries out what the run's state asks for: locks while it should be locked, keeps notifications back until the run
 * is over, and records what was sensed meanwhile. It decides nothing that `shared/run/lockdown.ts` does not say.
 */
export class LockdownDesk {
  readonly #parts: LockdownDeskParts;
  readonly #queue = new SerialQueue();
  readonly #recovered: Promise<Recovered>;
  readonly #ways: WayOutBook;
  /** When gaps began, on the monotonic clock. */
  readonly #gaps = new Map<Gap, number>();
  #run: OpenRun | null = null;
  #unsubscribe: (() => void) | null = null;
  #status: LockView['status'] = 'open';
  #found: readonly PreflightCheck[] = [];

  constructor(parts: LockdownDeskParts) {
    this.#parts = parts;
    this.#recovered = parts.quiet.recover().catch((error: unknown) => {
      parts.log.error(`What was changed on the desktop could not be put back: ${String(error)}`);
      return null;
    });
    this.#ways = new WayOutBook(parts.clock, (way, times) => {
      void this.#record(() => [{ type: 'way-out-refused', data: { way, times } }]);
    });
    parts.lock.onWayOut((way) => this.wayOut(way));
    parts.lock.onGap((change) => {
      if (change.type === 'opened') this.#openGap(change.gap, change.detail);
      else this.#closeGap(change.gap, change.durationMs);
    });
    parts.quiet.subscribe(({ type, detail }) => {
      if (type === 'lost') this.#openGap('notifications-unblocked', detail);
      else this.#closeGap('notifications-unblocked', null);
      this.#tell();
    });
  }

  /** True while the window is held on the checklist. */
  get locked(): boolean {
    return this.#status === 'locked';
  }

  /** What preflight has found so far; a run takes it over. */
  get found(): readonly PreflightCheck[] {
    return this.#found;
  }

  view(): LockView | null {
    const quiet = this.#parts.quiet.view();
    if (this.#status === 'open' && quiet === null) return null;
    const state = this.#run?.controller.state ?? null;
    const waiting = state === null || atSafePoint(state) === null ? (quiet?.waiting ?? null) : null;
    const notifications = quiet === null ? null : { adapter: quiet.adapter, state: quiet.state, waiting };
    return { status: this.#status, notifications };
  }

  /** A new plan is looked at: what was found before says nothing about it. */
  forget(): void {
    this.#found = [];
  }

  /** Senses these items and pushes each finding as it comes. */
  async check(items: readonly PreflightItem[], subject: CheckSubject): Promise<void> {
    await Promise.all(items.map((item) => this.#senseOne(item, subject)));
  }

  /** Senses what was not sensed yet. */
  async complete(subject: CheckSubject): Promise<void> {
    const known = new Set(this.#found.map(({ item }) => item));
    await this.check(
      preflightItems.filter((item) => !known.has(item)),
      subject,
    );
  }

  async #senseOne(item: PreflightItem, subject: CheckSubject): Promise<PreflightCheck> {
    this.#parts.push('preflight:check', { item, check: null });
    await this.#recovered;
    const check = await this.#parts.sense(item, subject);
    this.#found = [...this.#found.filter((one) => one.item !== item), check];
    this.#parts.push('preflight:check', { item, check });
    return check;
  }

  /** This window holds a run from now on. */
  async attach(run: OpenRun): Promise<void> {
    this.#run = run;
    await this.#closeWhatDied(run);
    this.#unsubscribe = run.controller.subscribe(() => this.#follow());
    this.#follow();
  }

  /** The pen is about to be put down: unlocks, lets notifications through again, and records it. */
  async detach(how: 'ended' | 'left' | 'handed-over'): Promise<void> {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    await this.#queue.run(async () => {
      await this.#unlock(how);
      await this.#release(how);
    });
    this.#run = null;
  }

  /** The window goes; everything was let through before. */
  async close(): Promise<void> {
    await this.#parts.quiet.close();
  }

  /** A way out was tried; while locked it is recorded, and the person is told why it does not open. */
  wayOut(way: WayOut): void {
    if (!this.locked) return;
    this.#parts.push('lock:way-refused', { way });
    this.#ways.tried(way);
  }

  /** A session that never ended had locked, or kept notifications back: on this machine or on another. */
  async #closeWhatDied({ runId, controller }: OpenRun): Promise<void> {
    const recovered = await this.#recovered;
    const { lockdown } = controller.state;
    const events: RunEvent[] = [];
    if (lockdown.spans.at(-1)?.until === null) {
      events.push(
        { type: 'lockdown-gap-opened', data: { gap: 'app-died', detail: '' } },
        { type: 'lockdown-gap-closed', data: { gap: 'app-died', durationMs: null } },
        { type: 'lockdown-left', data: { cause: 'crashed' } },
      );
    }
    if (lockdown.notifications !== null) {
      const restored = recovered?.runId === runId ? recovered : { verified: false, waiting: null };
      const { verified, waiting } = restored;
      events.push({ type: 'notifications-released', data: { cause: 'crashed', verified, waiting } });
    }
    await controller.recordSensed(() => events);
  }

  /** After every record: what the state asks for, once at a time. */
  #follow(): void {
    const run = this.#run;
    if (run === null) return;
    this.#showCover(run.controller.state);
    this.#queue
      .run(() => this.#bring(run))
      .catch((error: unknown) => {
        const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
        this.#parts.log.error(`The lock could not follow the run: ${said}`);
      });
  }

  async #bring(run: OpenRun): Promise<void> {
    if (this.#run !== run) return;
    const { state } = run.controller;
    const wanted = lockdownWanted(state);
    if (wanted && this.#status === 'open') await this.#enter(run);
    if (!wanted && this.#status === 'locked') await this.#unlock(endOf(state));
    const cause = releaseOf(state);
    if (cause !== null) await this.#release(cause);
  }

  /**
   * Whatever goes wrong on the way, the lock is tried and recorded: a run that waited for it for ever inside a block
   * would have no way out at all.
   */
  async #enter(run: OpenRun): Promise<void> {
    const { controller } = run;
    this.#show('checking');
    await this.#attempt('The check before the lock failed', () => this.#checkAnew(run));
    if (!lockdownWanted(controller.state)) return this.#show('open');
    this.#show('entering');
    await this.#attempt('Notifications could not be kept back', () => this.#quieten(run));
    await this.#lock();
  }

  async #checkAnew(run: OpenRun): Promise<void> {
    const subject = runSubject(run, this.#parts.clock);
    const checks = await Promise.all(preflightItems.map((item) => this.#senseOne(item, subject)));
    await run.controller.recordSensed(() => [{ type: 'preflight-checked', data: { when: 'entry', checks } }]);
    await run.controller.recordSensed(holdForChecks);
  }

  async #attempt(what: string, task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#parts.log.error(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }

  async #quieten({ runId, controller }: OpenRun): Promise<void> {
    const view = await this.#parts.quiet.block(runId);
    if (view === null || controller.state.lockdown.notifications !== null) return;
    const { adapter, daemon, state } = view;
    await this.#record(() => [
      { type: 'notifications-blocked', data: { adapter, daemon, verified: state === 'blocked' } },
    ]);
  }

  async #lock(): Promise<void> {
    try {
      const { display, displays, sensed } = await this.#parts.lock.enter();
      await this.#record(() => [{ type: 'lockdown-entered', data: { display, displays, sensed } }]);
    } catch (error) {
      // The release does not stand still for it: the gap is on record and open until the watch sees the window in place.
      this.#parts.log.error(`The window could not be locked: ${String(error)}`);
      const display = { width: 0, height: 0 };
      await this.#record(() => [{ type: 'lockdown-entered', data: { display, displays: 1, sensed: false } }]);
      this.#openGap('not-full-screen', error instanceof Error ? error.message.slice(0, 500) : '');
    }
    this.#show('locked');
    const state = this.#run?.controller.state;
    if (state !== undefined) this.#showCover(state);
  }

  /** On record first: a run that goes on meanwhile must not take the window for locked that is about to be free. */
  async #unlock(cause: LockdownEnd): Promise<void> {
    if (this.#status !== 'locked') return;
    this.#ways.flush();
    for (const gap of [...this.#gaps.keys()]) if (gap !== 'notifications-unblocked') this.#closeGap(gap, null);
    await this.#record(() => [{ type: 'lockdown-left', data: { cause } }]);
    await this.#attempt('The window could not be given back whole', () => this.#parts.lock.leave());
    this.#show('open');
  }

  async #release(cause: ReleaseCause): Promise<void> {
    let released: Awaited<ReturnType<Quiet['release']>> = null;
    await this.#attempt('Notifications could not be let through again', async () => {
      released = await this.#parts.quiet.release();
    });
    this.#tell();
    this.#closeGap('notifications-unblocked', null);
    // The journal says that something is kept back: where nothing was to be put back any more, nobody read it back.
    const { verified, waiting } = released ?? { verified: false, waiting: null };
    await this.#record(({ lockdown }) =>
      lockdown.notifications === null ? [] : [{ type: 'notifications-released', data: { cause, verified, waiting } }],
    );
  }

  #openGap(gap: Gap, detail: string): void {
    if (this.#run === null || this.#gaps.has(gap)) return;
    this.#gaps.set(gap, this.#parts.clock.mono());
    void this.#record(() => [{ type: 'lockdown-gap-opened', data: { gap, detail: detail.slice(0, 500) } }]);
  }

  /** `measured` null: as long as we have known of it. */
  #closeGap(gap: Gap, measured: number | null): void {
    const since = this.#gaps.get(gap);
    if (since === undefined) return;
    this.#gaps.delete(gap);
    const durationMs = measured ?? this.#parts.clock.mono() - since;
    void this.#record(() => [{ type: 'lockdown-gap-closed', data: { gap, durationMs } }]);
  }

  async #record(decide: (state: RunState) => readonly RunEvent[]): Promise<void> {
    await this.#run?.controller.recordSensed(decide);
  }

  #show(status: LockView['status']): void {
    this.#status = status;
    this.#tell();
  }

  #tell(): void {
    this.#parts.push('lock:view', this.view());
  }

  #showCover(state: RunState): void {
    if (!this.locked) return;
    const { plan, startedAt } = state;
    const step = currentStep(state);
    this.#parts.lock.cover({
      language: this.#parts.language(),
      title: plan.title,
      environment: plan.environment,
      production: plan.production,
      step: step === null ? null : `${step.code} ${step.title}`,
      startedAt,
    });
  }
}

/** Production waits for a person where something is not as it should be; inside a block there is no waiting. */
function holdForChecks(state: RunState): readonly RunEvent[] {
  const open = openChecks(state);
  if (open.length === 0 || !lockdownWanted(state) || atSafePoint(state) !== null) return [];
  const reason = open.map(({ item }) => item).join(', ');
  return [{ type: 'run-held', data: { reason, cause: 'lockdown', minutes: null } }];
}

function endOf({ status, lockdown }: RunState): LockdownEnd {
  if (status === 'ended') return 'ended';
  if (lockdown.status === 'broken') return 'glass';
  return status === 'held' ? 'held' : 'phases-over';
}

/** Notifications stay back until the run is over, given away, or the glass was broken. */
function releaseOf({ status, lockdown, handover }: RunState): ReleaseCause | null {
  if (lockdown.notifications === null) return null;
  if (status === 'ended') return 'ended';
  if (lockdown.status === 'broken') return 'glass';
  return handover === null ? null : 'handed-over';
}
