import type { PlanStep } from '../../shared/checklist/plan.ts';
import { actionFor, stepIndex, verifyFor } from '../../shared/checklist/plan-lookup.ts';
import type { EventOf, ProbeAnswer, RunEvent } from '../../shared/contract/events.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { Intent, Refusal } from '../../shared/contract/intents.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Action, CommandAction, ProbeAction } from '../../shared/steps/actions.ts';
import { type Answer, refused } from './answer.ts';
import { identifyHost } from './identify-host.ts';
import { ignoreRefusedJournal } from './journal-refused.ts';
import { type AttemptSurroundings, performAttempt, wireFor } from './perform-attempt.ts';
import type { Prompter } from './ports.ts';
import { ensureSecrets } from './prompting.ts';
import { SerialQueue } from './serial-queue.ts';
import { sendingOf } from './steps/index.ts';
import type { AttemptPlace, ManualAnswer, Outcome, Sending } from './steps/step-runner.ts';
import { attemptMark, livenessScript, readLiveness, type Wire } from './steps/wire.ts';

type IntentOf<T extends Intent['type']> = Extract<Intent, { type: T }>;

/** The controller's pen, lent to the attempts; everything that writes runs inside its queue. */
export interface Book {
  state(): RunState;
  decide(intent: Intent): Refusal | null;
  /** Records in the operator's name; inside the queue only. */
  record(events: readonly RunEvent[]): Promise<void>;
  /** Records in the app's own name, from outside the queue; rejects when the disk refuses. */
  note(events: readonly RunEvent[]): Promise<void>;
  /** Records what has happened, from outside the queue, however long the disk refuses. */
  conclude(events: readonly RunEvent[]): Promise<void>;
  serial<T>(task: () => Promise<T>): Promise<T>;
}

export interface AttemptParts extends AttemptSurroundings {
  readonly book: Book;
  readonly prompter: Prompter;
}

/** What is known of an attempt before it starts. */
interface Planned extends AttemptPlace {
  readonly action: Action;
  readonly sending: Sending;
  readonly purpose: 'step' | 'probe';
  readonly reason: string | null;
  readonly answer: ManualAnswer | null;
}

interface Ended {
  readonly attempt: string;
  readonly outcome: Outcome;
  /** Redacted stdout, as far as it was captured. */
  readonly stdout: string;
}

/** Starts attempts, lets them run side by side, and brings their ends back to the controller. */
export class AttemptDesk {
  readonly #parts: AttemptParts;
  readonly #cancels = new Map<string, AbortController>();
  /** Targets whose host is being reached for an attempt: a second click must find them taken. */
  readonly #taken = new Set<string>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #asking = new SerialQueue();

  constructor(parts: AttemptParts) {
    this.#parts = parts;
  }

  /** Resolves when no attempt is running any more. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled([...this.#running]);
  }

  cancel(attempt: string): void {
    this.#cancels.get(attempt)?.abort();
  }

  async runStep(intent: IntentOf<'run-step'>): Promise<Answer> {
    const claim = await this.#claim(intent, intent.step, intent.targets);
    if (claim !== null) return claim;
    const answers = await Promise.all(
      intent.targets.map((target) => this.#startOn({ ...intent, targets: [target] }, target)),
    );
    return answers.find((answer) => !answer.ok) ?? { ok: true };
  }

  async confirm(intent: IntentOf<'confirm-manual'>): Promise<Answer> {
    const claim = await this.#claim(intent, intent.step, [intent.target]);
    if (claim !== null) return claim;
    const { verdict, evidence, note } = intent;
    return await this.#startOn(intent, intent.target, { verdict, evidence, note });
  }

  /** Looks whether the unknown attempt is still under way; when it is gone, asks the step's `verify`. */
  async probe(intent: IntentOf<'probe'>): Promise<Answer> {
    const claim = await this.#claim(intent, intent.step, [intent.target]);
    if (claim !== null) return claim;
    const step = this.#step(intent.step);
    const verify = verifyFor(step, intent.target);
    const unknown = this.#lastAttempt(intent.step, intent.target);
    const notReady =
      verify === null || unknown === null
        ? refused('no-probe', { step: intent.step, target: intent.target })
        : await this.#prepare(sendingOf(verify, this.#place(step, intent.target)), intent.target).catch(
            (error: unknown) => {
              this.#release(intent.step, intent.target);
              throw error;
            },
          );
    if (verify === null || unknown === null || notReady !== null) {
      this.#release(intent.step, intent.target);
      return notReady ?? { ok: true };
    }
    const place = { ...this.#place(step, intent.target), purpose: 'probe', reason: null, answer: null } as const;
    const asking = (action: ProbeAction): Planned => ({ ...place, action, sending: sendingOf(action, place) });
    const first = this.#start(intent, asking(livenessAction(attemptMark(this.#parts.book.state().runId, unknown))));
    this.#watch(
      this.#concludeProbe(intent, unknown, first, asking(verify))
        // A journal that takes no record has said so already; the target stays unknown and can be probed again.
        .catch(ignoreRefusedJournal)
        .finally(() => this.#release(intent.step, intent.target)),
    );
    return (await first).answer;
  }

  async #concludeProbe(
    intent: IntentOf<'probe'>,
    unknown: string,
    liveness: Promise<Started>,
    planned: Planned,
  ): Promise<void> {
    const seen = await (await liveness).ended;
    if (seen === null) return;
    const life = readLiveness(seen.outcome.verdict === 'passed' ? seen.stdout : '');
    const asked = life.type === 'alive' ? null : await (await this.#start(intent, planned, true)).ended;
    const says: ProbeAnswer = life.type === 'alive' ? 'still-running' : probeSays(asked, life.type === 'gone');
    const probe = asked?.attempt ?? seen.attempt;
    const { step, target } = intent;
    await this.#parts.book.conclude([{ type: 'probe-concluded', data: { step, target, unknown, probe, says } }]);
  }

  /** Takes the targets of an allowed intent, so that nothing else can start there meanwhile. */
  async #claim(intent: Intent, step: string, targets: readonly string[]): Promise<Answer | null> {
    return await this.#parts.book.serial(async () => {
      const refusal = this.#parts.book.decide(intent);
      if (refusal !== null) return { ok: false, refusal };
      const taken = targets.find((target) => this.#taken.has(`${step}\n${target}`));
      if (taken !== undefined) return refused('attempt-running', { step, target: taken });
      for (const target of targets) this.#taken.add(`${step}\n${target}`);
      return null;
    });
  }

  #release(step: string, target: string): void {
    this.#taken.delete(`${step}\n${target}`);
  }

  async #startOn(
    intent: IntentOf<'run-step'> | IntentOf<'confirm-manual'>,
    target: string,
    answer: ManualAnswer | null = null,
  ): Promise<Answer> {
    const step = this.#step(intent.step);
    const action = actionFor(step, target);
    const { choice = null, text = null } = intent.type === 'run-step' ? intent : {};
    const place = { ...this.#place(step, target), choice, text };
    const sending = sendingOf(action, place);
    try {
      const notReady = (await this.#prepare(sending, target)) ?? (await this.#identify(step, sending));
      if (notReady !== null) return notReady;
      const started = await this.#start(intent, {
        ...place,
        action,
        sending,
        purpose: 'step',
        reason: intent.reason,
        answer,
      });
      return started.answer;
    } finally {
      this.#release(step.id, target);
    }
  }

  #place(step: PlanStep, target: string): AttemptPlace {
    return { plan: this.#parts.book.state().plan, step, target, choice: null, text: null };
  }

  /** Everything that must be there before an attempt may start: the connections and the secrets. */
  async #prepare(sending: Sending, target: string): Promise<Answer | null> {
    for (const host of sending.hosts) {
      const connected = await this.#parts.hosts.connect(host);
      if (!connected.ok) return refused('host-not-connected', { host, code: connected.failure.code });
    }
    // One question at a time: what the first of a hundred hosts asked for, the others find answered.
    const { plan } = this.#parts.book.state();
    const connection = this.#parts.hosts.connection(target);
    const missing = await this.#asking.run(() => ensureSecrets(this.#parts, sending, connection, plan));
    return missing === null ? null : refused('secret-missing', { secret: missing, host: target });
  }

  /** Before a write: every host it reaches is proved to be the right one. */
  async #identify(step: PlanStep, sending: Sending): Promise<Answer | null> {
    if (step.effect === 'read') return null;
    for (const host of sending.hosts) {
      const wrong = await identifyHost(this.#parts, host);
      if (wrong !== null) return wrong;
    }
    return null;
  }

  /** Writes the intent down durably, then lets the attempt run. `again` skips asking the policy a second time. */
  async #start(intent: Intent, planned: Planned, again = false): Promise<Started> {
    const { book } = this.#parts;
    return await book.serial(async () => {
      const refusal = again ? null : book.decide(intent);
      if (refusal !== null) return { answer: { ok: false, refusal }, ended: Promise.resolve(null) };
      const started = this.#describe(planned);
      await book.record([{ type: 'attempt-started', data: started }]);
      const cancel = new AbortController();
      this.#cancels.set(started.attempt, cancel);
      const ended = this.#execute(planned, started, cancel.signal);
      this.#watch(ended);
      return { answer: { ok: true }, ended };
    });
  }

  #watch(work: Promise<unknown>): void {
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
  }

  #describe({ step, target, sending, purpose, reason, choice, text }: Planned): EventOf<'attempt-started'>['data'] {
    const state = this.#parts.book.state();
    const attempt = `a${state.attempts + 1}`;
    const connection = sending.hosts.includes(target) ? this.#parts.hosts.connection(target) : null;
    const earlier = this.#targetState(step.id, target)?.attempts ?? [];
    return {
      attempt,
      step: step.id,
      target,
      purpose,
      number: earlier.filter((one) => one.purpose === purpose).length + 1,
      effect: purpose === 'probe' ? 'read' : step.effect,
      command: sending.command,
      sent: sending.wire === null ? null : this.#wire(sending.wire, attempt, target).sent,
      account: sending.sudo ?? connection?.user ?? null,
      hostKey: connection?.fingerprint ?? null,
      recording: sending.recorded ? this.#parts.output.pathFor(attempt) : null,
      reason,
      choice,
      text,
    };
  }

  async #execute(
    planned: Planned,
    { attempt, recording }: EventOf<'attempt-started'>['data'],
    cancelled: AbortSignal,
  ): Promise<Ended> {
    const began = this.#parts.clock.mono();
    const { runId } = this.#parts.book.state();
    const done = await performAttempt(this.#parts, {
      ...planned,
      attempt,
      runId,
      state: () => this.#parts.book.state(),
      note: (text) => this.#parts.book.note([{ type: 'attempt-noted', data: { attempt, text } }]),
      recorded: recording !== null,
      cancelled,
    });
    this.#cancels.delete(attempt);
    const { verdict, effect, exit, failure: problem, evidence, note, result, findings, offers } = done.outcome;
    const data = {
      attempt,
      verdict,
      effect,
      exit,
      checks: [...done.outcome.checks],
      failure: problem,
      recording: done.recording,
      evidence: { ...evidence },
      note,
      result,
      findings: [...findings],
      offers: [...offers],
      durationMs: Math.round(this.#parts.clock.mono() - began),
    };
    await this.#conclude(data);
    return { attempt, outcome: done.outcome, stdout: done.stdout };
  }

  /** Records the end; a result that breaks the contract is a fault of ours, and the attempt still has to end. */
  async #conclude(data: EventOf<'attempt-ended'>['data']): Promise<void> {
    const { conclude } = this.#parts.book;
    await conclude([{ type: 'attempt-ended', data }]).catch((error: unknown) => {
      const nothing = { exit: null, checks: [], evidence: {}, note: null, result: null, findings: [], offers: [] };
      const known = { attempt: data.attempt, recording: data.recording, durationMs: data.durationMs };
      const lost = { verdict: 'unknown', effect: 'unknown', failure: failure('local-error', {}, error) } as const;
      return conclude([{ type: 'attempt-ended', data: { ...nothing, ...known, ...lost } }]);
    });
  }

  #wire(action: CommandAction, attempt: string, target: string): Wire {
    return wireFor(this.#parts.secrets, action, attemptMark(this.#parts.book.state().runId, attempt), target);
  }

  #step(id: string): PlanStep {
    const { plan } = this.#parts.book.state();
    const step = plan.steps[stepIndex(plan, id)];
    if (step === undefined) throw new Error(`policy let an unknown step through: ${id}`);
    return step;
  }

  #targetState(step: string, target: string) {
    const { plan, steps } = this.#parts.book.state();
    return steps[stepIndex(plan, step)]?.targets.find((one) => one.target === target) ?? null;
  }

  #lastAttempt(step: string, target: string): string | null {
    const attempts = this.#targetState(step, target)?.attempts ?? [];
    return attempts.findLast((one) => one.purpose === 'step')?.attempt ?? null;
  }
}

interface Started {
  readonly answer: Answer;
  /** Null when nothing was started. */
  readonly ended: Promise<Ended | null>;
}

function probeSays(asked: Ended | null, sensedGone: boolean): ProbeAnswer {
  if (asked === null || asked.outcome.failure !== null) return 'unclear';
  if (asked.outcome.verdict === 'passed') return 'done';
  // "Not done" is only believed when the command is known not to be still on its way.
  return asked.outcome.verdict === 'failed' && sensedGone ? 'not-done' : 'unclear';
}

function livenessAction(mark: string): CommandAction {
  return {
    kind: 'run',
    command: livenessScript(mark),
    secrets: [],
    sudo: null,
    pty: false,
    timeoutMs: 30_000,
    expect: { exit: [0], stdout: [], stderr: [] },
  };
}
