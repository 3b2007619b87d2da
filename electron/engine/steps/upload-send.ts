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
/** Read from the disk at once; while one block travels, the next is read. */
const blockBytes = pieceBytes * atOnce;
/** What may be missing before the end of a file whose sending broke off. */
export const uncertainBytes = blockBytes * 2;

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

/** What is sent, and from which of its bytes on. */
export interface Sending {
  readonly file: FileHandle;
  readonly size: number;
  readonly start: number;
  readonly label: string;
}

/** Sends a file, and brings it to the host's disk. */
export async function send(context: StepContext, sftp: SftpSession, from: Sending, to: string): Promise<Result<null>> {
  const opened = await sftp.open(to, 'write');
  if (!opened.ok) return opened;
  const remote = opened.value;
  const broken = await writeAll(context, from, remote);
  if (broken !== null) return { ok: false, failure: broken };
  const synced = await remote.sync();
  if (!synced.ok) return synced;
  return await remote.close();
}

/** Two blocks take turns, always the same memory: fresh memory would keep the garbage collector busier than the network. */
async function writeAll(context: StepContext, from: Sending, remote: SftpFile): Promise<Failure | null> {
  const tell = steadily(context);
  const blocks = [0, 1].map(() => ({ bytes: Buffer.allocUnsafe(blockBytes), travelled: Promise.resolve() }));
  let broken: Failure | null = null;
  let done = from.start;
  const write = async (piece: Buffer, at: number): Promise<void> => {
    const answer = await remote.write(at, piece);
    if (!answer.ok) broken ??= answer.failure;
    done += piece.length;
    tell(done, from.size, from.label);
  };
  for (let at = from.start, turn = 0; at < from.size && broken === null; turn = 1 - turn) {
    const block = blocks[turn];
    if (block === undefined) break;
    await block.travelled;
    const bytes = await readBlock(from.file, block.bytes.subarray(0, from.size - at), at);
    if (context.cancelled.aborted) broken = failure('cancelled');
    else if (bytes === 0) broken = failure('local-file-changed', { path: from.label });
    if (broken !== null) break;
    const writes: Promise<void>[] = [];
    for (let start = 0; start < bytes; start += pieceBytes) {
      writes.push(write(block.bytes.subarray(start, Math.min(start + pieceBytes, bytes)), at + start));
    }
    block.travelled = Promise.all(writes).then(() => {});
    at += bytes;
  }
  await Promise.all(blocks.map((block) => block.travelled));
  return broken;
}

/** Bytes read; nothing where the file has ended or the disk refuses. */
async function readBlock(file: FileHandle, into: Buffer, at: number): Promise<number> {
  return await file.read(into, 0, into.length, at).then(
    ({ bytesRead }) => bytesRead,
    () => 0,
  );
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
