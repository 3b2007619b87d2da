import { z } from 'zod';
import type { Failure } from '../errors.ts';
import { type MirrorRole, type Person, type SigningMode, signingModes, urgencies } from '../events.ts';
import { name, say } from './fields.ts';

/** The person of this installation, as their key says. */
export interface IdentityView extends Person {
  /** `SHA256:…` of the raw public key, base64 without padding, as people compare it by telephone. */
  readonly fingerprint: string;
  /** How the private key is kept. */
  readonly protection: 'keyring' | 'passphrase';
  /** True until the passphrase was given in this process. */
  readonly locked: boolean;
}

/** Somebody whose key was exchanged beforehand. */
export interface KnownPerson extends Person {
  readonly fingerprint: string;
  readonly pinnedAt: string;
}

/** How somebody may be invited to the open run. */
export interface MirrorView {
  readonly open: boolean;
  /** `host:port` under which the run can be reached, best first. */
  readonly addresses: readonly string[];
  /** `SHA256:…` of the certificate. */
  readonly certificate: string;
  /** The one unused invitation, or null. */
  readonly invitation: { readonly text: string; readonly expiresAt: string } | null;
  /** Live signs of life of those who follow; the journal only knows here and gone. */
  readonly viewers: readonly {
    readonly participant: string;
    /** Milliseconds since the last sign of life; null when not connected. */
    readonly silentMs: number | null;
    /** Records they have not got yet. */
    readonly behind: number;
  }[];
  /** The last record that a checker's receipt covers, or null. */
  readonly receipted: number | null;
}

/** Where somebody who follows another's run stands with the link. */
export interface LinkView {
  readonly status: 'connecting' | 'waiting' | 'connected' | 'lost' | 'refused' | 'over' | 'altered';
  readonly participant: string | null;
  readonly role: MirrorRole | null;
  /** Whom we follow: address and the certificate's fingerprint. */
  readonly address: string;
  readonly certificate: string;
  /** Milliseconds since the host's last sign of life; null when not connected. */
  readonly silentMs: number | null;
  /** Why it was refused, lost or altered. */
  readonly failure: Failure | null;
  /** Why it is over. */
  readonly bye: 'closed' | 'ended' | 'handed-over' | 'dismissed' | 'declined' | null;
  /** Bytes of files still to be copied. */
  readonly missingBytes: number;
  /** The last record we signed for, or null. */
  readonly receipted: number | null;
  /** Somebody should press a key: nobody moved here for the agreed time. ISO 8601 until when, or null. */
  readonly challengeUntil: string | null;
}

/** What waits for the checker's signature just now, as this machine's own copy of the history says. */
export interface SigningView {
  readonly step: string;
  readonly mode: SigningMode;
  /** SHA-256 of the canonical statement. */
  readonly statement: string;
  /** True when every output it binds is here, whole, and has the sealed hash. */
  readonly complete: boolean;
}

const signing = { step: name, mode: z.enum(signingModes), statement: z.string().regex(/^[0-9a-f]{64}$/) };

/** What the checker's screen asks of its own main process: mirror intents before they are signed. */
export const checkerRequestSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('open-evidence'), ...signing }),
  z.strictObject({ type: z.literal('countersign'), ...signing }),
  z.strictObject({ type: z.literal('reject'), ...signing, reason: say }),
  z.strictObject({
    type: z.literal('log-interruption'),
    from: z.string().trim().min(1).max(255),
    what: say,
    urgency: z.enum(urgencies),
  }),
  z.strictObject({ type: z.literal('request-hold'), reason: say }),
  z.strictObject({ type: z.literal('accept-handover'), answers: z.record(name, z.string().max(500)) }),
  z.strictObject({ type: z.literal('decline-handover'), reason: say }),
  /** `asked`: `seq` of the record that asks, as it stood on the screen. */
  z.strictObject({ type: z.literal('sign-glass'), asked: z.int().min(0) }),
  z.strictObject({ type: z.literal('refuse-glass'), reason: say }),
]);
/** As `checkerRequestSchema` has parsed it. */
export type CheckerRequest = z.infer<typeof checkerRequestSchema>;
