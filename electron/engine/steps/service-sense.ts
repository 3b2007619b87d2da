import { failure } from '../../../shared/contract/failure.ts';
import type { ProcessRef } from '../../../shared/steps/actions/process.ts';
import type { ServiceAction, ServiceResult } from '../../../shared/steps/actions/service.ts';
import type { CheckResult } from '../../../shared/steps/expectations.ts';
import { refOf, sameProcess, whereabouts } from '../../../shared/steps/process-identity.ts';
import type { LogPlace } from '../../../shared/steps/process-look.ts';
import type { SeenProcess, Sight } from '../../../shared/steps/process-sight.ts';
import type { Look, NoLook, ProcessWatch } from './process-watch.ts';
import { type Outcome, outcome, type StepContext } from './step-runner.ts';

/** What the parts of a service step share. */
export interface Work {
  readonly context: StepContext;
  readonly action: ServiceAction;
  readonly watch: ProcessWatch;
}

/** Looks are not repeated faster; a manager's own program is slower than a look at /proc. */
export function lookEveryMs({ identity }: ServiceAction): number {
  return identity.by === 'supervisor' || identity.by === 'systemd' ? 1_000 : 500;
}

/** A result with nothing but what is given. */
export function serviceResult(given: Partial<Omit<ServiceResult, 'kind'>> = {}): ServiceResult {
  return { kind: 'service', before: [], left: [], after: [], stopMs: null, startMs: null, lines: [], ...given };
}

/** Processes in a sentence. */
export function pidWords(refs: readonly ProcessRef[]): string {
  const shown = refs.slice(0, 5).map(({ pid, command }) => `${pid} (${bothEnds(command)})`);
  return refs.length > 5 ? `${shown.join(', ')} …` : shown.join(', ') || '?';
}

/** A java command line begins like any other; what tells it apart stands at its end. */
function bothEnds(command: string): string {
  return command.length <= 120 ? command : `${command.slice(0, 40)} … ${command.slice(-76)}`;
}

/** What was sensed of the meant process, kept; at most as many as a result holds. */
export function sensedRefs({ sight, sensed }: Look): readonly ProcessRef[] {
  return sensed.known ? sensed.processes.slice(0, 50).map((process) => refOf(sight, process)) : [];
}

/** Those of the processes that are there and are none of the others. */
export function without(refs: readonly ProcessRef[], others: readonly ProcessRef[]): readonly ProcessRef[] {
  return refs.filter((ref) => !others.some((other) => sameProcess(ref, other)));
}

export function alive(sight: Sight, refs: readonly ProcessRef[]): readonly ProcessRef[] {
  return refs.filter((ref) => whereabouts(sight, ref) === 'alive');
}

/** True while the port that a stop frees, or a start opens, is listened on. */
export function listens({ sight }: Look, port: number | null): boolean {
  return port !== null && sight.listening.some((socket) => socket.port === port);
}

/** Who listens there, in words; `?` where the account may not know. */
export function listenerWords({ sight }: Look, port: number): string {
  const inodes = sight.listening.filter((socket) => socket.port === port).map((socket) => socket.inode);
  const pids = sight.owners.filter((owner) => inodes.includes(owner.inode)).map((owner) => owner.pid);
  return pidWords(
    [...sight.processes.values()].filter(({ pid }) => pids.includes(pid)).map((one) => refOf(sight, one)),
  );
}

/** What started a process and may start it again, in words. */
export function parentWords(sight: Sight, ref: ProcessRef): string {
  const parent: SeenProcess | undefined = sight.processes.get(sight.processes.get(ref.pid)?.parent ?? 0);
  if (parent === undefined) return '?';
  const name = parent.args.length === 0 ? `[${parent.name}]` : parent.args.join(' ');
  return `${parent.pid} (${bothEnds(name)})`;
}

/** What became of each process, as a check's finding. */
export function fateWords(sight: Sight, refs: readonly ProcessRef[]): string {
  return (
    refs
      .map((ref) => `pid ${ref.pid} ${fateOf(sight, ref)}`)
      .join('; ')
      .slice(0, 2_000) || 'nothing'
  );
}

function fateOf(sight: Sight, ref: ProcessRef): string {
  switch (whereabouts(sight, ref)) {
    case 'gone':
      return 'gone';
    case 'zombie':
      return `ended, but ${parentWords(sight, ref)} has not asked how (zombie)`;
    case 'alive':
      return sight.processes.get(ref.pid)?.state === 'D' ? 'waits for a device (state D)' : 'alive';
  }
}

/** A check in the words of the journal; `holds: null` where it could not be decided. */
export function check(subject: string, expected: string, found: string, holds: boolean | null): CheckResult {
  return { subject, expected: expected.slice(0, 2_000), found: found.slice(0, 2_000), holds };
}

/**
 * Looks, and looks again where a look failed: a link that went while nothing but looks were under way is opened anew,
 * and nothing is lost by it. The attempt's end when its sending failed, or when there was no sight until the deadline.
 */
export async function lookOn(
  { context, action, watch }: Work,
  log: LogPlace | null,
  deadline: number,
  interrupted: () => Outcome | null,
): Promise<Look | Outcome> {
  for (;;) {
    const look = await watch.look({ log });
    const cut = interrupted();
    if (cut !== null) return cut;
    if ('sight' in look) return look;
    say(context, `no sight: ${look.failure.code}`);
    if (context.cancelled.aborted || context.clock.mono() >= deadline) return lostSight(look);
    await pause(context, lookEveryMs(action) * 2);
  }
}

/** The end of an attempt that could not look any further, after something had been sent. */
export function lostSight(noLook: NoLook): Outcome {
  return outcome('unknown', { failure: noLook.failure });
}

/** Writes down what is about to be done; the attempt's end where the disk refuses, for then it must not be done. */
export async function noted(context: StepContext, text: string): Promise<Outcome | null> {
  return await context.note(text).then(
    () => null,
    (error: unknown) => outcome('failed', { effect: 'none', failure: failure('journal-unwritable', {}, error) }),
  );
}

/** A line of our own in the recording: what was seen, and when. A recording that fails is found when it is sealed. */
export function say({ output, clock }: StepContext, text: string): void {
  try {
    const line = `[countersign ${clock.now().toISOString().slice(11, 19)}Z] ${text}\n`;
    void Promise.resolve(output.write('stdout', Buffer.from(line))).catch(() => {});
  } catch {
    // As above.
  }
}

/** False when the attempt was cancelled meanwhile. */
export async function pause({ clock, cancelled }: StepContext, ms: number): Promise<boolean> {
  return await clock.sleep(ms, cancelled).then(
    () => true,
    () => false,
  );
}
