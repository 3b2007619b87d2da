import type { Failure } from '../../shared/contract/errors.ts';
import type { JournalRecord } from '../../shared/contract/events.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { Intent, Refusal } from '../../shared/contract/intents.ts';
import type { Answers, RequestOf } from '../../shared/contract/ipc.ts';
import { atSafePoint } from '../../shared/run/safe-point.ts';
import type { RunState } from '../../shared/run/state.ts';
import { createHosts } from '../engine/hosts/index.ts';
import { ignoreRefusedJournal } from '../engine/journal-refused.ts';
import { isUntakenCopy } from '../engine/link-file.ts';
import { createRun, isClosed, type OpenRun, openRun, type Pen } from '../engine/open-run.ts';
import type { Clock, Identity, OutputTap, ProgressTap } from '../engine/ports.ts';
import { redlineText } from '../engine/redlines.ts';
import { createSecretStore } from '../engine/secrets.ts';
import { viewRun } from '../engine/view-run.ts';
import { demoteCopy } from '../mirror/take-over.ts';
import type { LockdownDesk } from './lockdown-desk.ts';
import type { MirrorDesk } from './mirror-desk.ts';
import { createOutputFeed, type OutputFeed } from './output-feed.ts';
import type { Prepared } from './preflight-desk.ts';
import type { PromptDesk } from './prompt-desk.ts';
import type { Push } from './push.ts';
import { isReadOnly, runFolder } from './run-folder.ts';
import type { Surroundings } from './surroundings.ts';

/** The run on the screen: held by this process, or only being read because it has ended. */
type Current =
  | {
      readonly type: 'held';
      readonly run: OpenRun;
      readonly feed: OutputFeed;
      /** Takes back open questions, so that nothing waits for a person who is leaving. */
      readonly withdraw: () => void;
      readonly unsubscribe: () => void;
    }
  | { readonly type: 'read'; readonly runId: string; readonly folder: string; readonly state: RunState };

export interface RunDeskParts {
  readonly data: string;
  readonly surroundingsFor: (checklist: string) => Surroundings;
  readonly clock: Clock;
  readonly prompts: PromptDesk;
  readonly push: Push;
  /** The operator's name as it goes into the journal. */
  readonly person: () => string;
  /** Their own key where it is unlocked: it vouches for the session. */
  readonly identity: () => Identity | null;
  /** Whoever follows the run that is held here. */
  readonly mirror: MirrorDesk;
  /** Locks the window to the run that is held here. */
  readonly lockdown: LockdownDesk;
  readonly log: { error(message: string): void };
}

/** The one run at a time that this window works on or reads. */
export class RunDesk {
  readonly #parts: RunDeskParts;
  #current: Current | null = null;
  /** Checklists of runs that were held here and have not ended, by run id. */
  readonly #unfinished = new Map<string, string>();
  /** Opening and closing happen one after another. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(parts: RunDeskParts) {
    this.#parts = parts;
  }

  readonly #progress: ProgressTap = (progress) => {
    this.#parts.push('run:progress', progress);
    this.#parts.mirror.progress(progress);
  };

  #tap({ tap }: OutputFeed): OutputTap {
    return (chunk) => {
      tap(chunk);
      this.#parts.mirror.output(chunk);
    };
  }

  /** The state of the run that this process holds; null when none is held. */
  held(): RunState | null {
    return this.#current?.type === 'held' ? this.#current.run.controller.state : null;
  }

  /** The checklists of runs that may still be gone on with in this process. */
  unfinished(): readonly string[] {
    return [...this.#unfinished.values()];
  }

  /** Where the run on the screen lives; throws when there is none. */
  folder(): string {
    if (this.#current === null) throw new Error('No run is open.');
    return this.#current.type === 'held' ? this.#current.run.folder : this.#current.folder;
  }

  /** The same, null when there is none. */
  shownFolder(): string | null {
    return this.#current === null ? null : this.folder();
  }

  feed(): OutputFeed | null {
    return this.#current?.type === 'held' ? this.#current.feed : null;
  }

  /** Makes a run of what preflight prepared and found, and starts it as the person chose. */
  create(prepared: Prepared, choice: RequestOf<'run:create'>): Promise<Answers['run:create']> {
    return this.#inTurn(async () => {
      const refusal = await this.#close();
      if (refusal !== null) return notNow(refusal);
      const { clock, data, person, push } = this.#parts;
      const feed = createOutputFeed(push);
      const { withdraw, ...rest } = prepared;
      const made = await createRun({
        ...rest,
        data,
        clock,
        person: person(),
        mode: 'app',
        tap: this.#tap(feed),
        progress: this.#progress,
      });
      if (!made.ok) {
        withdraw();
        await prepared.hosts.close();
        return made;
      }
      await this.#hold(made.value, feed, withdraw);
      const { controller, runId } = made.value;
      const checks = [...this.#parts.lockdown.found];
      await controller.recordSensed(() => [{ type: 'preflight-checked', data: { when: 'start', checks } }]);
      const started = await controller.submit({ type: 'start-run', ...choice });
      if (!started.ok) return notNow(started.refusal);
      return { ok: true, value: { runId, state: controller.state } };
    });
  }

  /** Shows an ended run, or takes up one that was left or whose process died. */
  open(runId: string): Promise<Answers['run:open']> {
    return this.#inTurn(async () => {
      // What is only read may have been added to since.
      const shown = this.#current?.type === 'held' ? this.#shown() : null;
      if (shown?.state.runId === runId) return { ok: true, value: { runId, ...shown } };
      const refusal = await this.#close();
      if (refusal !== null) return notNow(refusal);
      const folder = runFolder(this.#parts.data, runId);
      let state: RunState;
      try {
        state = await viewRun(folder);
      } catch (error) {
        return { ok: false, failure: failure('local-error', { path: folder }, error) };
      }
      const pen = isReadOnly(this.#parts.data, folder) ? null : this.#penFor(state);
      if (pen !== null) return await this.#takeUp(runId, state, pen);
      // A copy, or a run whose pen was given away, can only be looked at from here.
      if (isClosed(state) || state.penWith !== null || (await this.#isCopy(folder, state))) {
        this.#current = { type: 'read', runId, folder: runFolder(this.#parts.data, runId), state };
        return { ok: true, value: { runId, state, live: false } };
      }
      const taken = await this.#takeUp(runId, state, null);
      if (!taken.ok || state.status !== 'ended') return taken;
      // The process died between the end of the run and the end of its session: all that is left is to close it.
      await this.#letGo();
      return { ok: true, value: { ...taken.value, state: this.#shown()?.state ?? state, live: false } };
    });
  }

  /** True for a copy of somebody else's run; one that was moved among ours and whose pen never came is put back. */
  async #isCopy(folder: string, state: RunState): Promise<boolean> {
    const { data } = this.#parts;
    if (isReadOnly(data, folder)) return true;
    const untaken = await isUntakenCopy(folder, state);
    if (untaken) await demoteCopy(data, state.runId);
    return untaken;
  }

  /** The pen was given to us and not taken up, because something went wrong then: now is the time. */
  #penFor({ penWith, participants }: RunState): Pen | null {
    const identity = this.#parts.identity();
    const to = participants.find(({ participant }) => participant === penWith?.participant);
    if (penWith === null || identity === null || to?.publicKey !== identity.person.publicKey) return null;
    return { how: 'handover', ...penWith, identity };
  }

  /** The pen came here from another machine: the run, whose copy lies among the own runs now, goes on in this window. */
  takePen(runId: string, pen: Pen): Promise<Answers['run:open']> {
    return this.#inTurn(async () => {
      const refusal = await this.#close();
      if (refusal !== null) return notNow(refusal);
      const folder = runFolder(this.#parts.data, runId);
      try {
        return await this.#takeUp(runId, await viewRun(folder), pen);
      } catch (error) {
        return { ok: false, failure: failure('local-error', { path: folder }, error) };
      }
    });
  }

  /** Null when it was closed (or none was open); else why not. */
  close(): Promise<Refusal | null> {
    return this.#inTurn(() => this.#close());
  }

  /** Closes whatever happens: the person has agreed to leave. */
  async leave(): Promise<void> {
    await this.#inTurn(() => this.#letGo());
  }

  /** Resolves when opening and closing that is under way is done: a run that has just ended is then whole on disk. */
  settled(): Promise<void> {
    return this.#inTurn(() => Promise.resolve());
  }

  async submit(intent: Intent): Promise<Answers['run:intent']> {
    if (this.#current === null) throw new Error('No run is open.');
    if (this.#current.type === 'read') {
      const code = this.#current.state.status === 'ended' ? 'run-ended' : 'handed-over';
      return { ok: false, refusal: { code, params: {} } };
    }
    return this.#current.run.controller.submit(intent);
  }

  /** Both sides of a frozen file that has changed on disk. */
  async redline(path: string): Promise<Answers['run:redline']> {
    if (this.#current?.type !== 'held') throw new Error('No run is held.');
    const { folder, controller } = this.#current.run;
    return await redlineText(folder, controller.state, path);
  }

  async #takeUp(runId: string, before: RunState, pen: Pen | null): Promise<Answers['run:open']> {
    const { clock, data, surroundingsFor, person, prompts, push } = this.#parts;
    const feed = createOutputFeed(push);
    const secrets = createSecretStore();
    const { prompter, withdraw } = prompts.open();
    const surroundings = surroundingsFor(before.source);
    const taken = await openRun({
      data,
      runId,
      secrets,
      prompter,
      clock,
      person: person(),
      tap: this.#tap(feed),
      progress: this.#progress,
      pen,
      makeHosts: (plan) => createHosts({ hosts: plan.hosts, ...surroundings, data, prompter, secrets, clock }),
    });
    if (!taken.ok) {
      withdraw();
      return taken;
    }
    await this.#hold(taken.value, feed, withdraw);
    return { ok: true, value: { runId, state: taken.value.controller.state, live: true } };
  }

  async #hold(run: OpenRun, feed: OutputFeed, withdraw: () => void): Promise<void> {
    const { push, mirror, identity } = this.#parts;
    const { controller, runId } = run;
    this.#unfinished.set(runId, controller.state.source);
    const unsubscribe = controller.subscribe((record) => {
      push('run:record', { runId, record });
      this.#afterRecord(runId, record, feed);
    });
    const unwatch = controller.onJournal((status) => push('run:journal', status));
    const stop = (): void => {
      unsubscribe();
      unwatch();
    };
    this.#current = { type: 'held', run, feed, withdraw, unsubscribe: stop };
    await mirror.attach(run);
    await this.#parts.lockdown.attach(run);
    const own = identity();
    // A disk that refuses it has said so; whoever lets others follow vouches for the session then.
    if (own !== null) await run.identify(own).catch(ignoreRefusedJournal);
  }

  #afterRecord(runId: string, record: JournalRecord, feed: OutputFeed): void {
    if (record.type === 'attempt-ended') feed.ended(record.data.attempt);
    if (record.type !== 'run-ended' && record.type !== 'handed-over') return;
    if (record.type === 'run-ended') this.#unfinished.delete(runId);
    // The pen is put down at once, so that the journal is whole even if the window stays open all night.
    this.#inTurn(() => this.#letGo()).catch((error: unknown) => {
      this.#parts.log.error(
        `The ended run could not be closed: ${error instanceof Error ? error.stack : String(error)}`,
      );
    });
  }

  #shown(): { readonly state: RunState; readonly live: boolean } | null {
    if (this.#current === null) return null;
    if (this.#current.type === 'read') return { state: this.#current.state, live: false };
    return { state: this.#current.run.controller.state, live: true };
  }

  /** A run that goes on may be left only at a safe point. */
  async #close(): Promise<Refusal | null> {
    const { lockdown } = this.#parts;
    if (lockdown.locked) {
      lockdown.wayOut('leave-run');
      return { code: 'lockdown-no-way-out', params: {} };
    }
    const state = this.held();
    const over = state === null || state.status === 'ended' || state.penWith !== null;
    const refusal = over ? null : atSafePoint(state);
    if (refusal === null) {
      await this.#letGo();
      if (this.#current?.type === 'read') this.#current = null;
    }
    return refusal;
  }

  /** Puts the pen down. An ended run stays on the screen, to be read. */
  async #letGo(): Promise<void> {
    const current = this.#current;
    if (current?.type !== 'held') return;
    const { run, feed, withdraw, unsubscribe } = current;
    const { status, penWith } = run.controller.state;
    const how = penWith !== null ? 'handed-over' : status === 'ended' ? 'ended' : 'left';
    withdraw();
    await this.#parts.lockdown.detach(how);
    // Whoever was given the pen may lose the link and has to come back for the rest: that door stays open.
    if (how !== 'handed-over') await this.#parts.mirror.seal();
    await run.close(how);
    await this.#parts.mirror.detach(how === 'left' ? 'closed' : how);
    unsubscribe();
    feed.close();
    const { runId, folder, controller } = run;
    this.#current = how !== 'left' ? { type: 'read', runId, folder, state: controller.state } : null;
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(task);
    this.#queue = turn.catch(() => {});
    return turn;
  }
}

/** A refusal where only a failure can be told. */
export function notNow(refusal: Refusal): { readonly ok: false; readonly failure: Failure } {
  const said = Object.values(refusal.params).join(', ');
  return { ok: false, failure: failure('local-error', {}, `${refusal.code}${said === '' ? '' : `: ${said}`}`) };
}
