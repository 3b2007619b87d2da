import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Identity } from '../../electron/engine/ports.ts';
import { systemClock } from '../../electron/engine/system-clock.ts';
import { openMirrorHost } from '../../electron/mirror/host.ts';
import type { MirroredRun, MirrorHost, MirrorHostParts } from '../../electron/mirror/ports.ts';
import type { Plan } from '../../shared/checklist/plan.ts';
import type { EventType, JournalRecord, MirrorRole, RunEvent } from '../../shared/contract/events.ts';
import type { MirrorView } from '../../shared/contract/ipc/people.ts';
import { Engine } from './engine-kit.ts';
import { MirrorClient, somebody } from './mirror-client.ts';
import { manualStep, planOf } from './plans.ts';

type RecordOf<T extends EventType> = Extract<JournalRecord, { type: T }>;

/** A real run (controller and journal) that can be followed, without hosts. */
export class MirroredTestRun {
  readonly engine: Engine;
  readonly operator: Identity;
  readonly views: MirrorView[] = [];
  readonly invited: string[] = [];
  /** Of the run without this kit's own additions. */
  readonly parts: MirrorHostParts;
  readonly #folder: string;
  readonly #followers: MirrorClient[] = [];
  #host: MirrorHost | null = null;

  private constructor(engine: Engine, operator: Identity, folder: string, given: Partial<MirrorHostParts>) {
    this.engine = engine;
    this.operator = operator;
    this.#folder = folder;
    const { controller, runId } = engine.run;
    const run: MirroredRun = {
      runId,
      folder: engine.run.folder,
      state: () => controller.state,
      subscribe: (listener) => controller.subscribe(listener),
      record: (events) => controller.recordByApp(events),
      submitFrom: (participant, intent) => controller.submitFrom(participant, intent),
    };
    this.parts = {
      run,
      clock: systemClock,
      machine: 'workstation',
      listen: { address: '127.0.0.1', port: 0 },
      known: null,
      pinned: () => false,
      onView: (view) => this.views.push(view),
      onInvited: (invitation) => this.invited.push(invitation),
      ...given,
    };
  }

  /** Begins a run of manual steps; the operator has vouched for the session. */
  static async create(plan: Plan = quietPlan(), given: Partial<MirrorHostParts> = {}): Promise<MirroredTestRun> {
    const folder = await mkdtemp(join(tmpdir(), 'mirror-run-'));
    const engine = await Engine.create({ plan, data: join(folder, 'data'), home: folder });
    const operator = somebody('Li Wei');
    await engine.run.identify(operator);
    const made = new MirroredTestRun(engine, operator, folder, given);
    await made.open();
    return made;
  }

  async open(): Promise<void> {
    const opened = await openMirrorHost(this.parts);
    if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
    this.#host = opened.value;
  }

  get host(): MirrorHost {
    if (this.#host === null) throw new Error('not open');
    return this.#host;
  }

  get folder(): string {
    return this.parts.run.folder;
  }

  get port(): number {
    return Number(this.host.view().addresses[0]?.split(':').at(-1));
  }

  /** A fresh invitation's text. */
  async invitation(): Promise<string> {
    await this.host.invite();
    return this.host.view().invitation?.text ?? '';
  }

  /** Joins with a fresh invitation and is admitted. */
  async follow(identity: Identity, role: MirrorRole = 'checker'): Promise<MirrorClient> {
    const client = await MirrorClient.join(await this.invitation(), identity);
    const { participant } = await client.next('waiting');
    await this.engine.submit({ type: 'admit', participant, role });
    await client.next('welcome');
    this.#followers.push(client);
    return client;
  }

  async record(events: readonly RunEvent[]): Promise<void> {
    await this.parts.run.record(events);
  }

  /** Records of this type that are on disk. */
  async records<T extends EventType>(type: T): Promise<readonly RecordOf<T>[]> {
    const records = (await this.lines()).map((line) => JSON.parse(line) as JournalRecord);
    return records.filter((record): record is RecordOf<T> => record.type === type);
  }

  /** The lines of the journal on disk. */
  async lines(): Promise<readonly string[]> {
    return (await readFile(join(this.folder, 'journal.jsonl'), 'utf8')).split('\n').slice(0, -1);
  }

  async close(): Promise<void> {
    // A checker who signs nothing would be waited for.
    for (const { socket } of this.#followers) socket.terminate();
    await Promise.all(this.#followers.map(({ closed }) => closed));
    await this.#host?.close('closed');
    await this.engine.run.close('left');
    await rm(this.#folder, { recursive: true });
  }
}

/** Three manual steps; nothing is sent anywhere. */
export function quietPlan(given: Partial<Plan> = {}): Plan {
  return planOf([manualStep('first'), manualStep('second'), manualStep('third')], { hosts: [], ...given });
}

/** Records that say little, to make a journal grow. */
export function filler(count: number): readonly RunEvent[] {
  const data = { invitation: '0123456789abcdef', expiresAt: '2026-11-21T00:00:00.000Z' };
  return Array.from({ length: count }, () => ({ type: 'invitation-made', data }));
}
