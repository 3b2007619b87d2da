import type { Refusal } from '../../shared/contract/intents.ts';
import type { RunState } from '../../shared/run/state.ts';
import { type Leaving, mayLeave } from './leaving.ts';

export interface LifecycleParts {
  /** The open run, or null. */
  readonly run: () => RunState | null;
  /** Tells the screen why it may not close. */
  readonly refuse: (refusal: Refusal) => void;
  /** Asks the person once; true leaves. */
  readonly confirm: (question: Extract<Leaving, { type: 'ask' }>) => Promise<boolean>;
  /** Lets go of run, hosts and demo; resolves when the journal is on disk. */
  readonly join: () => Promise<void>;
  /** Ends the process for good. */
  readonly exit: () => void;
  readonly log: { info(message: string): void; warn(message: string): void; error(message: string): void };
  /** How long `join` may take before we leave anyway: every record was durable before its effect left. */
  readonly joinMs: number;
}

/**
 * Shutdown is veto, then join. Whoever closes the window or quits goes through `leave`; the caller holds the event
 * back each time (`preventDefault`), and only `exit` really ends the process.
 */
export class Lifecycle {
  readonly #parts: LifecycleParts;
  #leaving: Promise<boolean> | null = null;
  #left = false;

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
  }

  /** True once everything was joined: from then on nothing holds the process. */
  get left(): boolean {
    return this.#left;
  }

  /** Tries to leave; several tries at once are one. Resolves to whether the app is on its way out. */
  leave(): Promise<boolean> {
    this.#leaving ??= this.#try().finally(() => {
      this.#leaving = null;
    });
    return this.#leaving;
  }

  async #try(): Promise<boolean> {
    if (!(await this.#agreed())) return false;
    await this.#join();
    this.#left = true;
    this.#parts.exit();
    return true;
  }

  async #agreed(): Promise<boolean> {
    const { run, refuse, confirm, log } = this.#parts;
    const before = mayLeave(run());
    if (before.type === 'free') return true;
    if (before.type === 'ask' && !(await confirm(before))) return false;
    // The run went on while the question stood: it may have entered an atomic block since.
    const now = mayLeave(run());
    if (now.type !== 'refused') return true;
    log.warn('Leaving refused: the run is inside an atomic block.');
    refuse(now.refusal);
    return false;
  }

  async #join(): Promise<void> {
    const { join, joinMs, log } = this.#parts;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), joinMs);
    });
    try {
      const first = await Promise.race([join().then(() => 'joined' as const), late]);
      if (first === 'late') log.error(`Leaving although not everything was let go within ${joinMs} ms.`);
    } catch (error) {
      log.error(`Leaving although letting go failed: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      clearTimeout(timer);
    }
  }
}
