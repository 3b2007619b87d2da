import { appendFileSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cachedFile } from './cached-file.ts';
import {
  type KnownHostLine,
  type KnownHostResult,
  knownHostLine,
  knownHostName,
  knownKeyTypes,
  matchKnownHost,
  parseKnownHosts,
} from './known-hosts.ts';
import type { HostSettings } from './ssh-config.ts';

/** The known_hosts files of one app: the user's and the system's are read, only our own is written. */
export interface HostKeys {
  check(settings: HostSettings, key: Buffer): KnownHostResult;
  /** Key types already known for this host, to be asked for first. */
  preferred(settings: HostSettings): readonly string[];
  /** Appends to `<data>/known_hosts`; on disk (fsync) when it returns. Throws when the disk refuses. */
  accept(settings: HostSettings, key: Buffer): void;
}

/** The name under which known_hosts knows a host (HostKeyAlias stands as it is, without a port). */
export function nameForKnownHosts(settings: HostSettings): string {
  return settings.hostKeyAlias?.toLowerCase() ?? knownHostName(settings.hostName, settings.port);
}

export function hostKeys(data: string): HostKeys {
  const own = join(data, 'known_hosts');
  const read = cachedFile<readonly KnownHostLine[]>(parseKnownHosts, []);

  const linesFor = (settings: HostSettings): readonly KnownHostLine[] =>
    [own, ...settings.knownHostsFiles].flatMap((path) => read(path));

  return {
    check: (settings, key) => {
      const lines = linesFor(settings);
      const result = matchKnownHost(lines, nameForKnownHosts(settings), key);
      if (result.type !== 'not-found' || settings.port === 22 || settings.hostKeyAlias !== null) return result;
      // As OpenSSH does: a key known for the host without its port is this host's key, but another key says nothing.
      const withoutPort = matchKnownHost(lines, settings.hostName.toLowerCase(), key);
      return withoutPort.type === 'match' || withoutPort.type === 'revoked' ? withoutPort : result;
    },
    preferred: (settings) => knownKeyTypes(linesFor(settings), nameForKnownHosts(settings)),
    accept: (settings, key) => {
      mkdirSync(data, { recursive: true });
      const file = openSync(own, 'a', 0o600);
      try {
        const separator = endsWithoutNewline(own) ? '\n' : '';
        appendFileSync(file, separator + knownHostLine(nameForKnownHosts(settings), key));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    },
  };
}

/** A crash may have left half a line; a new one must not be glued to it. */
function endsWithoutNewline(path: string): boolean {
  const text = readFileSync(path, 'utf8');
  return text !== '' && !text.endsWith('\n');
}
