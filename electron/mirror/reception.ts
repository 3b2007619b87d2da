import { randomBytes } from 'node:crypto';
import type { RawData, WebSocket } from 'ws';
import type { Head, Person } from '../../shared/contract/events.ts';
import {
  type GuestFrame,
  guestFrameSchema,
  type HostFrame,
  MIRROR_PROTOCOL,
} from '../../shared/contract/mirror-protocol.ts';
import type { MirrorRefusal } from '../../shared/contract/mirror-refusals.ts';
import { joinStatement, statementHash } from '../../shared/people/statements.ts';
import type { RunState } from '../../shared/run/state.ts';
import { sha256Text, signatureHolds } from '../engine/journal/digest.ts';
import { SerialQueue } from '../engine/serial-queue.ts';
import { isOwnAddress } from './host-addresses.ts';
import type { HostInvitations } from './host-invitations.ts';
import type { MirrorHostParts } from './ports.ts';
import type { TurnedAway } from './turned-away.ts';
import { closeSoon } from './viewer.ts';

export type Hello = Extract<GuestFrame, { type: 'hello' }>;

/** Somebody whose key is proved and who may wait or follow. */
export interface Guest {
  readonly socket: WebSocket;
  readonly address: string;
  readonly participant: string;
  readonly person: Person;
  readonly have: Head | null;
}

export interface ReceptionParts extends Pick<MirrorHostParts, 'run' | 'machine' | 'pinned'> {
  readonly certificate: string;
  readonly invitations: HostInvitations;
  /** True when no more viewers fit, counting this participant's place as free. */
  readonly full: (participant: string | null) => boolean;
  readonly onGuest: (guest: Guest) => void;
  readonly onRefused: (who: TurnedAway) => void;
}

interface Refused {
  readonly code: MirrorRefusal;
  readonly person: Person | null;
  readonly detail?: string;
}

/** Hears who wants to follow, and lets in who proves a key that was invited or admitted. */
export class Reception {
  readonly #parts: ReceptionParts;
  /** One at a time, so that no invitation and no number is given twice. */
  readonly #joining = new SerialQueue();

  constructor(parts: ReceptionParts) {
    this.#parts = parts;
  }

  /** Takes a connection: challenge, proof, and then it is a guest's, or closed. */
  receive(socket: WebSocket, address: string, proved: () => void): void {
    const nonce = randomBytes(32).toString('base64');
    let heard = false;
    socket.on('error', (error: Error & { code?: string }) => {
      if (heard || error.code?.startsWith('WS_ERR') !== true) return;
      this.#parts.onRefused({ code: 'malformed', address, name: null, publicKey: null });
    });
    socket.once('message', (data, binary) => {
      heard = true;
      void this.#joining.run(() => this.#hear(socket, address, proved, nonce, readFrame(data, binary)));
    });
    say(socket, { type: 'challenge', protocol: MIRROR_PROTOCOL, runId: this.#parts.run.runId, nonce });
  }

  async #hear(socket: WebSocket, address: string, proved: () => void, nonce: string, read: ReadFrame): Promise<void> {
    if (socket.readyState !== socket.OPEN) return;
    const judged = await this.#judge(nonce, address, read).catch(() => null);
    // Null: the disk refuses to write them down, so they cannot be let in now; they may come again.
    if (judged === null) return closeSoon(socket);
    if (typeof judged !== 'string') return this.#refuse(socket, address, judged);
    // They went while they were written down.
    if (socket.readyState !== socket.OPEN) return;
    const { person, have } = (read as { frame: Hello }).frame;
    proved();
    this.#parts.onGuest({ socket, address, participant: judged, person, have });
  }

  /** The participant they are, why they are turned away, or null when they could not be written down. */
  async #judge(nonce: string, address: string, read: ReadFrame): Promise<string | Refused | null> {
    const { run, certificate, invitations, full } = this.#parts;
    if (read.protocol !== null && read.protocol !== MIRROR_PROTOCOL) return { code: 'protocol-version', person: null };
    if (read.frame?.type !== 'hello') return { code: 'malformed', person: null, detail: read.detail };
    const { person, signature, token } = read.frame;
    const statement = statementHash(joinStatement(run.runId, certificate, nonce, person), sha256Text);
    if (!signatureHolds(person.publicKey, statement, signature)) return { code: 'proof-wrong', person: null };
    const known = participantWith(run.state(), person.publicKey);
    if (full(known)) return { code: 'too-many', person };
    // A key that was let in before is enough, with whatever invitation it comes back.
    if (known !== null) return known;
    if (token === null) return { code: 'not-admitted', person };
    const spent = invitations.use(token);
    return spent === null ? await this.#ask(read.frame, address) : { code: spent, person };
  }

  async #ask({ person, machine }: Hello, address: string): Promise<string | null> {
    const { run, pinned } = this.#parts;
    const participant = `p${run.state().participants.length + 1}`;
    const sameMachine = machine === this.#parts.machine && isOwnAddress(address);
    const data = { participant, ...person, machine, address, sameMachine, pinned: pinned(person.publicKey) };
    await run.record([{ type: 'participant-asked', data }]);
    return participantWith(run.state(), person.publicKey);
  }

  #refuse(socket: WebSocket, address: string, { code, person, detail }: Refused): void {
    const { name = null, publicKey = null } = person ?? {};
    this.#parts.onRefused({ code, address, name, publicKey });
    say(socket, { type: 'refused', code, detail: detail ?? '' });
    closeSoon(socket);
  }
}

/** A frame as far as it could be read. */
export interface ReadFrame {
  readonly frame: GuestFrame | null;
  /** The protocol that it claims, whatever else is wrong with it. */
  readonly protocol: number | null;
  readonly detail: string;
}

/** Parses what a guest sent; its length was checked by the socket. */
export function readFrame(data: RawData, binary: boolean): ReadFrame {
  const bad = { frame: null, protocol: null };
  if (binary) return { ...bad, detail: 'a binary frame' };
  try {
    const value: unknown = JSON.parse(String(data));
    const { protocol } = (value ?? {}) as { protocol?: unknown };
    const parsed = guestFrameSchema.safeParse(value);
    const claimed = typeof protocol === 'number' ? protocol : null;
    if (!parsed.success) return { frame: null, protocol: claimed, detail: parsed.error.message.slice(0, 500) };
    return { frame: parsed.data, protocol: claimed, detail: 'not a hello' };
  } catch {
    return { ...bad, detail: 'not JSON' };
  }
}

/** The participant of this key who waits or was admitted, or null. */
function participantWith(state: RunState, publicKey: string): string | null {
  const known = state.participants.findLast(
    (one) => one.publicKey === publicKey && (one.standing === 'admitted' || one.standing === 'asking'),
  );
  return known?.participant ?? null;
}

function say(socket: WebSocket, frame: HostFrame): void {
  socket.send(JSON.stringify(frame), () => {});
}
