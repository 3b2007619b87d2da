import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createSessionSigner, sha256Text } from '../../electron/engine/journal/digest.ts';
import { createJournal } from '../../electron/engine/journal/journal.ts';
import { sealBytes } from '../../electron/engine/journal/seal.ts';
import type { Clock, Identity, Journal } from '../../electron/engine/ports.ts';
import { openMirrorGuest } from '../../electron/mirror/guest.ts';
import type { MirrorGuest } from '../../electron/mirror/ports.ts';
import type { Plan } from '../../shared/checklist/plan.ts';
import type { Failure } from '../../shared/contract/errors.ts';
import type { Actor, EventOf, JournalRecord, NewRecord, RunEvent } from '../../shared/contract/events.ts';
import type { LinkView, SigningView } from '../../shared/contract/ipc/people.ts';
import { contentHashOf } from '../../shared/journal/chain.ts';
import type { RunState } from '../../shared/run/state.ts';
import { realClock } from './hosts-kit.ts';
import { planOf, step } from './plans.ts';

/** The checker's side of tests: people with keys, runs on disk to be followed, and a guest that remembers what it told. */

/** A person with a real key. */
export function person(name: string): Identity {
  const signer = createSessionSigner();
  return {
    person: { name, contact: '', publicKey: signer.publicKey },
    sign: (hash) => signer.sign(Buffer.from(hash, 'ascii')),
  };
}

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #mono = 0;
  readonly #sleepers = new Set<{ readonly at: number; wake(): void }>();

  now(): Date {
    return new Date(Date.UTC(2026, 10, 21, 12, 0, 0) + this.#mono);
  }

  mono(): number {
    return this.#mono;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw signal.reason;
    await new Promise<void>((resolve, reject) => {
      const stopped = () => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason);
      };
      const wake = () => {
        signal.removeEventListener('abort', stopped);
        resolve();
      };
      const sleeper = { at: this.#mono + ms, wake };
      this.#sleepers.add(sleeper);
      signal.addEventListener('abort', stopped, { once: true });
    });
  }

  /** Moves on in steps of a second, and lets what is due happen in between. */
  async advance(ms: number): Promise<void> {
    for (const end = this.#mono + ms; this.#mono < end; ) {
      this.#mono = Math.min(end, this.#mono + 1_000);
      for (const sleeper of [...this.#sleepers]) {
        if (sleeper.at > this.#mono) continue;
        this.#sleepers.delete(sleeper);
        sleeper.wake();
      }
      // Sockets on loopback need a few turns to carry a frame there and the answer back.
      for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setTimeout(resolve, 3));
    }
  }
}

export const runId = '20261121T120000Z-abc123';
const app: Actor = { kind: 'app', name: 'Countersign' };
const operator: Actor = { kind: 'operator', name: 'Li Wei' };
export const checklistText = 'checklist: 1\ntitle: Followed\n';

/** A run on disk that somebody operates; written by the real journal. */
export class FollowedRun {
  readonly folder: string;
  readonly #journal: Journal;
  #attempts = 0;

  private constructor(folder: string, journal: Journal) {
    this.folder = folder;
    this.#journal = journal;
  }

  /** Begins a run of two steps; the first wants to be signed afterwards. `checker` was admitted as `p1`. */
  static async begin(folder: string, checker: Identity, given: Partial<Plan> = {}): Promise<FollowedRun> {
    const clock: Clock = { ...realClock, mono: () => Math.round(performance.now()) };
    const signer = createSessionSigner();
    const file = sealBytes('checklist/release.yaml', Buffer.from(checklistText));
    const journal = await createJournal({ folder, clock, signer });
    const run = new FollowedRun(folder, journal);
    run.write(file.path, checklistText);
    const plan = planOf([step('one', { countersign: 'after' }), step('two')], given);
    const files = [file];
    const rest = {
      source: '/x/release.yaml',
      mode: 'app',
      rehearsal: null,
      app: { version: '0', platform: 't' },
    } as const;
    await run.app({
      type: 'run-created',
      data: { runId, plan, files, contentHash: contentHashOf(files, sha256Text), ...rest },
    });
    const session = {
      session: 's1',
      publicKey: signer.publicKey,
      machine: 'ops',
      person: 'Li Wei',
      pid: 1,
      resumed: false,
    };
    await run.app({ type: 'session-opened', data: session });
    const { name, contact, publicKey } = checker.person;
    const asked = { participant: 'p1', name, contact, publicKey, machine: 'desk', address: '127.0.0.1' };
    await run.app({ type: 'participant-asked', data: { ...asked, sameMachine: true, pinned: false } });
    await run.human(
      { type: 'participant-admitted', data: { participant: 'p1', role: 'checker' } },
      { type: 'run-started', data: {} },
    );
    await run.app({ type: 'step-entered', data: { step: 'one' } });
    return run;
  }

  async app(...events: readonly RunEvent[]): Promise<void> {
    await this.#append(app, events);
  }

  async human(...events: readonly RunEvent[]): Promise<void> {
    await this.#append(operator, events);
  }

  /** An attempt at step `one` with this recording, begun and not ended. */
  async attempt(recording = 'output/a1.cast'): Promise<string> {
    this.#attempts += 1;
    const attempt = `a${this.#attempts}`;
    const words = { command: 'echo one', sent: 'echo one', account: null, hostKey: null };
    const data = {
      attempt,
      step: 'one',
      target: 'app1',
      purpose: 'step',
      number: this.#attempts,
      effect: 'write',
    } as const;
    await this.human({
      type: 'attempt-started',
      data: { ...data, ...words, recording, reason: null, choice: null, text: null },
    });
    return attempt;
  }

  /** The attempt passes; its recording is sealed as these bytes, which the host may or may not have. */
  async passes(attempt: string, path: string, bytes: Buffer): Promise<void> {
    const recording = { ...sealBytes(path, bytes), lines: 1, tail: '', undecodable: 0 };
    const data: EventOf<'attempt-ended'>['data'] = {
      attempt,
      verdict: 'passed',
      effect: 'full',
      exit: { code: 0, signal: null },
      checks: [],
      failure: null,
      recording,
      evidence: {},
      note: null,
      result: null,
      findings: [],
      offers: [],
      durationMs: 1,
    };
    await this.app({ type: 'attempt-ended', data });
  }

  /** Lays a file into the run's folder. */
  write(path: string, bytes: string | Buffer): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), bytes);
  }

  async close(): Promise<void> {
    await this.#journal.close();
  }

  async #append(actor: Actor, events: readonly RunEvent[]): Promise<void> {
    await this.#journal.append(events.map((event) => ({ actor, ...event }) as NewRecord));
  }
}

/** What a guest told its app, in order. */
export class Following {
  guest: MirrorGuest | null = null;
  readonly links: LinkView[] = [];
  readonly states: RunState[] = [];
  readonly records: JournalRecord[] = [];
  readonly output: { readonly attempt: string; readonly data: string; readonly skipped: number }[] = [];
  signing: SigningView | null = null;
  pens = 0;
  #wake: (() => void)[] = [];

  constructor(
    readonly options: {
      readonly data: string;
      readonly invitation: string;
      readonly identity: Identity;
      readonly clock?: Clock;
      readonly address?: string;
    },
  ) {}

  /** Joins; why not when that fails. */
  async join(): Promise<Failure | null> {
    const { data, invitation, identity, clock = realClock, address = null } = this.options;
    const opened = await openMirrorGuest({
      ...{ data, invitation, identity, clock, address, machine: 'desk' },
      onLink: (link, signing) => {
        this.links.push(link);
        this.signing = signing;
        this.#told();
      },
      onState: (state) => {
        this.states.push(state);
        this.#told();
      },
      onRecord: (record) => {
        this.records.push(record);
        this.#told();
      },
      onOutput: (chunk) => {
        this.output.push(chunk);
        this.#told();
      },
      onProgress: () => undefined,
      onPen: () => {
        this.pens += 1;
        this.#told();
      },
    });
    if (!opened.ok) return opened.failure;
    this.guest = opened.value;
    return null;
  }

  get open(): MirrorGuest {
    if (this.guest === null) throw new Error('not joined');
    return this.guest;
  }

  get link(): LinkView | undefined {
    return this.links.at(-1);
  }

  /** Resolves once it holds; looked at whenever the guest tells something. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  #told(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
