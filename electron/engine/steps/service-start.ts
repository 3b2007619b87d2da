import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { ProcessRef } from '../../../shared/steps/actions/process.ts';
import type { CommandAction } from '../../../shared/steps/actions.ts';
import type { CheckResult } from '../../../shared/steps/expectations.ts';
import { lookBegins } from '../../../shared/steps/process-look.ts';
import { noteOf } from '../../../shared/steps/service-note.ts';
import type { Look } from './process-watch.ts';
import { ServiceLog } from './service-log.ts';
import { ReadyWatch } from './service-ready.ts';
import { type Starting, sendStart } from './service-send.ts';
import {
  alive,
  check,
  fateWords,
  listenerWords,
  listens,
  lookEveryMs,
  lookOn,
  noted,
  pause,
  pidWords,
  say,
  sensedRefs,
  serviceResult,
  type Work,
  without,
} from './service-sense.ts';
import { cutOf, firstLook } from './service-stop.ts';
import { type Outcome, outcome } from './step-runner.ts';
import { attemptMark } from './wire.ts';

/** How often in a row the process must be missing before it counts as dead: one look may fall between two. */
const looksUntilDead = 2;
/** A process may hand over to one that it started (as daemons do); this many in a row are a crash loop. */
const mostDeaths = 3;
/** How long a start command may go on holding our connection after everything is ready. */
const releaseGraceMs = 3_000;

/**
 * Sends a start (or a restart) and waits until what it started is ready and has stayed so. A start is refused while
 * the old process lives.
 */
export async function startService(work: Work, command: CommandAction, kind: 'start' | 'restart'): Promise<Outcome> {
  const { context, action } = work;
  const first = await firstLook(work, action.ready.log?.path ?? null);
  if ('verdict' in first) return first;
  const refusal = refusalOf(work, first, kind);
  if (refusal !== null) return refusal;
  const old = sensedRefs(first);
  const log = action.ready.log === null ? null : ServiceLog.atEnd(action.ready.log.path, first.log);
  const unnoted = await noted(context, noteOf(kind, old, log?.mark ?? null));
  if (unnoted !== null) return unnoted;
  const began = context.clock.mono();
  const starting = await sendStart(context, command);
  const ready = new ReadyWatch(context, action.ready, log);
  return await new Start({ work, command, kind, old, began, starting, ready }).watch();
}

/** Why nothing is sent; null when the way is free. */
function refusalOf({ context, action }: Work, look: Look, kind: 'start' | 'restart'): Outcome | null {
  const refuse = (problem: Failure, checks: readonly CheckResult[], left: readonly ProcessRef[] = []): Outcome =>
    outcome('failed', { effect: 'none', checks, failure: problem, result: serviceResult({ left: [...left] }) });
  const host = context.target;
  const there = sensedRefs(look);
  const { port } = action.ready;
  if (kind === 'start' && look.sensed.known && look.sensed.present) {
    const pids =
      there.length === 0 && action.identity.by === 'port' ? listenerWords(look, action.identity.port) : pidWords(there);
    const problem = failure('service-already-running', { host, pids });
    return refuse(problem, [check('process', 'none before the start', pids, false)], there);
  }
  const roots = look.sensed.known ? look.sensed.roots.length : 0;
  if (kind === 'restart' && roots > 1 && !action.several) {
    const params = { host, count: String(roots), pids: pidWords(there) };
    return refuse(failure('service-several', params), [check('process', 'one', params.pids, false)], there);
  }
  if (kind === 'start' && port !== null && listens(look, port)) {
    const pids = listenerWords(look, port);
    return refuse(failure('service-port-taken', { host, port: String(port), pids }), [
      check('port', `${port} free`, pids, false),
    ]);
  }
  if (look.log?.type === 'unreadable') {
    return refuse(failure('service-log-unreadable', { host, file: action.ready.log?.path ?? '' }), []);
  }
  return null;
}

interface Parts {
  readonly work: Work;
  readonly command: CommandAction;
  readonly kind: 'start' | 'restart';
  /** What was there before; gone at the end of a restart. */
  readonly old: readonly ProcessRef[];
  readonly began: number;
  readonly starting: Starting;
  readonly ready: ReadyWatch;
}

/** One start under way: looks until it is ready, dead, or late. */
class Start {
  readonly #parts: Parts;
  /** Every process that was seen and had not been there before, in order. */
  readonly #born: ProcessRef[] = [];
  #current: readonly ProcessRef[] = [];
  #deaths = 0;
  #missed = 0;
  #readyAt: number | null = null;
  #readyMs: number | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async watch(): Promise<Outcome> {
    const { work, command, starting, ready, began } = this.#parts;
    const { context, action } = work;
    for (;;) {
      const look = await lookOn(work, ready.place, began + action.withinMs, () => {
        const end = starting.end();
        return end === null ? null : cutOf(context, command, end);
      });
      if ('verdict' in look) return { ...look, result: this.#result(null) };
      this.#meet(look);
      await ready.take(look);
      const done = this.#decide(look) ?? (await this.#late(look));
      if (done !== null) return done;
      const ms = this.#ms();
      context.progress(Math.floor(ms / 1000), Math.round(action.withinMs / 1000), ready.missing[0] ?? 'settling');
      await pause(context, Math.min(lookEveryMs(action), Math.max(250, action.withinMs - ms)));
    }
  }

  #ms(): number {
    return Math.round(this.#parts.work.context.clock.mono() - this.#parts.began);
  }

  #meet(look: Look): void {
    const there = this.#there(look);
    for (const ref of without(there, this.#born)) {
      say(this.#parts.work.context, `there is ${pidWords([ref])}`);
      this.#born.push(ref);
    }
    if (this.#current.length > 0 && alive(look.sight, this.#current).length === 0) {
      this.#deaths += 1;
      this.#readyAt = null;
    }
    this.#current = there;
    this.#missed = there.length > 0 || this.#presentUnseen(look) ? 0 : this.#missed + 1;
  }

  /** What was started and is there now. */
  #there(look: Look): readonly ProcessRef[] {
    return without(sensedRefs(look), this.#parts.old);
  }

  /** Somebody listens whom the account may not see. */
  #presentUnseen(look: Look): boolean {
    const { sensed } = look;
    return (
      this.#parts.work.action.identity.by === 'port' && sensed.known && sensed.present && sensed.roots.length === 0
    );
  }

  /** The attempt's end as far as this look shows it; null: look again. */
  #decide(look: Look): Outcome | null {
    const { work, ready, old } = this.#parts;
    const { context, action } = work;
    const host = context.target;
    if (ready.failureLine !== null) {
      return this.#failed(look, failure('service-failure-line', { host, line: ready.failureLine }));
    }
    const dead = this.#dead(look);
    if (dead !== null) return this.#failed(look, dead);
    const here = this.#there(look).length > 0 || this.#presentUnseen(look);
    const replaced = alive(look.sight, old).length === 0;
    if (!here || !replaced || ready.missing.length > 0) {
      this.#readyAt = null;
      return null;
    }
    const now = context.clock.mono();
    this.#readyMs ??= this.#ms();
    this.#readyAt ??= now;
    if (now - this.#readyAt < action.settleMs) return null;
    return this.#released(look, now);
  }

  /** Ready and calm; but a start command that still holds our connection would take down with it what it started. */
  #released(look: Look, now: number): Outcome | null {
    const { starting, work } = this.#parts;
    const { context, action } = work;
    if (starting.end() !== null) return this.#passed(look);
    if (now - (this.#readyAt ?? now) < action.settleMs + releaseGraceMs) return null;
    starting.letGo();
    const problem = failure('service-holds-channel', { host: context.target });
    return { ...this.#passed(look), verdict: 'inconclusive', failure: problem };
  }

  /** Dead for good, so that there is no sense in waiting; null while it may still come up. */
  #dead(look: Look): Failure | null {
    const { work, starting } = this.#parts;
    const host = work.context.target;
    if (this.#deaths >= mostDeaths) {
      return failure('service-restarting', { host, count: String(this.#born.length), pids: pidWords(this.#born) });
    }
    if (this.#missed < looksUntilDead) return null;
    if (this.#born.length > 0) {
      return failure('service-died', { host, pids: pidWords(this.#born), seconds: (this.#ms() / 1000).toFixed(1) });
    }
    const end = starting.end()?.end;
    if (end?.type !== 'exit') return null;
    const managed = work.action.identity.by === 'systemd' || work.action.identity.by === 'supervisor';
    // What a manager calls stopped will not come up; a script's process may be a moment late.
    const hopeless = end.code !== 0 || (managed && look.sensed.known && !look.sensed.present);
    return hopeless ? failure('service-start-failed', { host, exit: exitWords(end) }) : null;
  }

  /** Late, or a person wants no more of it; null: there is time. */
  async #late(look: Look): Promise<Outcome | null> {
    const { work, starting, ready, old } = this.#parts;
    const { context, action } = work;
    const host = context.target;
    const seconds = String(Math.round(this.#ms() / 1000));
    const unwritable = starting.end()?.stopped ?? null;
    const over = this.#ms() >= action.withinMs;
    if (!over && !context.cancelled.aborted && unwritable === null) return null;
    const stuck = alive(look.sight, old);
    const late =
      stuck.length > 0
        ? failure('service-not-replaced', { host, seconds, pids: pidWords(stuck) })
        : failure('service-not-ready', { host, seconds, missing: ready.missing.join('; ') || 'process' });
    const why = unwritable ?? (context.cancelled.aborted ? failure('cancelled') : late);
    if (starting.end() === null) {
      // A command that is still at work is ended; one that has left only its open output behind is let go.
      if (this.#scriptLives(look)) await starting.stop(why);
      else starting.letGo();
    }
    return this.#failed(look, why);
  }

  /** The shell of this attempt is still there; a look's own shell bears the same mark. */
  #scriptLives(look: Look): boolean {
    const { context } = this.#parts.work;
    const mark = attemptMark(context.runId, context.attempt);
    return [...look.sight.processes.values()].some(
      ({ args }) => args.includes(mark) && !args.some((arg) => arg.includes(lookBegins)),
    );
  }

  #passed(look: Look): Outcome {
    const checks = [...this.#sentChecks(true), ...this.#processChecks(look), ...this.#parts.ready.findings];
    return outcome('passed', { exit: this.#exit(), checks, result: this.#result(look) });
  }

  #failed(look: Look, problem: Failure): Outcome {
    // A script still waiting for what has failed is left to itself: a signal would reach what it started as well.
    if (this.#parts.starting.end() === null) this.#parts.starting.letGo();
    const there = this.#there(look);
    return outcome('failed', {
      exit: this.#exit(),
      effect: 'partial',
      checks: [...this.#sentChecks(false), ...this.#processChecks(look), ...this.#parts.ready.findings],
      failure: problem,
      result: this.#result(look),
      offers: there.length > 0 ? ['kill', 'kill-9'] : [],
    });
  }

  #exit(): Outcome['exit'] {
    const end = this.#parts.starting.end()?.end;
    return end?.type === 'exit' ? { code: end.code, signal: end.signal } : null;
  }

  /** A start script that failed, though what it was to start is there and ready, is worth saying, no more. */
  #sentChecks(ready: boolean): readonly CheckResult[] {
    const end = this.#parts.starting.end()?.end;
    const found = end?.type === 'exit' ? exitWords(end) : 'has not come back';
    return [check(`${this.#parts.kind} command`, ready ? 'any, for it is ready' : '0', found, ready || found === '0')];
  }

  #processChecks(look: Look): readonly CheckResult[] {
    const { old, kind } = this.#parts;
    const there = this.#there(look);
    const settle = `stays for ${this.#parts.work.action.settleMs / 1000} s`;
    const seen = there.length > 0 || this.#presentUnseen(look);
    const found =
      there.length > 0 ? pidWords(there) : this.#born.length > 0 ? fateWords(look.sight, this.#born) : 'none';
    const replaced = alive(look.sight, old).length === 0;
    return [
      ...(kind === 'restart' && old.length > 0
        ? [check('old process', 'gone', fateWords(look.sight, old), replaced)]
        : []),
      check('process', settle, this.#presentUnseen(look) ? 'there, but not ours to see' : found, seen),
    ];
  }

  #result(look: Look | null): ReturnType<typeof serviceResult> {
    const { old, ready, kind } = this.#parts;
    return serviceResult({
      before: kind === 'restart' ? [...old] : [],
      left: look === null ? [] : [...alive(look.sight, old)],
      after: [...(look === null ? this.#born : this.#there(look))].slice(0, 50),
      startMs: this.#readyMs,
      lines: ready.lines,
    });
  }
}

function exitWords({ code, signal }: { readonly code: number | null; readonly signal: string | null }): string {
  return code === null ? (signal === null ? 'let go of' : `signal ${signal}`) : String(code);
}
