import { z } from 'zod';
import { limits } from '../../contract/limits.ts';
import { comparisonSchema } from '../expectations.ts';

const path = z.string().min(1).max(4_096);
const name = z.string().min(1).max(limits.name);
const port = z.int().min(1).max(65_535);
/** RE2, looked for in a process's command line (its arguments joined by spaces). */
const pattern = z.string().min(1).max(limits.text);

/** Who looks after a process: it starts, stops and, unasked, restarts it. */
export const managerSchema = z.discriminatedUnion('by', [
  /** `user`: the account's own systemd (`systemctl --user`). */
  z.strictObject({ by: z.literal('systemd'), unit: z.string().min(1).max(255), user: z.boolean() }),
  /** `config`: supervisorctl's `-c`, or null where it finds its own. */
  z.strictObject({ by: z.literal('supervisor'), program: z.string().min(1).max(255), config: path.nullable() }),
]);
export type Manager = z.infer<typeof managerSchema>;

/** What tells the process that is meant from all others on the host. */
export const identitySchema = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('pattern'), pattern }),
  /** With a pattern, the process that the file names must also match it: a stale file names somebody else's. */
  z.strictObject({ by: z.literal('pid-file'), path, pattern: pattern.nullable() }),
  /** Whoever listens on the port. */
  z.strictObject({ by: z.literal('port'), port }),
  ...managerSchema.options,
]);
export type Identity = z.infer<typeof identitySchema>;

/** One process on one host; `boot`, `pid` and `start` together never name two different ones. */
export const processRefSchema = z.strictObject({
  pid: z.int().min(1),
  /** Clock ticks (1/100 s) between the host's boot and the process's start; `/proc/PID/stat`, field 22. */
  start: z.int().min(0),
  /** The kernel's boot id. */
  boot: z.string().max(100),
  /** Its command line, shortened. */
  command: z.string().max(1_000),
  /** How long it had been running when it was seen, in milliseconds. */
  ageMs: z.number().min(0),
});
export type ProcessRef = z.infer<typeof processRefSchema>;

/** A line that is waited for. */
export const lineTestSchema = z.strictObject({ test: z.enum(['contains', 'matches']), value: pattern });
export type LineTest = z.infer<typeof lineTestSchema>;

/** When a started service is ready; everything given must hold. */
export const readinessSchema = z.strictObject({
  /** A line written to the log after the start; any of `failed` ends the waiting at once. */
  log: z.strictObject({ path, ready: z.array(lineTestSchema), failed: z.array(lineTestSchema) }).nullable(),
  /** A port that is listened on, as the host itself sees it. */
  port: port.nullable(),
  /** An address asked from the host, through the SSH connection. Without a status any from 200 to 399 will do. */
  http: z
    .strictObject({ url: z.string().min(1).max(4_096), status: z.int().nullable(), contains: pattern.nullable() })
    .nullable(),
});
export type Readiness = z.infer<typeof readinessSchema>;

export const processActionSchema = z.strictObject({
  kind: z.literal('process'),
  identity: identitySchema,
  want: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('present') }),
    z.strictObject({ type: z.literal('absent') }),
    /** How many there are; a process and those it started that match too count as one. */
    z.strictObject({ type: z.literal('count'), compare: comparisonSchema }),
    /** The same process, by pid and start time, as the last attempt of this step saw. */
    z.strictObject({ type: z.literal('same-as'), step: name }),
    /** What a lost attempt was to start is there and ready. Only as a service's own probe. */
    z.strictObject({ type: z.literal('started'), ready: readinessSchema }),
  ]),
  /** Account to become with sudo where the look needs it, or null. */
  sudo: z.string().max(255).nullable(),
});
export type ProcessAction = z.infer<typeof processActionSchema>;

export const processResultSchema = z.strictObject({
  kind: z.literal('process'),
  /** At most 50 of them. */
  processes: z.array(processRefSchema).max(50),
  /** How many there are, each with those it started counted as one. */
  instances: z.int().min(0),
});
