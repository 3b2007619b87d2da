import type { Refusal } from '../../shared/contract/intents.ts';
import type { WayOut } from '../../shared/contract/lockdown.ts';
import type { RunState } from '../../shared/run/state.ts';
import { type Leaving, mayLeave } from './leaving.ts';

/** The window's own close, or the app's end. */
export type WayOfLeaving = Extract<WayOut, 'close' | 'quit'>;

export interface LifecycleParts {
  /** The open run, or null. */
  readonly run: () => RunState | null;
  readonly locked: () => boolean;
  /** Tells the screen why it may not close, and the record which way was tried. */
  readonly refuse: (refusal: Refusal, way: WayOfLeaving) => void;
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
  leave(way: WayOfLeaving): Promise<boolean> {
    this.#leaving ??= this.#try(way).finally(() => {
      this.#leaving = null;
    });
    return this.#leaving;
  }

  async #try(way: WayOfLeaving): Promise<boolean> {
    if (!(await this.#agreed(way))) return false;
    await this.#join();
    this.#left = true;
    this.#parts.exit();
    return true;
  }

  async #agreed(way: WayOfLeaving): Promise<boolean> {
    const { run, locked, refuse, confirm, log } = this.#parts;
    const before = mayLeave(run(), locked());
    if (before.type === 'free') return true;
    if (before.type === 'ask' && !(await confirm(before))) return false;
    // The run went on while the question stood: it may have entered an atomic block or been locked since.
    const now = mayLeave(run(), locked());
    if (now.type !== 'refused') return true;
    log.warn(`Leaving refused: ${now.refusal.code}`);
    refuse(now.refusal, way);
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
