import type { EventOf, RunEvent } from '../../shared/contract/events.ts';
import { limits } from '../../shared/contract/limits.ts';
import type { ParticipantState, RunState } from '../../shared/run/state.ts';
import type { Clock } from '../engine/ports.ts';

/** What is sensed of a guest who is connected. */
export interface Sign {
  readonly silentMs: number;
  /** False once the question whether somebody is there stayed open. */
  readonly awake: boolean;
}

type Presence = EventOf<'participant-presence'>['data'];

export interface PresenceParts {
  readonly clock: Clock;
  readonly state: () => RunState;
  /** Null: not connected. */
  readonly sign: (participant: string) => Sign | null;
  readonly record: (events: readonly RunEvent[]) => Promise<void>;
}

/** A guest who says one thing and then the other is written down no more often than this. */
const atMostEveryMs = 1_000;

/** Keeps the journal's here and gone true to what is sensed. Compares instead of counting, so that nothing is missed. */
export class PresenceKeeper {
  readonly #parts: PresenceParts;
  /** When each was last heard of, on the monotonic clock. */
  readonly #heard = new Map<string, number>();
  readonly #told = new Map<string, number>();
  #under: Promise<void> | null = null;
  #again = false;
  #over = false;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
  }

  /** Records what has changed. Never rejects: what is not written now is found again the next time. */
  async look(): Promise<void> {
    this.#again = true;
    this.#under ??= this.#work();
    await this.#under;
  }

  /** Says nothing more; resolves when the last word is written. */
  async close(): Promise<void> {
    this.#over = true;
    await this.#under;
  }

  async #work(): Promise<void> {
    await Promise.resolve();
    while (this.#again && !this.#over) {
      this.#again = false;
      const changes = this.#parts.state().participants.flatMap((one) => this.#changeOf(one) ?? []);
      if (changes.length === 0) continue;
      await this.#parts.record(changes.map((data) => ({ type: 'participant-presence', data }))).catch(() => {});
    }
    this.#under = null;
  }

  #changeOf(one: ParticipantState): Presence | null {
    if (one.standing !== 'admitted' && one.standing !== 'asking') return null;
    const { participant } = one;
    const sign = this.#parts.sign(participant);
    const before = this.#heard.get(participant);
    const now = this.#parts.clock.mono();
    if (sign !== null) this.#heard.set(participant, now - sign.silentMs);
    const cause = causeOf(sign);
    const presence = cause === null ? 'here' : 'gone';
    if (presence === one.presence || now - (this.#told.get(participant) ?? -atMostEveryMs) < atMostEveryMs) return null;
    this.#told.set(participant, now);
    // Not heard of in this session: since the journal says so.
    const since = before === undefined ? this.#parts.clock.now().getTime() - Date.parse(one.since) : now - before;
    return { participant, presence, cause, silentMs: Math.max(0, Math.round(since)) };
  }
}

function causeOf(sign: Sign | null): Presence['cause'] {
  if (sign === null) return 'link';
  if (sign.silentMs > limits.goneMs) return 'silent';
  return sign.awake ? null : 'unanswered';
}
