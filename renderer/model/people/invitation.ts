import { fromBase64, utf8Text } from '../../../shared/people/base64.ts';
import { fingerprintText } from '../../../shared/people/fingerprint.ts';

/** What an invitation says, for a person to compare before anything is connected. */
export interface InvitationWords {
  /** `host:port`, best first. */
  readonly addresses: readonly string[];
  /** `SHA256:…` of the certificate it pins. */
  readonly certificate: string;
  /** By the operator's clock. */
  readonly expiresAt: Date;
}

const packed = /^countersign:1:([A-Za-z0-9_-]+)$/;

/**
 * Reads what a pasted invitation says (format: `shared/people/invitation.ts`), null for anything else. Only for
 * showing: main reads it again with its schema and decides.
 */
export function invitationWords(text: string): InvitationWords | null {
  const found = packed.exec(text.replace(/[\s\u200b\u2060]+/g, ''))?.[1];
  const bytes = found === undefined ? null : fromBase64(found, 'base64url');
  const json = bytes === null ? null : utf8Text(bytes);
  if (json === null) return null;
  try {
    return wordsOf(JSON.parse(json));
  } catch {
    return null;
  }
}

function wordsOf(value: unknown): InvitationWords | null {
  if (typeof value !== 'object' || value === null) return null;
  const { a, c, e } = value as Readonly<Record<string, unknown>>;
  if (!Array.isArray(a) || !a.every((one) => typeof one === 'string') || a.length === 0) return null;
  if (typeof c !== 'string' || !/^[0-9a-f]{64}$/.test(c) || typeof e !== 'string') return null;
  const expiresAt = new Date(e);
  if (Number.isNaN(expiresAt.getTime())) return null;
  return { addresses: a, certificate: certificateWords(c), expiresAt };
}

/** A certificate's hash as people compare it. */
function certificateWords(hex: string): string {
  return fingerprintText(Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
}

/** `host:port` as main takes it (IPv6 in brackets), or null for a text that is none. */
export function addressOf(text: string): string | null {
  const found = /^(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253}):([1-9]\d{0,4})$/.exec(text.trim());
  return found !== null && Number(found[2]) <= 65_535 ? text.trim() : null;
}

/**
 * The command that makes the operator's port reachable through a machine both can log in to. `address` is the
 * invitation's; the forwarded port is the same here.
 */
export function forwardLine(address: string): string {
  const port = address.slice(address.lastIndexOf(':') + 1);
  return `ssh -N -L ${port}:${address} USER@JUMP-HOST`;
}

/** `host` or `host:port` as main takes it for an address to be named first, or null for a text that is none. */
export function knownAddressOf(text: string): string | null {
  const trimmed = text.trim();
  return /^(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})$/.test(trimmed) ? trimmed : addressOf(trimmed);
}
