import { z } from 'zod';
import { commandActionSchema } from './command.ts';
import { identitySchema, processRefSchema, readinessSchema } from './process.ts';

export const serviceActionSchema = z.strictObject({
  kind: z.literal('service'),
  /** What is sent: one command, or for a restart without one of its own a stop and then a start. */
  does: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('stop'), stop: commandActionSchema }),
    z.strictObject({ type: z.literal('start'), start: commandActionSchema }),
    z.strictObject({ type: z.literal('restart'), restart: commandActionSchema }),
    z.strictObject({ type: z.literal('stop-start'), stop: commandActionSchema, start: commandActionSchema }),
  ]),
  identity: identitySchema,
  /** What must hold after a start. A stop waits until its port is free. */
  ready: readinessSchema,
  /** For stopping and for starting each. */
  withinMs: z.number().min(1),
  /** How long what was stopped must stay away, and what was started must stay. */
  settleMs: z.number().min(0),
  /** All matching processes are meant, however many there are. */
  several: z.boolean(),
  /** Nothing to stop is no reason to ask. */
  mayBeGone: z.boolean(),
});
export type ServiceAction = z.infer<typeof serviceActionSchema>;

const refs = z.array(processRefSchema).max(50);

export const serviceResultSchema = z.strictObject({
  kind: z.literal('service'),
  /** The processes that were meant, as they were before anything was sent. */
  before: refs,
  /** Those of them that were still there at the end (a zombie is not). */
  left: refs,
  /** What was there at the end and had not been before. */
  after: refs,
  /** From the sending until the process was gone, or null. */
  stopMs: z.number().min(0).nullable(),
  /** From the sending until it was ready, or null. */
  startMs: z.number().min(0).nullable(),
  /** The last new lines of the log, shortened. */
  lines: z.array(z.string().max(1_000)).max(20),
});
export type ServiceResult = z.infer<typeof serviceResultSchema>;

/** The signals a service step may offer to send to what is left, each a decision of its own. */
export const serviceSignals = { kill: 'TERM', 'kill-9': 'KILL' } as const;
export type ServiceSignal = keyof typeof serviceSignals;

/** The move that says which of several processes is meant. */
export function onlyChoice(pid: number): string {
  return `only-${pid}`;
}

/** The pid that such a move means, or null. */
export function pidOfChoice(choice: string | null): number | null {
  const found = /^only-(\d+)$/.exec(choice ?? '');
  return found === null ? null : Number(found[1]);
}
