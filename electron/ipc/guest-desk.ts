import { failure } from '../../shared/contract/failure.ts';
import type { CheckerRequest } from '../../shared/contract/ipc/people.ts';
import type { Answers } from '../../shared/contract/ipc.ts';
import { noTakeOver } from '../../shared/people/take-over.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Pen } from '../engine/open-run.ts';
import type { Clock, Identity, Result } from '../engine/ports.ts';
import type { GuestParts } from '../mirror/guest.ts';
import type { MirrorGuest } from '../mirror/ports.ts';
import { promoteCopy } from '../mirror/take-over.ts';
import { createOutputFeed, type OutputFeed } from './output-feed.ts';
import type { Push } from './push.ts';

/** TLS and all else that following takes is loaded when somebody first follows. */
const loadGuests = () => import('../mirror/guest.ts');

export interface GuestDeskParts {
  readonly data: string;
  readonly clock: Clock;
  readonly machine: string;
  readonly push: Push;
  readonly identity: () => Result<Identity>;
  readonly log: { error(message: string): void };
  /** The run's copy lies where own runs lie; takes it up with the pen, opens it to others where it was handed over. */
  readonly onPen: (runId: string, pen: Pen) => Promise<Answers['mirror:take-over']>;
  /** Invites to the run just taken up; the text of the invitation. */
  readonly invitation: () => Promise<Result<string>>;
}

/** The run of somebody else that this window follows. */
export class GuestDesk {
  readonly #parts: GuestDeskParts;
  #guest: { readonly mirror: MirrorGuest; readonly feed: OutputFeed; readonly identity: Identity } | null = null;

  constructor(parts: GuestDeskParts) {
    this.#parts = parts;
  }

  /** The copy's folder while a run is followed and something of it is here. */
  folder(): string | null {
    return this.#guest?.mirror.folder() ?? null;
  }

  feed(): OutputFeed | null {
    return this.#guest?.feed ?? null;
  }

  state(): RunState | null {
    return this.#guest?.mirror.state() ?? null;
  }

  link(): Answers['mirror:link'] {
    const mirror = this.#guest?.mirror;
    if (mirror === undefined) return null;
    return { link: mirror.link(), state: mirror.state(), statement: mirror.signing() };
  }

  /** Follows the run of an invitation; whatever was followed before is left. */
  async join(invitation: string, address: string | null): Promise<Answers['mirror:join']> {
    const { openMirrorGuest } = await loadGuests();
    return await this.#follow((parts) => openMirrorGuest({ ...parts, invitation, address }));
  }

  /** Follows a run again of which the copy is here, whether its operator can be reached or not. */
  async rejoin(runId: string): Promise<Answers['mirror:join']> {
    const { reopenMirrorGuest } = await loadGuests();
    return await this.#follow((parts) => reopenMirrorGuest(parts, runId));
  }

  async #follow(open: (parts: GuestParts) => Promise<Result<MirrorGuest>>): Promise<Answers['mirror:join']> {
    const identity = this.#parts.identity();
    if (!identity.ok) return identity;
    await this.close();
    const { data, clock, machine, push } = this.#parts;
    const feed = createOutputFeed(push);
    const opened = await open({
      data,
      identity: identity.value,
      machine,
      clock,
      onLink: (link, statement) => push('mirror:linked', { link, statement }),
      onState: (state) => push('mirror:state', { runId: state.runId, state }),
      onRecord: (record) => {
        const runId = this.state()?.runId;
        if (record.type === 'attempt-ended') feed.ended(record.data.attempt);
        if (runId !== undefined) push('run:record', { runId, record });
      },
      onOutput: feed.tap,
      onProgress: (progress) => push('run:progress', progress),
      onPen: () => this.#inBackground(this.#takeUp('handover', '')),
    });
    if (!opened.ok) {
      feed.close();
      return opened;
    }
    this.#guest = { mirror: opened.value, feed, identity: identity.value };
    return { ok: true, value: opened.value.link() };
  }

  async submit(request: CheckerRequest): Promise<Answers['mirror:intent']> {
    if (this.#guest === null) throw new Error('No run is followed.');
    const refusal = await this.#guest.mirror.submit(request);
    return refusal === null ? { ok: true } : { ok: false, refusal };
  }

  awake(): void {
    this.#guest?.mirror.awake();
  }

  /** Stops following and says so to the operator. */
  async leave(): Promise<void> {
    await this.#end('leave');
  }

  /** Stops following without a word: the window goes, or follows something else. */
  async close(): Promise<void> {
    await this.#end('quit');
  }

  /** The operator's machine is out of reach: goes on from this copy. */
  async takeOver(reason: string): Promise<Answers['mirror:take-over']> {
    if (this.#guest === null) throw new Error('No run is followed.');
    const { mirror } = this.#guest;
    // As long as the operator can be reached the pen is handed over, never taken; and never by somebody sent away.
    const not = noTakeOver(mirror.state(), mirror.link());
    if (not !== null) return { ok: false, failure: failure('local-error', {}, `take-over refused: ${not}`) };
    return await this.#takeUp('takeover', reason);
  }

  async #takeUp(how: Pen['how'], reason: string): Promise<Answers['mirror:take-over']> {
    const guest = this.#guest;
    const state = guest?.mirror.state() ?? null;
    const participant = guest?.mirror.link().participant ?? null;
    if (guest === null || state === null || participant === null) throw new Error('No run is followed.');
    await guest.mirror.release();
    const promoted = await promoteCopy(this.#parts.data, state.runId);
    if (!promoted.ok) return await this.#stayed(promoted);
    const told = how === 'handover' ? (state.penWith?.reason ?? '') : reason;
    const { identity } = guest;
    const taken = await this.#parts.onPen(state.runId, { how, participant, reason: told, identity });
    if (!taken.ok) return await this.#stayed(taken);
    if (how === 'handover') await this.#inviteBack(guest.mirror);
    guest.feed.close();
    if (this.#guest === guest) this.#guest = null;
    await guest.mirror.close('pen');
    this.#parts.push('mirror:linked', null);
    return taken;
  }

  /** The pen is not here yet: what is wrong is shown, and opening the run from the first screen tries again. */
  async #stayed(refused: Extract<Result<never>, { ok: false }>): Promise<Extract<Result<never>, { ok: false }>> {
    const link = this.#guest?.mirror.link();
    if (link !== undefined) {
      const over = { ...link, status: 'over', failure: refused.failure } as const;
      this.#parts.push('mirror:linked', { link: over, statement: null });
    }
    this.#parts.log.error(`The pen could not be taken up: ${JSON.stringify(refused.failure)}`);
    return refused;
  }

  /** The former operator may follow as the checker; without them the run goes on all the same. */
  async #inviteBack(mirror: MirrorGuest): Promise<void> {
    const invitation = await this.#parts.invitation();
    if (invitation.ok) await mirror.invite(invitation.value);
    else this.#parts.log.error(`The former operator could not be invited: ${JSON.stringify(invitation.failure)}`);
  }

  async #end(how: 'leave' | 'quit'): Promise<void> {
    const guest = this.#guest;
    this.#guest = null;
    if (guest === null) return;
    await guest.mirror.close(how);
    guest.feed.close();
    this.#parts.push('mirror:linked', null);
  }

  #inBackground(work: Promise<Answers['mirror:take-over']>): void {
    work.catch((error: unknown) => {
      this.#parts.log.error(`The pen could not be taken up: ${error instanceof Error ? error.stack : String(error)}`);
    });
  }
}
