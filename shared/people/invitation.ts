import { z } from 'zod';
import { limits } from '../contract/limits.ts';
import { canonicalJson } from '../journal/canonical.ts';
import { fromBase64, toBase64, utf8Bytes, utf8Text } from './base64.ts';

/**
 * An invitation to follow a run, as people hand it on: `countersign:1:` and the base64url of its canonical JSON, short
 * enough for a QR code. Whoever has it may ask once; what it names is pinned, so that nobody in the middle can stand
 * in for the operator's app.
 */

const prefix = 'countersign:1:';

/** Where the operator's app listens: a name or an IP address (IPv6 without brackets), and the port. */
export interface MirrorAddress {
  readonly host: string;
  readonly port: number;
}

const addressSchema = z
  .string()
  .max(300)
  .refine((text) => parseAddress(text) !== null);

const invitationSchema = z.strictObject({
  /** A run's id names a folder where it is followed. */
  runId: z
    .string()
    .max(limits.name)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
  /** SHA-256 (hex) of the DER bytes of the certificate that the operator's app shows. */
  certificate: z.string().regex(/^[0-9a-f]{64}$/),
  /** 32 random bytes, base64url. */
  token: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** By the operator's clock, which alone decides. */
  expiresAt: z.iso.datetime({ precision: 3 }),
  /** `host:port` (IPv6 in brackets), best first. */
  addresses: z.array(addressSchema).min(1).max(8),
});
export type Invitation = z.infer<typeof invitationSchema>;

/** Member names of one letter, so that the QR code stays coarse enough for any camera. */
const packedSchema = z
  .strictObject({ a: z.unknown(), c: z.unknown(), e: z.unknown(), r: z.unknown(), t: z.unknown() })
  .transform(({ a, c, e, r, t }) => ({ addresses: a, certificate: c, expiresAt: e, runId: r, token: t }))
  .pipe(invitationSchema);

/** The invitation as one line of text. Throws for one that `parseInvitation` would not take. */
export function encodeInvitation(invitation: Invitation): string {
  const { addresses: a, certificate: c, expiresAt: e, runId: r, token: t } = invitationSchema.parse(invitation);
  const text = prefix + toBase64(utf8Bytes(canonicalJson({ a, c, e, r, t })), 'base64url');
  if (text.length > limits.invitation) throw new RangeError('The addresses make the invitation too long.');
  return text;
}

export type ParsedInvitation =
  | { readonly ok: true; readonly value: Invitation }
  | { readonly ok: false; readonly code: 'invitation-invalid' };

/** Reads an invitation as pasted: mail programs break long lines and add blanks. */
export function parseInvitation(text: string): ParsedInvitation {
  const invalid = { ok: false, code: 'invitation-invalid' } as const;
  // Room for the line breaks; what is longer is not even looked through.
  if (text.length > limits.invitation * 2) return invalid;
  const joined = text.replace(/[\s\u200b\u2060]+/g, '');
  if (joined.length > limits.invitation || !joined.startsWith(prefix)) return invalid;
  const bytes = fromBase64(joined.slice(prefix.length), 'base64url');
  const json = bytes === null ? null : utf8Text(bytes);
  if (json === null) return invalid;
  try {
    const packed = packedSchema.safeParse(JSON.parse(json));
    return packed.success ? { ok: true, value: packed.data } : invalid;
  } catch {
    return invalid;
  }
}

/** Takes `host:port` apart (`[IPv6]:port`); null for anything else. */
export function parseAddress(text: string): MirrorAddress | null {
  const found = /^(?:\[(?<six>[0-9A-Fa-f:.]{2,45})\]|(?<name>[A-Za-z0-9._-]{1,253})):(?<port>[1-9]\d{0,4})$/.exec(text);
  const host = found?.groups?.['six'] ?? found?.groups?.['name'];
  const port = Number(found?.groups?.['port']);
  if (host === undefined || port > 65_535) return null;
  return text.startsWith('[') && !host.includes(':') ? null : { host, port };
}

/** An address as text, IPv6 in brackets. */
export function formatAddress({ host, port }: MirrorAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
