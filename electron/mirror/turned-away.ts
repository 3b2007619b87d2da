import type { RunEvent } from '../../shared/contract/events.ts';
import type { MirrorRefusal } from '../../shared/contract/mirror-refusals.ts';
import { SerialQueue } from '../engine/serial-queue.ts';

/** Somebody who was not let in. Name and key only where the key was proved: anything else is just a claim. */
export interface TurnedAway {
  readonly code: MirrorRefusal;
  readonly address: string;
  readonly name: string | null;
  readonly publicKey: string | null;
}

/** Distinct refusals that are told apart; beyond it only by their code, so that nobody fills the journal from outside. */
const mostTold = 100;

/**
 * Writes down who was turned away: the first time at once, and what went on after it as one count at the end. Never
 * rejects: what the disk does not take now is in the count.
 */
export class TurnedAwayBook {
  readonly #record: (events: readonly RunEvent[]) => Promise<void>;
  readonly #writing = new SerialQueue();
  readonly #told = new Map<string, { readonly who: TurnedAway; times: number; recorded: boolean }>();

  constructor(record: (events: readonly RunEvent[]) => Promise<void>) {
    this.#record = record;
  }

  /** Counts a refusal; records it when it is the first of its kind from there. */
  async add(who: TurnedAway): Promise<void> {
    const place = `${who.code} ${who.address}`;
    const full = this.#told.size >= mostTold && !this.#told.has(place);
    const key = full ? who.code : place;
    const known = this.#told.get(key);
    if (known !== undefined) {
      known.times += 1;
      return;
    }
    const first = {
      who: full ? { ...who, address: '*', name: null, publicKey: null } : who,
      times: 1,
      recorded: false,
    };
    this.#told.set(key, first);
    await this.#writing.run(async () => {
      first.recorded = await this.#tell([asEvent(first)]);
    });
  }

  /** Records the whole count of each that went on. */
  async sum(): Promise<void> {
    await this.#writing.drained();
    const open = [...this.#told.values()].filter(({ times, recorded }) => times > 1 || !recorded);
    if (open.length > 0) await this.#tell(open.map(asEvent));
    this.#told.clear();
  }

  async #tell(events: readonly RunEvent[]): Promise<boolean> {
    try {
      await this.#record(events);
      return true;
    } catch {
      return false;
    }
  }
}

function asEvent({ who, times }: { readonly who: TurnedAway; readonly times: number }): RunEvent {
  return { type: 'join-refused', data: { ...who, times } };
}
