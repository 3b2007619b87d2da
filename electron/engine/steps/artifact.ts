import { createHash } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { formatBytes } from '../../../shared/config/bytes.ts';
import { readConfig } from '../../../shared/config/read.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { ArtifactAction } from '../../../shared/steps/actions/artifact.ts';
import type { CheckResult } from '../../../shared/steps/expectations.ts';
import { type Inside, lookInside, mostInside } from './artifact-archive.ts';
import { decodeConfig } from './config-text.ts';
import { steadily } from './steady-progress.ts';
import { nothingSent, type Outcome, outcome, type StepContext, type StepEngine } from './step-runner.ts';

/** What stays the same as long as nobody touches the file. */
interface Mark {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/** Proves a file on this computer: read once as a whole, and never believed if somebody wrote to it meanwhile. */
async function runArtifact(context: StepContext, action: ArtifactAction): Promise<Outcome> {
  const path = context.local(action.file);
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    return outcome('failed', { effect: 'none', failure: failure('local-file-unreadable', { path }, error) });
  }
  try {
    const before = await file.stat({ bigint: true });
    if (!before.isFile()) return outcome('failed', { effect: 'none', failure: notAFile(path) });
    const sha256 = await hashFile(context, file, action.file, Number(before.size));
    const inside = await insideChecks(context, file, action);
    if (!(await untouched(file, path, before))) {
      return outcome('inconclusive', { effect: 'none', failure: failure('local-file-changed', { path }) });
    }
    const size = Number(before.size);
    // What does not hold stands where it is seen first.
    const checks = [...fileChecks(action, sha256, size), ...inside].sort(
      (left, right) => Number(left.holds) - Number(right.holds),
    );
    const modifiedAt = before.mtime.toISOString();
    const result = { kind: 'artifact', file: action.file, sha256, size, modifiedAt } as const;
    const holds = checks.every((check) => check.holds === true);
    return outcome(holds ? 'passed' : 'failed', { effect: 'none', checks, result });
  } catch (error) {
    const reason = context.cancelled.aborted
      ? failure('cancelled')
      : failure(error instanceof ArchiveError ? 'archive-unreadable' : 'local-file-unreadable', { path }, error);
    return outcome('failed', { effect: 'none', failure: reason });
  } finally {
    await file.close();
  }
}

/** What an archive has against being read, apart from what the disk has. */
class ArchiveError extends Error {}

function notAFile(path: string) {
  return failure('local-file-unreadable', { path }, 'this is not a file');
}

const pieceBytes = 1024 * 1024;

async function hashFile(context: StepContext, file: FileHandle, label: string, size: number): Promise<string> {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(pieceBytes);
  const tell = steadily(context);
  for (let at = 0; ; ) {
    context.cancelled.throwIfAborted();
    const { bytesRead } = await file.read(piece, 0, piece.length, at);
    if (bytesRead === 0) break;
    hash.update(piece.subarray(0, bytesRead));
    at += bytesRead;
    tell(at, size, label);
  }
  return hash.digest('hex');
}

async function untouched(file: FileHandle, path: string, before: Mark): Promise<boolean> {
  const same = (now: Mark): boolean =>
    (['dev', 'ino', 'size', 'mtimeNs', 'ctimeNs'] as const).every((field) => now[field] === before[field]);
  const byName = await stat(path, { bigint: true }).catch(() => null);
  return same(await file.stat({ bigint: true })) && byName !== null && same(byName);
}

function fileChecks(action: ArtifactAction, sha256: string, size: number): CheckResult[] {
  const checks: CheckResult[] = [];
  if (action.sha256 !== null) {
    checks.push({ subject: 'sha256', expected: action.sha256, found: sha256, holds: sha256 === action.sha256 });
  }
  if (action.size !== null) {
    checks.push({ subject: 'size', expected: String(action.size), found: String(size), holds: size === action.size });
  }
  return checks;
}

async function insideChecks(context: StepContext, file: FileHandle, action: ArtifactAction): Promise<CheckResult[]> {
  if (action.inside.length === 0) return [];
  const paths = action.inside.map((one) => one.path);
  const found = await lookInside(file, paths, context.cancelled).catch((error: unknown) => {
    throw new ArchiveError(error instanceof Error ? error.message : String(error));
  });
  return action.inside.flatMap((wanted) => checksOf(wanted, found.get(wanted.path) ?? { type: 'missing' }));
}

type Wanted = ArtifactAction['inside'][number];

/** A file that cannot be read fails every key that was to be read in it, and itself where no key is named. */
function checksOf(wanted: Wanted, inside: Inside): CheckResult[] {
  const subject = wanted.path.length <= 100 ? wanted.path : `…${wanted.path.slice(-99)}`;
  const values = valuesOf(wanted, inside);
  if (wanted.expect.length === 0) {
    const found = typeof values === 'string' ? values : 'there';
    return [{ subject, expected: 'there', found, holds: typeof values !== 'string' }];
  }
  return wanted.expect.map(({ key, value }) => {
    const found = typeof values === 'string' ? null : (values.get(key) ?? []);
    const all = [...new Set(found?.map((one) => one.value))];
    const words = found === null ? String(values) : found.length === 0 ? `no ${key}` : all.join(' | ');
    const holds = all.length === 1 && all[0] === value;
    return { subject, expected: short(`${key} = ${value}`), found: short(words), holds };
  });
}

/** The values by key, or why there are none. */
function valuesOf({ path, format }: Wanted, inside: Inside) {
  switch (inside.type) {
    case 'missing':
      return 'not there';
    case 'no-file':
      return 'not a file';
    case 'twice':
      return 'there twice';
    case 'too-large':
      return `too large (${formatBytes(inside.bytes)}, at most ${formatBytes(mostInside)})`;
    case 'file': {
      const text = decodeConfig(inside.bytes, format, 'utf-8');
      if (!text.ok) return `not UTF-8 (line ${text.line})`;
      const reading = readConfig(format, text.text);
      return reading.ok ? reading.entries : `not readable as ${format}: ${path}:${reading.line} ${reading.reason}`;
    }
  }
}

const short = (text: string): string => (text.length <= 500 ? text : `${text.slice(0, 499)}…`);

/** The engine's door of `artifact`. */
export const artifactEngine: StepEngine<ArtifactAction> = { sending: () => nothingSent, run: runArtifact };
