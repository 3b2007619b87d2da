import type { RawData } from 'ws';
import type { MirrorView } from '../../shared/contract/ipc/people.ts';
import { limits } from '../../shared/contract/limits.ts';
import type { HostFrame } from '../../shared/contract/mirror-protocol.ts';
import type { MirrorRefusal } from '../../shared/contract/mirror-refusals.ts';
import type { ParticipantState } from '../../shared/run/state.ts';
import type { Clock } from '../engine/ports.ts';
import { type GuestFrameParts, streamBehind, takeFrame } from './guest-frames.ts';
import type { Sign } from './presence.ts';
import { type Guest, readFrame } from './reception.ts';
import type { TurnedAway } from './turned-away.ts';
import { Viewer } from './viewer.ts';

export interface AudienceParts extends Omit<GuestFrameParts, 'onSign' | 'onReceipt'> {
  readonly clock: Clock;
  readonly onRefused: (who: TurnedAway) => void;
  /** Somebody came, went, or said whether they are there. */
  readonly onSign: () => void;
  /** What the operator sees of them is different now. */
  readonly onChange: () => void;
}

/** Everybody who proved their key, each with one connection: led on as the run's state says, and served from its files. */
export class Audience {
  readonly #parts: AudienceParts;
  readonly #viewers = new Map<string, Viewer>();

  constructor(parts: AudienceParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#viewers.size;
  }

  /** What is sensed of a participant; null when they are not connected. */
  sign(participant: string): Sign | null {
    return this.#viewers.get(participant) ?? null;
  }

  /** True when no more viewers fit, this participant's own place counted as free. */
  isFull(participant: string | null): boolean {
    const others = [...this.#viewers.keys()].filter((one) => one !== participant);
    return others.length >= limits.mirrorViewers;
  }

  views(): MirrorView['viewers'] {
    return this.#parts.run.state().participants.flatMap(({ participant, standing }) => {
      if (standing !== 'admitted' && standing !== 'asking') return [];
      const viewer = this.#viewers.get(participant);
      const silentMs = viewer === undefined ? null : Math.round(viewer.silentMs);
      return [{ participant, silentMs, behind: viewer?.streaming === true ? viewer.behind : 0 }];
    });
  }

  /** A guest whose key is proved: takes the place of their own earlier connection. */
  welcome({ socket, address, participant, person, have }: Guest): void {
    const { clock, tail, onSign, onChange } = this.#parts;
    const viewer = new Viewer({ socket, participant, person, address, have, tail, clock });
    viewer.listen(
      (data, binary) => this.#onFrame(viewer, data, binary),
      (why) => this.#onGone(viewer, why),
    );
    this.#viewers.get(participant)?.leave();
    this.#viewers.set(participant, viewer);
    if (this.#stateOf(viewer)?.standing === 'asking') void viewer.send({ type: 'waiting', participant });
    void this.#lead(viewer);
    onSign();
    onChange();
  }

  /** The journal has grown. */
  goOn(): void {
    for (const viewer of this.#viewers.values()) {
      void this.#lead(viewer);
      void viewer.pump();
    }
  }

  /** Hands live frames to all who have every record. */
  async live(frames: readonly Buffer[]): Promise<void> {
    const viewers = [...this.#viewers.values()];
    await Promise.all(viewers.map((viewer) => viewer.pump()));
    for (const frame of frames) for (const viewer of viewers) viewer.offer(frame);
  }

  /** True while somebody lacks the last line, or the checker has not signed for it. */
  get waiting(): boolean {
    const { tail, receipts } = this.#parts;
    return [...this.#viewers.values()].some((viewer) => {
      if (!viewer.streaming) return false;
      const checks = this.#stateOf(viewer)?.role === 'checker';
      return viewer.behind > 0 || (checks && (receipts.covered ?? -1) < tail.count - 1);
    });
  }

  bye(reason: Extract<HostFrame, { type: 'bye' }>['reason']): void {
    for (const viewer of this.#viewers.values()) viewer.end({ type: 'bye', reason });
  }

  #stateOf({ participant }: Viewer): ParticipantState | undefined {
    return this.#parts.run.state().participants.find((one) => one.participant === participant);
  }

  /** Lets a viewer go on as the run's state says: welcome, or bye. */
  async #lead(viewer: Viewer): Promise<void> {
    const who = this.#stateOf(viewer);
    if (viewer.over || who === undefined || who.standing === 'asking') return;
    if (who.standing === 'declined' || who.standing === 'dismissed')
      return viewer.end({ type: 'bye', reason: who.standing });
    if (who.standing !== 'admitted' || who.role === null) {
      // Whoever leaves first gets the answer to it.
      return viewer.intents > 0 ? undefined : viewer.end({ type: 'bye', reason: 'closed' });
    }
    if (viewer.welcomed) return;
    viewer.welcomed = true;
    void viewer.send({ type: 'welcome', participant: viewer.participant, role: who.role });
    const refusal = await streamBehind(this.#parts.tail, viewer, viewer.have).catch(() => null);
    if (refusal !== null) this.#refuse(viewer, refusal, '');
  }

  async #onFrame(viewer: Viewer, data: RawData, binary: boolean): Promise<void> {
    const { frame, detail } = readFrame(data, binary);
    if (frame === null) return this.#refuse(viewer, 'malformed', detail);
    const parts = { ...this.#parts, onReceipt: this.#parts.onChange };
    const refusal = await takeFrame(parts, viewer, frame).catch(() => null);
    if (refusal !== null) this.#refuse(viewer, refusal, frame.type);
  }

  #refuse(viewer: Viewer, code: MirrorRefusal, detail: string): void {
    if (viewer.over) return;
    viewer.end({ type: 'refused', code, detail });
    this.#tell(viewer, code);
  }

  #onGone(viewer: Viewer, why: MirrorRefusal | null): void {
    if (why !== null) this.#tell(viewer, why);
    if (this.#viewers.get(viewer.participant) !== viewer) return;
    this.#viewers.delete(viewer.participant);
    this.#parts.onSign();
    this.#parts.onChange();
  }

  #tell({ address, person: { name, publicKey } }: Viewer, code: MirrorRefusal): void {
    this.#parts.onRefused({ code, address, name, publicKey });
  }
}
