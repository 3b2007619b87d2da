import { z } from 'zod';
import { receiptSchema } from '../people/receipts.ts';
import { headSchema, mirrorRoles, personSchema } from './events.ts';
import { mirrorIntentSchema, refusalCodes } from './intents.ts';
import { limits } from './limits.ts';
import { mirrorRefusals } from './mirror-refusals.ts';

/**
 * The protocol between the operator's app (host) and one that follows (guest): JSON text frames over a WebSocket
 * (`/mirror`) in TLS 1.3, pinned to the certificate of the invitation. Each side parses every frame with these
 * schemas after its length was checked (`limits.mirror*`). The host sends the journal's own lines, byte for byte, from
 * whatever record the guest lacks: snapshot, catching up, a late joiner and going on are one and the same thing.
 *
 * challenge → hello → (waiting →) welcome, or refused; then records, output, progress, file, answer; bye.
 */
export const MIRROR_PROTOCOL = 1;

const name = z.string().min(1).max(limits.name);
const base64 = z.string().max(200);
const filePath = z
  .string()
  .max(500)
  .regex(/^(?:(?:checklist|output|evidence)\/.+|torn-\d+\.bin)$/);
const of = <T extends string, D extends z.ZodRawShape>(type: T, data: D) =>
  z.strictObject({ type: z.literal(type), ...data });

/** What the host says. */
export const hostFrameSchema = z.discriminatedUnion('type', [
  /** First of all. `nonce`: 32 random bytes, base64. */
  of('challenge', { protocol: z.int(), runId: name, nonce: base64 }),
  /** The operator is being asked. */
  of('waiting', { participant: name }),
  of('welcome', { participant: name, role: z.enum(mirrorRoles) }),
  of('refused', { code: z.enum(mirrorRefusals), detail: z.string().max(500) }),
  /** Lines of the journal as they stand in the file, `first` being the sequence number of the first of them. */
  of('records', { first: z.int().min(0), lines: z.array(z.string()).min(1) }),
  /**
   * Live output: `at` is how many characters of this attempt came before `data`. Frames may be left out for a slow
   * viewer, who sees the gap by `at`; the recording has everything.
   */
  of('output', { attempt: name, at: z.int().min(0), data: z.string().max(limits.mirrorOutputChars) }),
  of('progress', {
    attempt: name,
    done: z.number(),
    of: z.number().nullable(),
    label: z.string().max(limits.text),
  }),
  /** An answer to `fetch`: bytes (base64) from `offset`; `size` is the file's size now. No data: nothing there yet. */
  of('file', { path: filePath, offset: z.int().min(0), data: z.string(), size: z.int().min(0) }),
  of('answer', {
    id: z.int().min(0),
    refusal: z
      .strictObject({ code: z.enum(refusalCodes), params: z.record(z.string().max(100), z.string().max(2_000)) })
      .nullable(),
  }),
  /** Receipts that are on the host's disk up to here. */
  of('receipted', { seq: z.int().min(0) }),
  /** The pen's new holder tells the former one how to follow them; passed on by the host. */
  of('invited', { invitation: z.string().max(limits.invitation) }),
  of('bye', { reason: z.enum(['closed', 'ended', 'handed-over', 'dismissed', 'declined']) }),
]);
export type HostFrame = z.infer<typeof hostFrameSchema>;

/** What a guest says. Its frames are at most `limits.mirrorGuestFrame` bytes. */
export const guestFrameSchema = z.discriminatedUnion('type', [
  of('hello', {
    protocol: z.int(),
    /** The invitation's secret; null for somebody who was admitted before and comes back. */
    token: base64.nullable(),
    person: personSchema,
    machine: z.string().max(255),
    /** Over `joinStatement`. */
    signature: z.string().length(88),
    /** The last record they have, or null. */
    have: headSchema.nullable(),
  }),
  /** Every few seconds. `awake` is false once the question whether somebody is there stayed open. */
  of('heartbeat', { awake: z.boolean() }),
  /** Sends the journal again from behind this record: after a gap. */
  of('resume', { have: headSchema.nullable() }),
  /** Asks for the next bytes of a file of the run; one question at a time. */
  of('fetch', { path: filePath, offset: z.int().min(0) }),
  of('receipt', { receipt: receiptSchema }),
  of('intent', { id: z.int().min(0), intent: mirrorIntentSchema }),
  /** Only from the participant who was given the pen: how the former operator can follow them. */
  of('invite', { invitation: z.string().max(limits.invitation) }),
]);
export type GuestFrame = z.infer<typeof guestFrameSchema>;
