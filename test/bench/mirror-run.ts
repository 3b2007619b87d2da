import { systemClock } from '../../electron/engine/system-clock.ts';
import { openMirrorHost } from '../../electron/mirror/host.ts';
import type { MirrorHost } from '../../electron/mirror/ports.ts';
import type { Plan } from '../../shared/checklist/plan.ts';
import { Engine } from '../helpers/engine-kit.ts';
import { somebody } from '../helpers/mirror-client.ts';
import { now, type Viewers } from './mirror-talk.ts';

/** A run as the app holds it, on real hosts, which others may follow. */
export interface MirroredBenchRun {
  readonly engine: Engine;
  /** When each record was durable, by its number. */
  readonly durable: ReadonlyMap<number, number>;
  /** One more person joins from that process and is admitted. */
  letIn(viewers: Viewers, as: 'checker' | 'observer'): Promise<void>;
  close(): Promise<void>;
}

/** Begins a run and opens it to others on loopback. */
export async function beginMirrored(plan: Plan, folder: string, home: string): Promise<MirroredBenchRun> {
  let host: MirrorHost | null = null;
  const engine = await Engine.create({
    plan,
    data: folder,
    home,
    tap: (chunk) => host?.output(chunk),
    progress: (progress) => host?.progress(progress),
  });
  const { controller, runId, folder: runFolder } = engine.run;
  const durable = new Map<number, number>();
  controller.subscribe(({ seq }) => void durable.set(seq, now()));
  await engine.run.identify(somebody('Operator'));
  const opened = await openMirrorHost({
    run: {
      runId,
      folder: runFolder,
      state: () => controller.state,
      subscribe: (listener) => controller.subscribe(listener),
      record: (events) => controller.recordByApp(events),
      submitFrom: (participant, intent) => controller.submitFrom(participant, intent),
    },
    clock: systemClock,
    machine: 'operator-pc',
    listen: { address: '127.0.0.1', port: 0 },
    known: null,
    pinned: () => false,
    onView: () => {},
    onInvited: () => {},
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
  host = opened.value;
  return {
    engine,
    durable,
    letIn: async (viewers, as) => {
      const asked = engine.next('participant-asked');
      await opened.value.invite();
      const joined = viewers.ask({ type: 'join', as, invitation: opened.value.view().invitation?.text ?? '' });
      const { participant } = (await asked).data;
      await joined;
      await engine.submit({ type: 'admit', participant, role: as });
    },
    close: async () => {
      await opened.value.close('closed');
      await engine.run.close('left');
    },
  };
}
