import { failure } from '../../shared/contract/failure.ts';
import type { MirrorView } from '../../shared/contract/ipc/people.ts';
import { fingerprintText } from '../../shared/people/fingerprint.ts';
import { encodeInvitation } from '../../shared/people/invitation.ts';
import type { Result } from '../engine/ports.ts';
import { Audience } from './audience.ts';
import { type MirrorCertificate, makeCertificate } from './certificate.ts';
import { hostAddresses } from './host-addresses.ts';
import { type Door, openDoor } from './host-door.ts';
import { HostInvitations } from './host-invitations.ts';
import { JournalTail } from './journal-tail.ts';
import { LiveFeed } from './live-feed.ts';
import { Pace } from './pace.ts';
import type { MirrorHost, MirrorHostParts } from './ports.ts';
import { PresenceKeeper } from './presence.ts';
import { ReceiptBook } from './receipt-book.ts';
import { Reception } from './reception.ts';
import { SharedFiles } from './shared-files.ts';
import { type TurnedAway, TurnedAwayBook } from './turned-away.ts';

const tickMs = 1_000;
/** A record is handed on at once; those that come this soon after it go together, one write for each viewer. */
const gatherMs = 25;
/** In a flood they wait longer, so that fifty viewers cost the operator little; nobody reads that fast. */
const flood = { records: 16, gatherMs: 250 } as const;
/** How long everybody may take to get the last lines, and the checker to sign for them. */
const farewellMs = 3_000;

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
  readonly #audience: Audience;
  readonly #reception: Reception;
  readonly #live = new LiveFeed((frames) => this.#audience.live(frames));
  #door: Door | null = null;
  #addresses: readonly string[] = [];
  #invitation: MirrorView['invitation'] = null;
  readonly #handOn: Pace;
  /** Records that came together last time. */
  #gathered = 0;
  #handedOn = 0;
  #timer: NodeJS.Timeout | null = null;
  #unsubscribe: () => void = () => {};
  #sealing: Promise<void> | null = null;
  #closing: Promise<void> | null = null;

  constructor(parts: MirrorHostParts, opened: Opened) {
    const { run, clock, onInvited } = parts;
    this.#parts = parts;
    this.#handOn = new Pace(
      parts.clock,
      () => (this.#gathered >= flood.records ? flood.gatherMs : gatherMs),
      () => this.#gather(),
    );
    this.#opened = opened;
    this.#invitations = new HostInvitations(clock);
    this.#turnedAway = new TurnedAwayBook((events) => run.record(events));
    this.#audience = new Audience({
      ...{ run, clock, onInvited, ...opened },
      onRefused: (who) => this.#onRefused(who),
      onSign: () => void this.#presence.look(),
      onChange: () => this.#changed(),
    });
    this.#presence = new PresenceKeeper({
      clock,
      state: () => run.state(),
      sign: (participant) => this.#audience.sign(participant),
      record: (events) => run.record(events),
    });
    this.#reception = new Reception({
      ...parts,
      certificate: opened.certificate.sha256,
      invitations: this.#invitations,
      full: (participant) => this.#audience.isFull(participant),
      onGuest: (guest) => this.#audience.welcome(guest),
      onRefused: (who) => this.#onRefused(who),
    });
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
    this.#addresses = hostAddresses(known, listen.address, port);
    this.#unsubscribe = run.subscribe((record) => {
      if (record.type === 'attempt-ended') this.#live.forget(record.data.attempt);
      this.#handOn.ask();
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
      viewers: this.#audience.views(),
      receipted: receipts.covered,
    };
  }

  async invite(): Promise<void> {
    if (this.#sealing !== null) return;
    const { run } = this.#parts;
    const { token, name, expiresAt } = this.#invitations.make();
    const addresses = [...this.#addresses];
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

  async #close(reason: 'closed' | 'ended' | 'handed-over'): Promise<void> {
    await this.seal();
    const { clock } = this.#parts;
    const end = clock.mono() + farewellMs;
    const patience = new AbortController();
    await this.#afterRecord(this.#parts.run.state().seq);
    while (clock.mono() < end && this.#audience.waiting) await clock.sleep(20, patience.signal);
    this.#unsubscribe();
    await this.#handOn.close();
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#live.close();
    this.#audience.bye(reason);
    await this.#door?.closed();
    await this.#opened.receipts.close();
    await this.#opened.tail.close();
  }

  #onRefused(who: TurnedAway): void {
    if (this.#sealing === null) void this.#turnedAway.add(who);
  }

  async #gather(): Promise<void> {
    const { seq } = this.#parts.run.state();
    this.#gathered = seq - this.#handedOn;
    this.#handedOn = seq;
    await this.#afterRecord(seq);
  }

  async #afterRecord(seq: number): Promise<void> {
    const { tail } = this.#opened;
    // A journal that cannot be read now is read at the next tick.
    await tail.extend(seq + 1).catch(() => undefined);
    this.#audience.goOn();
  }

  #tick(): void {
    void this.#afterRecord(this.#parts.run.state().seq);
    void this.#presence.look();
    if (this.#audience.size > 0 || (this.#invitation !== null && !this.#invitations.open)) this.#changed();
    if (!this.#invitations.open) this.#invitation = null;
  }

  #changed(): void {
    this.#parts.onView(this.view());
  }
}
