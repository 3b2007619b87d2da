import { type FileHandle, open } from 'node:fs/promises';
import { formatBytes } from '../../../shared/config/bytes.ts';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { UploadAction, UploadResult } from '../../../shared/steps/actions/upload.ts';
import type { SftpSession } from '../ports.ts';
import { type Outcome, outcome, type StepContext } from './step-runner.ts';
import { changesAt, earlierStages, firstReplaced, moveNote, provedHash, stageNote } from './upload-earlier.ts';
import { ask, hashIn, type Looked, look } from './upload-host.ts';
import { at, concludeMove, hashCheck, readBack } from './upload-move.ts';
import { cleanScript, folderOf, hashOf, openScript, placeScript, readFree, stageScript } from './upload-scripts.ts';
import { hashBack, hashLocal, send, uncertainBytes } from './upload-send.ts';

type Put = Extract<UploadAction['what'], { type: 'put' }>;
export type PutAction = UploadAction & { readonly what: Put };

/** Nothing that counts has changed: it may be tried again, and goes on where it broke off. */
const unharmed = (problem: Failure): Outcome => outcome('failed', { effect: 'none', failure: problem });

/** The local file, proved. */
interface Source {
  readonly file: FileHandle;
  readonly size: number;
  readonly sha256: string;
}

/** Sends a proved file beside its place, proves it there, keeps what it replaces and moves it in. */
export async function runPut(context: StepContext, action: PutAction): Promise<Outcome> {
  const path = context.local(action.what.from);
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    return unharmed(failure('local-file-unreadable', { path }, error));
  }
  try {
    return await putFile(context, action, file, path);
  } finally {
    await file.close();
  }
}

async function putFile(context: StepContext, action: PutAction, file: FileHandle, path: string): Promise<Outcome> {
  const expected = provedHash(context.state(), action.what.from) ?? action.what.sha256;
  if (expected === null) return unharmed(failure('upload-unproved', { file: action.what.from }));
  // Three looks that change nothing, side by side; a folder for sudo is only made when nothing is refused.
  const [proved, looked, beside] = await Promise.all([
    proveLocal(context, file, action.what, path),
    look(context, action.to, action.kept, action.sudo),
    action.sudo === null ? findStage(context, partBeside(action.to, expected)) : null,
  ]);
  if ('code' in proved) return unharmed(proved);
  if (!looked.ok) return unharmed(looked.failure);
  if (looked.looked.target.file?.sha256 === proved.sha256) return inPlace(context, action, proved, looked.looked);
  const staged = beside ?? (await findStage(context, null));
  if ('code' in staged) return unharmed(staged);
  return await withSftp(context, (sftp) =>
    transfer(context, sftp, { action, source: proved, looked: looked.looked, staged }),
  );
}

async function proveLocal(context: StepContext, file: FileHandle, what: Put, path: string): Promise<Source | Failure> {
  try {
    const { size } = await file.stat();
    const sha256 = await hashLocal(context, file, size, what.from);
    return whyUnproved(context, what, sha256) ?? { file, size, sha256 };
  } catch (error) {
    return context.cancelled.aborted ? failure('cancelled') : failure('local-file-unreadable', { path }, error);
  }
}

function whyUnproved(context: StepContext, what: Put, found: string): Failure | null {
  const expected = [provedHash(context.state(), what.from), what.sha256].filter((one) => one !== null);
  const other = expected.find((one) => one !== found);
  return other === undefined ? null : failure('upload-other-file', { file: what.from, expected: other, found });
}

function inPlace(context: StepContext, action: PutAction, source: Source, looked: Looked): Outcome {
  const { sha256, size } = source;
  const first = firstReplaced(changesAt(context.state(), context.target, action.to));
  const result: UploadResult = {
    kind: 'upload',
    did: 'was-there',
    to: action.to,
    now: { sha256, size },
    before: { sha256, size: looked.target.file?.size ?? size },
    kept: first?.kept ?? null,
    sent: 0,
    resumed: 0,
  };
  return outcome('passed', { effect: 'none', checks: [hashCheck(action.to, sha256, sha256)], result });
}

/** With a session that ends when the attempt is cancelled, whatever is under way in it. */
async function withSftp(context: StepContext, work: (sftp: SftpSession) => Promise<Outcome>): Promise<Outcome> {
  const opened = await context.hosts.sftp(context.target);
  if (!opened.ok) return unharmed(opened.failure);
  const stop = (): void => opened.value.close();
  context.cancelled.addEventListener('abort', stop, { once: true });
  try {
    return await work(opened.value);
  } finally {
    context.cancelled.removeEventListener('abort', stop);
    opened.value.close();
  }
}

/** Where the file is sent to first, and how much of it is there already. */
interface Stage {
  readonly part: string;
  readonly size: number;
  readonly free: ReturnType<typeof readFree>;
}

async function transfer(
  context: StepContext,
  sftp: SftpSession,
  { action, source, looked, staged }: Omit<Ready, 'beside' | 'travelled'>,
): Promise<Outcome> {
  const beside = partBeside(action.to, source.sha256);
  const full = noSpace(context, action, source, looked, staged);
  if (full !== null) return unharmed(full);
  const resumed = await resumePoint(context, sftp, { action, source, staged });
  if (typeof resumed !== 'number') return unharmed(resumed);
  await context.note(stageNote(staged.part, resumed));
  const label = action.what.from;
  const sent = await send(context, sftp, { file: source.file, size: source.size, start: resumed, label }, staged.part);
  if (!sent.ok) return unharmed(sent.failure);
  const arrived = await remoteHash(context, sftp, staged.part, source.size);
  if ('code' in arrived) return unharmed(arrived);
  if (arrived.sha256 !== source.sha256) {
    await sftp.remove(staged.part);
    const params = { host: context.target, expected: source.sha256, found: arrived.sha256 };
    return unharmed(failure('upload-hash-differs', params));
  }
  if (action.sudo !== null && action.sudo !== 'root') await ask(context, openScript(staged.part), null);
  const travelled = { sent: source.size - resumed, resumed };
  const placed = await place(context, sftp, { action, source, looked, staged, beside, travelled });
  if (action.sudo !== null && placed.verdict === 'passed') await ask(context, cleanScript(staged.part), null);
  return placed;
}

/** Named by its content, so that every later attempt at the same file finds it and none at another one does. */
function partBeside(to: string, sha256: string): string {
  const folder = folderOf(to);
  return `${folder === '/' ? '' : folder}/.${to.slice(to.lastIndexOf('/') + 1).slice(0, 180)}.${sha256.slice(0, 16)}.countersign.part`;
}

async function findStage(context: StepContext, part: string | null): Promise<Stage | Failure> {
  const stages = part === null ? earlierStages(context.state(), context.target) : [];
  const answered = await ask(context, stageScript(part, stages), null);
  if (answered.type === 'none') return answered.failure;
  const { words } = answered;
  const found = words.get('part') ?? '';
  if (words.has('stopped') || !found.startsWith('/')) {
    return failure('upload-folder-denied', { host: context.target, folder: '/var/tmp' });
  }
  return { part: found, size: Number(words.get('size') ?? '0') || 0, free: readFree(words.get('df') ?? '') };
}

/** The old file stays until the new one is whole, so the disk must hold both. What the host does not say is not guessed. */
function noSpace(
  context: StepContext,
  action: PutAction,
  source: Source,
  looked: Looked,
  staged: Stage,
): Failure | null {
  const coming = Math.max(0, source.size - Math.min(staged.size, source.size));
  const needs =
    action.sudo === null
      ? [{ free: looked.free, folder: folderOf(action.to), bytes: coming }]
      : [
          { free: staged.free, folder: folderOf(staged.part), bytes: coming },
          {
            free: looked.free,
            folder: folderOf(action.to),
            bytes: source.size + (staged.free?.device === looked.free?.device ? coming : 0),
          },
        ];
  const short = needs.find(({ free, bytes }) => free !== null && free.bytes < bytes);
  if (short === undefined || short.free === null) return null;
  const { folder, bytes, free } = short;
  const params = { host: context.target, folder, needed: formatBytes(bytes), available: formatBytes(free.bytes) };
  return failure('upload-no-space', params);
}

/** How many bytes of an earlier attempt are certainly this file's beginning; what cannot be proved is sent again. */
async function resumePoint(
  context: StepContext,
  sftp: SftpSession,
  { action, source, staged }: Pick<Ready, 'action' | 'source' | 'staged'>,
): Promise<number | Failure> {
  if (staged.size === 0) return 0;
  const whole = staged.size === source.size;
  // Writes travel side by side: the last ones before a break may be there without those in front of them.
  const certain = whole ? staged.size : Math.max(0, Math.min(staged.size, source.size) - uncertainBytes);
  const there = certain === 0 ? null : await ask(context, hashOf(staged.part, certain), null);
  if (there?.type === 'none') return there.failure;
  const found = there === null ? null : hashIn(there.words, 'hash');
  const mine = await hashLocal(context, source.file, certain, action.what.from).catch(() => null);
  const same = found !== null && found === mine;
  if (same && staged.size <= source.size) return certain;
  const removed = await sftp.remove(staged.part);
  return removed.ok ? 0 : removed.failure;
}

/** The hash of a file that was sent, by the host's own tool or read back. */
async function remoteHash(
  context: StepContext,
  sftp: SftpSession,
  path: string,
  size: number,
): Promise<{ readonly sha256: string } | Failure> {
  context.progress(0, size, path);
  const answered = await ask(context, hashOf(path, null), null);
  if (answered.type === 'none') return answered.failure;
  const sha256 = hashIn(answered.words, 'hash');
  if (sha256 !== null) return { sha256 };
  const back = await hashBack(context, sftp, path);
  return back.ok ? { sha256: back.value } : back.failure;
}

interface Ready {
  readonly action: PutAction;
  readonly source: Source;
  readonly looked: Looked;
  readonly staged: Stage;
  readonly beside: string;
  readonly travelled: { readonly sent: number; readonly resumed: number };
}

/** From here on the host's own file changes. */
async function place(context: StepContext, sftp: SftpSession, ready: Ready): Promise<Outcome> {
  const { action, source, looked, staged, beside, travelled } = ready;
  const old = looked.target.file;
  const oldHash = old === null ? null : (old.sha256 ?? (await readBack(context, sftp, action.to)));
  if (old !== null && oldHash === null) return unharmed(failure('remote-denied', at(context, action.to)));
  const before = old === null || oldHash === null ? null : { sha256: oldHash, size: old.size };
  const standing = firstReplaced(changesAt(context.state(), context.target, action.to));
  // What stood there before this run is kept already: a second upload must not push it out of its place.
  const keptAlready =
    standing?.before != null && standing.kept === action.kept && looked.kept?.sha256 === standing.before.sha256;
  const result: UploadResult = {
    kind: 'upload',
    did: 'put',
    to: action.to,
    now: { sha256: source.sha256, size: source.size },
    before: keptAlready ? standing.before : before,
    kept: keptAlready || before !== null ? action.kept : null,
    ...travelled,
  };
  await context.note(moveNote(result));
  const script = placeScript({
    part: beside,
    stage: action.sudo === null ? null : staged.part,
    to: action.to,
    mark: looked.target.mark,
    kept: keptAlready ? null : action.kept,
    owner: old?.owner ?? null,
    mode: action.what.mode ?? old?.mode ?? '644',
  });
  return concludeMove(context, sftp, await ask(context, script, action.sudo), result, old?.ownerNames ?? '');
}
