import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { Result, SftpFile, SftpSession } from '../ports.ts';
import { steadily } from './steady-progress.ts';
import type { StepContext } from './step-runner.ts';

/** One write request; OpenSSH takes up to 256 KB in a packet. Bytes. */
const pieceBytes = 240 * 1024;
/** Requests under way side by side: more than OpenSSH's window of 2 MB would only wait in memory. */
const atOnce = 10;
/** What may be missing before the end of a file whose sending broke off. */
export const uncertainBytes = pieceBytes * atOnce;

/** SHA-256 of a local file up to a byte. @throws what the disk says, or when cancelled. */
export async function hashLocal(context: StepContext, file: FileHandle, bytes: number, label: string): Promise<string> {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(1024 * 1024);
  const tell = steadily(context);
  for (let at = 0; at < bytes; ) {
    context.cancelled.throwIfAborted();
    const { bytesRead } = await file.read(piece, 0, Math.min(piece.length, bytes - at), at);
    if (bytesRead === 0) break;
    hash.update(piece.subarray(0, bytesRead));
    at += bytesRead;
    tell(at, bytes, label);
  }
  return hash.digest('hex');
}

/** Sends a file from one of its bytes on, and brings it to the host's disk. */
export async function send(
  context: StepContext,
  sftp: SftpSession,
  from: { readonly file: FileHandle; readonly size: number; readonly start: number; readonly label: string },
  to: string,
): Promise<Result<null>> {
  const opened = await sftp.open(to, 'write');
  if (!opened.ok) return opened;
  const remote = opened.value;
  const written = await writeAll(context, from, remote);
  if (!written.ok) return written;
  const synced = await remote.sync();
  if (!synced.ok) return synced;
  return await remote.close();
}

async function writeAll(
  context: StepContext,
  from: { readonly file: FileHandle; readonly size: number; readonly start: number; readonly label: string },
  remote: SftpFile,
): Promise<Result<null>> {
  const under = new Set<Promise<void>>();
  // Used over and over: fresh memory for every piece would keep the garbage collector busier than the network.
  const free = Array.from({ length: atOnce }, () => Buffer.allocUnsafe(pieceBytes));
  const tell = steadily(context);
  let broken: Failure | null = null;
  let done = from.start;
  for (let at = from.start; at < from.size && broken === null; ) {
    if (context.cancelled.aborted) {
      broken = failure('cancelled');
      break;
    }
    const piece = free.pop() ?? Buffer.allocUnsafe(pieceBytes);
    const bytesRead = await from.file.read(piece, 0, Math.min(pieceBytes, from.size - at), at).then(
      (read) => read.bytesRead,
      () => 0,
    );
    if (bytesRead === 0) {
      broken = failure('local-file-changed', { path: from.label });
      break;
    }
    const write = remote.write(at, piece.subarray(0, bytesRead)).then((answer) => {
      under.delete(write);
      free.push(piece);
      if (!answer.ok) broken ??= answer.failure;
      done += bytesRead;
      tell(done, from.size, from.label);
    });
    under.add(write);
    at += bytesRead;
    if (under.size >= atOnce) await Promise.race(under);
  }
  await Promise.all(under);
  return broken === null ? { ok: true, value: null } : { ok: false, failure: broken };
}

/** SHA-256 of a file on a host that has no tool for it: read back through SFTP. */
export async function hashBack(context: StepContext, sftp: SftpSession, path: string): Promise<Result<string>> {
  const opened = await sftp.open(path, 'read');
  if (!opened.ok) return opened;
  const hash = createHash('sha256');
  const tell = steadily(context);
  const ahead: Promise<Result<Buffer>>[] = [];
  let next = 0;
  const ask = (): void => {
    ahead.push(opened.value.read(next, pieceBytes));
    next += pieceBytes;
  };
  for (let pieces = 0; pieces < atOnce; pieces++) ask();
  for (let at = 0; ; ) {
    if (context.cancelled.aborted) return { ok: false, failure: failure('cancelled') };
    const piece = await (ahead.shift() ?? opened.value.read(at, pieceBytes));
    if (!piece.ok) return piece;
    hash.update(piece.value);
    at += piece.value.length;
    tell(at, null, path);
    if (piece.value.length < pieceBytes) break;
    ask();
  }
  await Promise.all(ahead);
  await opened.value.close();
  return { ok: true, value: hash.digest('hex') };
}
