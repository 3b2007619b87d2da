import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { matchesPatternList } from './wildcard.ts';

/**
 * The known_hosts format of sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT": parsing and matching, without any file access.
 * Lines that cannot be understood are skipped, as OpenSSH does; they can only make a host less known, never more.
 */

export interface KnownHostLine {
  readonly marker: 'none' | 'revoked' | 'cert-authority';
  readonly hosts:
    | { readonly type: 'patterns'; readonly patterns: readonly string[] }
    | { readonly type: 'hashed'; readonly salt: Buffer; readonly hash: Buffer };
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa` … */
  readonly keyType: string;
  /** The public key's wire form. */
  readonly key: Buffer;
  /** 1-based. */
  readonly line: number;
}

/** What known_hosts says about one host and the key that it showed. */
export type KnownHostResult =
  | { readonly type: 'match' }
  | { readonly type: 'not-found' }
  /** The host is known, but by other keys. */
  | { readonly type: 'mismatch'; readonly known: readonly KnownHostLine[] }
  | { readonly type: 'revoked' }
  /** Only `@cert-authority` lines speak about this host, and certificates are not supported. */
  | { readonly type: 'certificate-authority' };

/** The key types we can verify; a line with another type says nothing about what we will be shown. */
const verifiable = new Set([
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
]);

/** Parses a known_hosts file. Never throws. */
export function parseKnownHosts(text: string): readonly KnownHostLine[] {
  return text.split(/\r?\n/).flatMap((raw, index) => {
    const parsed = parseLine(raw, index + 1);
    return parsed === null ? [] : [parsed];
  });
}

function parseLine(raw: string, line: number): KnownHostLine | null {
  const words = raw.trim().split(/[ \t]+/);
  if (words[0] === undefined || words[0] === '' || words[0].startsWith('#')) return null;
  const marker = words[0].startsWith('@') ? parseMarker(words.shift()) : 'none';
  const [names, keyType, encoded] = words;
  if (marker === null || names === undefined || keyType === undefined || encoded === undefined) return null;
  const key = decodeKey(encoded, keyType);
  const hosts = parseNames(names);
  return key === null || hosts === null ? null : { marker, hosts, keyType, key, line };
}

function parseMarker(word: string | undefined): 'revoked' | 'cert-authority' | null {
  if (word === '@revoked') return 'revoked';
  return word === '@cert-authority' ? 'cert-authority' : null;
}

function parseNames(names: string): KnownHostLine['hosts'] | null {
  if (!names.startsWith('|')) return { type: 'patterns', patterns: names.toLowerCase().split(',') };
  const parts = /^\|1\|([A-Za-z0-9+/=]+)\|([A-Za-z0-9+/=]+)$/.exec(names);
  if (parts?.[1] === undefined || parts[2] === undefined) return null;
  const salt = Buffer.from(parts[1], 'base64');
  const hash = Buffer.from(parts[2], 'base64');
  return salt.length === 20 && hash.length === 20 ? { type: 'hashed', salt, hash } : null;
}

function decodeKey(encoded: string, keyType: string): Buffer | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return null;
  const key = Buffer.from(encoded, 'base64');
  return keyTypeOf(key) === keyType ? key : null;
}

/** The type named inside a public key's wire form (RFC 4253, 6.6), or null when it is not one. */
export function keyTypeOf(key: Buffer): string | null {
  if (key.length < 4) return null;
  const length = key.readUInt32BE(0);
  return length > 0 && length <= 64 && key.length >= 4 + length ? key.toString('latin1', 4, 4 + length) : null;
}

/** `SHA256:…`, as ssh-keygen prints it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The name that known_hosts knows an address by: lower case, `[name]:port` when the port is not 22. */
export function knownHostName(address: string, port: number): string {
  const name = address.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

function speaksAbout(line: KnownHostLine, name: string): boolean {
  switch (line.hosts.type) {
    case 'patterns':
      return matchesPatternList(line.hosts.patterns, name);
    case 'hashed':
      return timingSafeEqual(createHmac('sha1', line.hosts.salt).update(name).digest(), line.hosts.hash);
  }
}

/**
 * Judges the key a host showed. A host known only by *other* key types is a mismatch too: the known types were asked
 * for first, so the server no longer has the key it used to have.
 */
export function matchKnownHost(lines: readonly KnownHostLine[], name: string, key: Buffer): KnownHostResult {
  const about = lines.filter((line) => speaksAbout(line, name));
  const same = about.filter((line) => line.key.equals(key));
  if (same.some((line) => line.marker === 'revoked')) return { type: 'revoked' };
  if (same.some((line) => line.marker === 'none')) return { type: 'match' };
  const known = about.filter((line) => line.marker === 'none' && verifiable.has(line.keyType));
  if (known.length > 0) return { type: 'mismatch', known };
  if (about.some((line) => line.marker === 'cert-authority')) return { type: 'certificate-authority' };
  return { type: 'not-found' };
}

/** Key types this host is known by, so that the server is asked for those first. */
export function knownKeyTypes(lines: readonly KnownHostLine[], name: string): readonly string[] {
  const usable = lines.filter((line) => line.marker === 'none' && verifiable.has(line.keyType));
  return [...new Set(usable.filter((line) => speaksAbout(line, name)).map((line) => line.keyType))];
}

/** One line for a known_hosts file, newline included. */
export function knownHostLine(name: string, key: Buffer): string {
  return `${name} ${keyTypeOf(key) ?? ''} ${key.toString('base64')}\n`;
}
