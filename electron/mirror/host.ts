import type { RawData } from 'ws';
import { failure } from '../../shared/contract/failure.ts';
import type { MirrorView } from '../../shared/contract/ipc.ts';
import { limits } from '../../shared/contract/limits.ts';
import type { HostFrame } from '../../shared/contract/mirror-protocol.ts';
import type { MirrorRefusal } from '../../shared/contract/mirror-refusals.ts';
import { fingerprintText } from '../../shared/people/fingerprint.ts';
import { encodeInvitation } from '../../shared/people/invitation.ts';
import type { ParticipantState } from '../../shared/run/state.ts';
import type { Result } from '../engine/ports.ts';
import { type MirrorCertificate, makeCertificate } from './certificate.ts';
import { type GuestFrameParts, streamBehind, takeFrame } from './guest-frames.ts';
import { hostAddresses } from './host-addresses.ts';
import { type Door, openDoor } from './host-door.ts';
import { HostInvitations } from './host-invitations.ts';
import { JournalTail } from './journal-tail.ts';
import { LiveFeed } from './live-feed.ts';
import type { MirrorHost, MirrorHostParts } from './ports.ts';
import { PresenceKeeper } from './presence.ts';
import { ReceiptBook } from './receipt-book.ts';
import { type Guest, Reception, readFrame } from './reception.ts';
import { SharedFiles } from './shared-files.ts';
import { type TurnedAway, TurnedAwayBook } from './turned-away.ts';
import { Viewer } from './viewer.ts';

const tickMs = 1_000;
/** How long everybody may take to get the last lines, and the checker to sign for them. */
const farewellMs = 3_000;
/** Addresses in an invitation: what a QR code still holds well. */
const mostAddresses = 8;

type Bye = Extract<HostFrame, { type: 'bye' }>['reason'];

/** What is opened before the host can stand. */
interface Opened {
  readonly certificate: MirrorCertificate;
  readonly tail: JournalTail;
  readonly files: SharedFiles;
  readonly receipts: ReceiptBook;
}

/** Lets others follow a run from its journal on disk. Fails as `local-error` when it cannot listen, read or record. */
export async function openMirrorHost(parts: MirrorHostParts): Promise<Result<MirrorHost>> {
  const { run, listen } = parts;
  const undo: (() => Promise<void>)[] = [];
  try {
    const files = new SharedFiles(run.folder);
    const tail = await JournalTail.open(run.folder, (line) => files.note(line));
    undo.push(() => tail.close());
    await tail.extend(run.state().seq + 1);
    const receipts = await ReceiptBook.open(run.folder);
    undo.push(() => receipts.close());
    const host = new Host(parts, { certificate: await makeCertificate(parts.clock.now()), tail, files, receipts });
    undo.push(() => host.close('closed'));
    await host.open();
    return { ok: true, value: host };
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => undefined);
    const place = `${listen.address ?? '*'}:${listen.port}`;
    return { ok: false, failure: failure('local-error', { path: place }, error) };
  }
}

class Host implements MirrorHost {
  readonly #parts: MirrorHostParts;
  readonly #opened: Opened;
  readonly #invitations: HostInvitations;
  readonly #turnedAway: TurnedAwayBook;
  readonly #presence: PresenceKeeper;
  readonly #reception: Reception;
  readonly #frames: GuestFrameParts;
  readonly #live = new LiveFeed((frames) => this.#sendLive(frames));
  /** Those who proved their key, by participant. */
  readonly #viewers = new Map<string, Viewer>();
  #door: Door | null = null;
  #addresses: readonly string[] = [];
  #invitation: MirrorView['invitation'] = null;
  #timer: NodeJS.Timeout | null = null;
  #unsubscribe: () => void = () => {};
  #sealing: Promise<void> | null = null;
  #closing: Promise<void> | null = null;

  constructor(parts: MirrorHostParts, opened: Opened) {
    const { run, clock, onInvited } = parts;
    this.#parts = parts;
    this.#opened = opened;
    this.#invitations = new HostInvitations(clock);
    this.#turnedAway = new TurnedAwayBook((events) => run.record(events));
    this.#presence = new PresenceKeeper({
      clock,
      state: () => run.state(),
      sign: (participant) => this.#viewers.get(participant) ?? null,
      record: (events) => run.record(events),
    });
    this.#reception = new Reception({
      ...parts,
      certificate: opened.certificate.sha256,
      invitations: this.#invitations,
      full: (participant) => this.#isFull(participant),
      onGuest: (guest) => this.#welcome(guest),
      onRefused: (who) => this.#onRefused(who),
    });
    this.#frames = {
      ...{ run, onInvited, ...opened },
      onSign: () => void this.#presence.look(),
      onReceipt: () => this.#changed(),
    };
  }

  get output() {
    return this.#live.output;
  }

  get progress() {
    return this.#live.progress;
  }

  async open(): Promise<void> {
    const { run, listen, known } = this.#parts;
    const { certificate } = this.#opened;
    this.#door = await openDoor({
      certificate,
      listen,
      onSocket: (socket, address, proved) => this.#reception.receive(socket, address, proved),
      onRefused: (code, address) => this.#onRefused({ code, address, name: null, publicKey: null }),
    });
    const { port } = this.#door;
    this.#addresses = hostAddresses(known, listen.address, port).slice(0, 50);
    this.#unsubscribe = run.subscribe((record) => {
      if (record.type === 'attempt-ended') this.#live.forget(record.data.attempt);
      void this.#afterRecord(record.seq);
    });
    const data = { certificate: certificate.sha256, addresses: [...this.#addresses], port };
    await run.record([{ type: 'mirror-opened', data }]);
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  view(): MirrorView {
    const { certificate, receipts } = this.#opened;
    return {
      open: this.#sealing === null,
      addresses: this.#addresses,
      certificate: fingerprintText(Buffer.from(certificate.sha256, 'hex')),
      invitation: this.#invitations.open ? this.#invitation : null,
      viewers: this.#parts.run.state().participants.flatMap((one) => this.#viewOf(one) ?? []),
      receipted: receipts.covered,
    };
  }

  async invite(): Promise<void> {
    if (this.#sealing !== null) return;
    const { run } = this.#parts;
    const { token, name, expiresAt } = this.#invitations.make();
    const addresses = this.#addresses.slice(0, mostAddresses);
    const { sha256 } = this.#opened.certificate;
    const text = encodeInvitation({ runId: run.runId, certificate: sha256, token, expiresAt, addresses });
    this.#invitation = { text, expiresAt };
    await run.record([{ type: 'invitation-made', data: { invitation: name, expiresAt } }]);
    this.#changed();
  }

  seal(): Promise<void> {
    this.#sealing ??= this.#seal();
    return this.#sealing;
  }

  async #seal(): Promise<void> {
    this.#door?.shut();
    this.#invitations.void();
    await this.#presence.close();
    // Without the timer it never stood open.
    if (this.#timer === null) return;
    await this.#turnedAway.sum();
    // What the disk does not take is told by the verifier: a mirror that was opened and never closed.
    await this.#parts.run.record([{ type: 'mirror-closed', data: {} }]).catch(() => undefined);
    this.#changed();
  }

  close(reason: 'closed' | 'ended' | 'handed-over'): Promise<void> {
    this.#closing ??= this.#close(reason);
    return this.#closing;
  }

  async #close(reason: Bye): Promise<void> {
    await this.seal();
    const { clock } = this.#parts;
    const end = clock.mono() + farewellMs;
    const patience = new AbortController();
    await this.#afterRecord(this.#parts.run.state().seq);
    while (clock.mono() < end && this.#waitsForSomebody()) await clock.sleep(20, patience.signal);
    this.#unsubscribe();
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#live.close();
    for (const viewer of this.#viewers.values()) viewer.end({ type: 'bye', reason });
    await this.#door?.closed();
    await this.#opened.receipts.close();
    await this.#opened.tail.close();
  }

  /** Somebody has not got the last line, or the checker has not signed for it. */
  #waitsForSomebody(): boolean {
    const { tail, receipts } = this.#opened;
    return [...this.#viewers.values()].some((viewer) => {
      if (!viewer.streaming) return false;
      const checks = this.#participant(viewer.participant)?.role === 'checker';
      return viewer.behind > 0 || (checks && (receipts.covered ?? -1) < tail.count - 1);
    });
  }

  #participant(id: string): ParticipantState | null {
    return this.#parts.run.state().participants.find(({ participant }) => participant === id) ?? null;
  }

  #viewOf({ participant, standing }: ParticipantState): MirrorView['viewers'][number] | null {
    if (standing !== 'admitted' && standing !== 'asking') return null;
    const viewer = this.#viewers.get(participant);
    if (viewer === undefined) return { participant, silentMs: null, behind: 0 };
    return { participant, silentMs: Math.round(viewer.silentMs), behind: viewer.streaming ? viewer.behind : 0 };
  }

  #isFull(participant: string | null): boolean {
    const others = [...this.#viewers.keys()].filter((one) => one !== participant);
    return others.length >= limits.mirrorViewers;
  }

  /** A guest whose key is proved: takes the place of their own earlier connection. */
  #welcome({ socket, address, participant, person, have }: Guest): void {
    const { clock } = this.#parts;
    const viewer = new Viewer({ socket, participant, person, address, have, tail: this.#opened.tail, clock });
    viewer.listen(
      (data, binary) => this.#onFrame(viewer, data, binary),
      (why) => this.#onGone(viewer, why),
    );
    this.#viewers.get(participant)?.leave();
    this.#viewers.set(participant, viewer);
    if (this.#participant(participant)?.standing === 'asking') void viewer.send({ type: 'waiting', participant });
    void this.#follow(viewer);
    void this.#presence.look();
    this.#changed();
  }

  /** Lets a viewer go on as the run's state says: welcome, or bye. */
  async #follow(viewer: Viewer): Promise<void> {
    const { participant } = viewer;
    const who = this.#participant(participant);
    if (viewer.over || who === null || who.standing === 'asking') return;
    if (who.standing === 'declined' || who.standing === 'dismissed')
      return viewer.end({ type: 'bye', reason: who.standing });
    if (who.standing !== 'admitted' || who.role === null) {
      // Whoever leaves first gets the answer to it.
      return viewer.intents > 0 ? undefined : viewer.end({ type: 'bye', reason: 'closed' });
    }
    if (viewer.welcomed) return;
    viewer.welcomed = true;
    void viewer.send({ type: 'welcome', participant, role: who.role });
    const refusal = await streamBehind(this.#opened.tail, viewer, viewer.have).catch(() => null);
    if (refusal !== null) this.#refuse(viewer, refusal, '');
  }

  async #onFrame(viewer: Viewer, data: RawData, binary: boolean): Promise<void> {
    const { frame, detail } = readFrame(data, binary);
    if (frame === null) return this.#refuse(viewer, 'malformed', detail);
    const refusal = await takeFrame(this.#frames, viewer, frame).catch(() => null);
    if (refusal !== null) this.#refuse(viewer, refusal, frame.type);
  }

  #refuse(viewer: Viewer, code: MirrorRefusal, detail: string): void {
    if (viewer.over) return;
    const { address, person } = viewer;
    viewer.end({ type: 'refused', code, detail });
    this.#onRefused({ code, address, name: person.name, publicKey: person.publicKey });
  }

  #onGone(viewer: Viewer, why: MirrorRefusal | null): void {
    const { participant, address, person } = viewer;
    if (why !== null) this.#onRefused({ code: why, address, name: person.name, publicKey: person.publicKey });
    if (this.#viewers.get(participant) !== viewer) return;
    this.#viewers.delete(participant);
    void this.#presence.look();
    this.#changed();
  }

  #onRefused(who: TurnedAway): void {
    if (this.#sealing === null) void this.#turnedAway.add(who);
  }

  async #afterRecord(seq: number): Promise<void> {
    const { tail } = this.#opened;
    // A journal that cannot be read now is read at the next tick.
    await tail.extend(seq + 1).catch(() => undefined);
    for (const viewer of this.#viewers.values()) {
      void this.#follow(viewer);
      void viewer.pump();
    }
  }

  async #sendLive(frames: readonly Buffer[]): Promise<void> {
    const viewers = [...this.#viewers.values()];
    await Promise.all(viewers.map((viewer) => viewer.pump()));
    for (const frame of frames) for (const viewer of viewers) viewer.offer(frame);
  }

  #tick(): void {
    void this.#afterRecord(this.#parts.run.state().seq);
    void this.#presence.look();
    if (this.#viewers.size > 0 || (this.#invitation !== null && !this.#invitations.open)) this.#changed();
    if (!this.#invitations.open) this.#invitation = null;
  }

  #changed(): void {
    this.#parts.onView(this.view());
  }
}
