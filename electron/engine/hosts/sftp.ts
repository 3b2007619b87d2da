import type { SFTPWrapper } from 'ssh2';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { Result, SftpFile, SftpSession } from '../ports.ts';

/** SFTP version 3, draft-ietf-secsh-filexfer-02, section 7. */
const status = { endOfFile: 1, noSuchFile: 2, permissionDenied: 3 } as const;
/** Flags of an open, section 6.3. Writing creates what is missing and empties nothing, so that it can be resumed. */
const flags = { read: 0x01, write: 0x02 | 0x08 } as const;
/** A new file belongs to its owner alone until somebody decides otherwise. */
const newFileMode = 0o600;

type Callback<T> = (error: Error | null | undefined, value: T) => void;

/** What ssh2 keeps to itself: the extensions that the server named in its greeting. */
interface SftpInside {
  readonly _extensions: Readonly<Record<string, string | undefined>>;
}

/**
 * One SFTP session on a held connection. Everything under way ends with a failure when the session or its link ends:
 * ssh2 leaves requests unanswered that were made after the channel closed.
 */
export function holdSftp(
  wrapper: SFTPWrapper,
  host: string,
  onLost: (listener: (reason: Failure) => void) => void,
): SftpSession {
  const waiting = new Set<(reason: Failure) => void>();
  let gone: Failure | null = null;

  const end = (reason: Failure): void => {
    if (gone !== null) return;
    gone = reason;
    for (const settle of waiting) settle(reason);
    waiting.clear();
    wrapper.end();
  };
  onLost(end);
  wrapper.on('error', (error: unknown) => end(failure('sftp-failed', { host, path: '' }, error)));
  wrapper.on('close', () => end(failure('sftp-failed', { host, path: '' }, 'the host ended the session')));

  const ask = <T>(path: string, request: (done: Callback<T>) => void): Promise<Result<T>> =>
    new Promise((resolve) => {
      if (gone !== null) return resolve({ ok: false, failure: gone });
      const settle = (reason: Failure): void => resolve({ ok: false, failure: reason });
      waiting.add(settle);
      request((error, value) => {
        // ssh2 answers what is open before it says why the channel closed; the reason that follows says more.
        if (error instanceof Error && error.message === 'No response from server' && gone === null) return;
        waiting.delete(settle);
        if (error === null || error === undefined) return resolve({ ok: true, value });
        resolve({ ok: false, failure: gone ?? requestFailure(error, host, path) });
      });
    });

  return {
    stat: async (path) => {
      const found = await ask<{ size: number; mode: number }>(path, (done) => wrapper.stat(path, done));
      if (found.ok) return { ok: true, value: { size: found.value.size, mode: found.value.mode & 0o7777 } };
      return found.failure.code === 'remote-not-found' ? { ok: true, value: null } : found;
    },
    open: async (path, purpose) => {
      const opened = await ask<Buffer>(path, (done) =>
        wrapper.open(path, flags[purpose] as unknown as 'r', newFileMode, done),
      );
      return opened.ok ? { ok: true, value: holdFile(wrapper, opened.value, path, ask) } : opened;
    },
    remove: async (path) => await ask<null>(path, (done) => wrapper.unlink(path, (error) => done(error, null))),
    close: () => end(failure('cancelled', { host })),
  };
}

type Ask = <T>(path: string, request: (done: Callback<T>) => void) => Promise<Result<T>>;

function holdFile(wrapper: SFTPWrapper, handle: Buffer, path: string, ask: Ask): SftpFile {
  const canSync = (wrapper as unknown as SftpInside)._extensions['fsync@openssh.com'] === '1';
  return {
    read: async (position, length) => {
      const into = Buffer.allocUnsafe(length);
      // A server may give less than was asked for; only nothing at all is the end of the file.
      for (let read = 0; read < length; ) {
        const more = await ask<number>(path, (done) =>
          wrapper.read(handle, into, read, length - read, position + read, (error, bytes) =>
            isEndOfFile(error) ? done(null, 0) : done(error, bytes),
          ),
        );
        if (!more.ok) return more;
        if (more.value === 0) return { ok: true, value: into.subarray(0, read) };
        read += more.value;
      }
      return { ok: true, value: into };
    },
    write: (position, data) =>
      ask<null>(path, (done) => wrapper.write(handle, data, 0, data.length, position, (error) => done(error, null))),
    sync: async () => {
      if (!canSync) return { ok: true, value: false };
      return await ask<boolean>(path, (done) => wrapper.ext_openssh_fsync(handle, (error) => done(error, true)));
    },
    close: () => ask<null>(path, (done) => wrapper.close(handle, (error) => done(error, null))),
  };
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}

function isEndOfFile(error: unknown): boolean {
  return codeOf(error) === status.endOfFile;
}

/** What the host said of one request, as a failure that names the file. */
function requestFailure(error: Error, host: string, path: string): Failure {
  switch (codeOf(error)) {
    case status.noSuchFile:
      return failure('remote-not-found', { host, path }, error);
    case status.permissionDenied:
      return failure('remote-denied', { host, path }, error);
    default:
      return failure('sftp-failed', { host, path }, error);
  }
}
