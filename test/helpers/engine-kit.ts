import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHosts } from '../../electron/engine/hosts/index.ts';
import type { HostTiming } from '../../electron/engine/hosts/timing.ts';
import { createRun, type OpenRun, openRun, type Pen } from '../../electron/engine/open-run.ts';
import type { Clock, OutputTap, ProgressTap, Prompter } from '../../electron/engine/ports.ts';
import { createSecretStore } from '../../electron/engine/secrets.ts';
import { systemClock } from '../../electron/engine/system-clock.ts';
import type { Plan } from '../../shared/checklist/plan.ts';
import type { EventType, JournalRecord } from '../../shared/contract/events.ts';
import type { Intent } from '../../shared/contract/intents.ts';
import type { AttemptState, RunState, TargetState } from '../../shared/run/state.ts';

export interface EngineOptions {
  readonly plan: Plan;
  readonly data: string;
  readonly home: string;
  readonly timing?: HostTiming;
  /** The machine's own when left out. */
  readonly clock?: Clock;
  readonly prompter?: Prompter;
  readonly tap?: OutputTap;
  readonly progress?: ProgressTap;
  /** Secrets that the person has given already. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Where the checklist lies; nowhere real when left out. */
  readonly source?: string;
  /** Who works it; Li Wei when left out. */
  readonly person?: string;
  /** The hot phases are worked in lockdown; a run without a desk for it then waits for ever before them. */
  readonly lockdown?: boolean;
  /** The frozen files, as `load-checklist` gives them. */
  readonly files?: readonly { readonly path: string; readonly bytes: Buffer }[];
}

const nobody: Prompter = { ask: async () => null };

function surroundings(options: EngineOptions) {
  const secrets = createSecretStore();
  for (const [name, value] of Object.entries(options.secrets ?? {})) secrets.remember(name, value);
  const prompter = options.prompter ?? nobody;
  const clock = options.clock ?? systemClock;
  const makeHosts = (plan: Plan) =>
    createHosts({
      hosts: plan.hosts,
      home: options.home,
      data: options.data,
      env: {},
      prompter,
      secrets,
      clock,
      ...(options.timing === undefined ? {} : { timing: options.timing }),
    });
  const { data } = options;
  const tap = options.tap ?? (() => {});
  return {
    data,
    secrets,
    prompter,
    clock,
    person: options.person ?? 'Li Wei',
    tap,
    progress: options.progress ?? (() => {}),
    makeHosts,
  };
}

/** A started run on real hosts, with the questions that tests ask. */
export class Engine {
  readonly run: OpenRun;

  private constructor(run: OpenRun) {
    this.run = run;
  }

  static async create(options: EngineOptions): Promise<Engine> {
    const around = surroundings(options);
    const files = options.files ?? [{ path: 'release.yaml', bytes: Buffer.from('checklist: 1\n') }];
    const hosts = around.makeHosts(options.plan);
    const run = await createRun({
      ...around,
      hosts,
      plan: options.plan,
      files,
      source: options.source ?? '/test/release.yaml',
      mode: 'app',
      earlier: [],
    });
    if (!run.ok) throw new Error(JSON.stringify(run.failure));
    const engine = new Engine(run.value);
    const lockdown = options.lockdown === true ? { lockdown: { on: true, reason: null } } : {};
    await engine.submit({ type: 'start-run', ...lockdown });
    return engine;
  }

  static async reopen(runId: string, options: EngineOptions, pen: Pen | null = null): Promise<Engine> {
    const run = await openRun({ ...surroundings(options), runId, pen });
    if (!run.ok) throw new Error(JSON.stringify(run.failure));
    return new Engine(run.value);
  }

  get state(): RunState {
    return this.run.controller.state;
  }

  /** Sends an intent that must be allowed. */
  async submit(intent: Intent): Promise<void> {
    const answer = await this.run.controller.submit(intent);
    if (!answer.ok) throw new Error(`${intent.type} refused: ${JSON.stringify(answer.refusal)}`);
  }

  /** Sends an intent that must be refused; why. */
  async refusal(intent: Intent): Promise<string> {
    const answer = await this.run.controller.submit(intent);
    if (answer.ok) throw new Error(`${intent.type} was allowed`);
    return answer.refusal.code;
  }

  /** Runs a step on targets and waits for its end. */
  async runStep(step: string, targets: readonly string[] = ['app1'], reason: string | null = null): Promise<void> {
    await this.submit({ type: 'run-step', step, targets: [...targets], reason });
    await this.run.controller.idle();
  }

  target(step: string, target = 'app1'): TargetState {
    const found = this.state.steps.find((one) => one.id === step)?.targets.find((one) => one.target === target);
    if (found === undefined) throw new Error(`no ${step} on ${target}`);
    return found;
  }

  lastAttempt(step: string, target = 'app1'): AttemptState {
    const attempt = this.target(step, target).attempts.at(-1);
    if (attempt === undefined) throw new Error(`no attempt of ${step} on ${target}`);
    return attempt;
  }

  /** Resolves with the next record of this type. */
  async next<T extends EventType>(type: T): Promise<Extract<JournalRecord, { type: T }>> {
    return await new Promise((resolve) => {
      const stop = this.run.controller.subscribe((record) => {
        if (record.type !== type) return;
        stop();
        resolve(record as Extract<JournalRecord, { type: T }>);
      });
    });
  }

  journal(): string {
    return readFileSync(join(this.run.folder, 'journal.jsonl'), 'utf8');
  }
}
