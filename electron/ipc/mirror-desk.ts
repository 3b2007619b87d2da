import type { JournalRecord } from '../../shared/contract/events.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { MirrorView } from '../../shared/contract/ipc/people.ts';
import type { Answers } from '../../shared/contract/ipc.ts';
import type { OpenRun } from '../engine/open-run.ts';
import type { Clock, Identity, OutputTap, ProgressTap, Result } from '../engine/ports.ts';
import type { MirrorHost } from '../mirror/ports.ts';
import type { Push } from './push.ts';

export interface MirrorDeskParts {
  readonly clock: Clock;
  readonly machine: string;
  readonly push: Push;
  /** This installation's person with their unlocked key; else why there is none. */
  readonly identity: () => Result<Identity>;
  readonly pinned: (publicKey: string) => boolean;
  /** The new holder of the pen tells how to follow them. */
  readonly onInvited: (invitation: string) => void;
}

/** Lets others follow the run that this window holds. */
export class MirrorDesk {
  readonly #parts: MirrorDeskParts;
  #run: OpenRun | null = null;
  #host: MirrorHost | null = null;
  #unsubscribe: (() => void) | null = null;

  constructor(parts: MirrorDeskParts) {
    this.#parts = parts;
  }

  /** Live output for whoever follows. */
  readonly output: OutputTap = (chunk) => this.#host?.output(chunk);
  readonly progress: ProgressTap = (progress) => this.#host?.progress(progress);

  view(): MirrorView | null {
    return this.#host?.view() ?? null;
  }

  /** This window holds a run from now on. Whoever still reads a run that was handed over before is let go of. */
  async attach(run: OpenRun): Promise<void> {
    await this.close();
    this.#run = run;
    this.#unsubscribe = run.controller.subscribe((record) => this.#afterRecord(run, record));
  }

  /** Opens the held run to others; opening it twice changes nothing. `known`: an address to be named first. */
  async open(known: string | null): Promise<Answers['mirror:open']> {
    const run = this.#run;
    if (run === null) throw new Error('No run is held.');
    if (this.#host !== null) return { ok: true, value: this.#host.view() };
    const identity = this.#parts.identity();
    if (!identity.ok) return identity;
    const { clock, machine, pinned, push, onInvited } = this.#parts;
    await run.identify(identity.value);
    const { controller, runId, folder } = run;
    // TLS and certificates are loaded when somebody first wants them, so that starting the app does not wait for them.
    const { openMirrorHost } = await import('../mirror/host.ts');
    const opened = await openMirrorHost({
      run: {
        runId,
        folder,
        state: () => controller.state,
        subscribe: (listener) => controller.subscribe(listener),
        record: (events) => controller.recordByApp(events),
        submitFrom: (participant, intent) => controller.submitFrom(participant, intent),
      },
      clock,
      machine,
      listen: { address: null, port: 0 },
      known,
      pinned,
      onView: (view) => push('mirror:view', view),
      onInvited,
    });
    if (!opened.ok) return opened;
    this.#host = opened.value;
    push('mirror:view', this.#host.view());
    return { ok: true, value: this.#host.view() };
  }

  /** A fresh one-time invitation. */
  async invite(): Promise<Answers['mirror:invite']> {
    if (this.#host === null) return { ok: false, failure: failure('local-error', {}, 'Nobody can follow yet.') };
    await this.#host.invite();
    return { ok: true, value: this.#host.view() };
  }

  /** Nobody can follow any more, by the operator's will; the run goes on. */
  async shut(): Promise<void> {
    await this.#host?.seal();
    await this.#close('closed');
  }

  /** Before the journal is closed: nobody new, and the journal says so. */
  async seal(): Promise<void> {
    await this.#host?.seal();
  }

  /** After the journal was closed: everybody gets the rest of it. */
  async detach(reason: 'closed' | 'ended' | 'handed-over'): Promise<void> {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#run = null;
    // Whoever was given the pen still fetches the last of it, and tells us how to follow them.
    if (reason !== 'handed-over') await this.#close(reason);
  }

  /** The window goes, or follows the pen's new holder. */
  async close(): Promise<void> {
    await this.#close('handed-over');
  }

  async #close(reason: 'closed' | 'ended' | 'handed-over'): Promise<void> {
    const host = this.#host;
    this.#host = null;
    if (host === null) return;
    await host.close(reason);
    this.#parts.push('mirror:view', null);
  }

  /** After a handover the former operator comes back as the checker; their key is known from the journal. */
  #afterRecord({ controller }: OpenRun, record: JournalRecord): void {
    if (record.type !== 'participant-asked') return;
    const { pens, sessions } = controller.state;
    const former = sessions.at(-2)?.identity;
    if (pens.at(-1)?.how !== 'handover' || former?.publicKey !== record.data.publicKey) return;
    const { participant } = record.data;
    // Refused (a checker is there already, the same machine in production): then the operator decides as for anybody.
    void controller.submit({ type: 'admit', participant, role: 'checker' });
  }
}
