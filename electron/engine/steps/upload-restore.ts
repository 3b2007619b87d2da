import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { UploadAction, UploadResult } from '../../../shared/steps/actions/upload.ts';
import { type Outcome, outcome, type StepContext } from './step-runner.ts';
import { changesAt, firstReplaced, moveNote } from './upload-earlier.ts';
import { ask, type Looked, look } from './upload-host.ts';
import { at, concludeMove, hashCheck } from './upload-move.ts';
import { placeScript, removeScript } from './upload-scripts.ts';

const unharmed = (problem: Failure): Outcome => outcome('failed', { effect: 'none', failure: problem });

/** Puts back what stood at a path before this run put something there; it is known by the hash taken then. */
export async function runRestore(context: StepContext, action: UploadAction): Promise<Outcome> {
  const changes = changesAt(context.state(), context.target, action.to);
  if (changes.length === 0) return unharmed(failure('restore-nothing', at(context, action.to)));
  const first = firstReplaced(changes);
  if (first === null) return nothingToDo(action, changes.at(-1) ?? null);
  const kept = first.kept ?? action.kept;
  const looked = await look(context, action.to, kept, action.sudo);
  if (!looked.ok) return unharmed(looked.failure);
  return first.before === null
    ? await remove(context, action, first, looked.looked)
    : await putBack(context, action, { ...first, before: first.before }, kept, looked.looked);
}

/** Uploads found their file in place already, or what they replaced has been put back. */
function nothingToDo(action: UploadAction, last: UploadResult | null): Outcome {
  const now = last?.now ?? null;
  const result: UploadResult = { ...emptyResult(action, 'was-there'), now, before: now };
  return outcome('passed', { effect: 'none', result });
}

function emptyResult({ to }: UploadAction, did: UploadResult['did']): UploadResult {
  return { kind: 'upload', did, to, now: null, before: null, kept: null, sent: 0, resumed: 0 };
}

async function putBack(
  context: StepContext,
  action: UploadAction,
  first: UploadResult & { readonly before: NonNullable<UploadResult['before']> },
  kept: string | null,
  looked: Looked,
): Promise<Outcome> {
  const old = first.before;
  const standing = looked.target.file;
  const result: UploadResult = {
    ...emptyResult(action, 'restored'),
    now: old,
    before: standing?.sha256 == null ? null : { sha256: standing.sha256, size: standing.size },
  };
  if (standing?.sha256 === old.sha256) {
    return outcome('passed', { effect: 'none', checks: [hashCheck(action.to, old.sha256, old.sha256)], result });
  }
  const keptHash = looked.kept?.sha256 ?? null;
  if (kept === null || keptHash !== old.sha256) {
    const params = { ...at(context, kept ?? action.to), expected: old.sha256, found: keptHash ?? '–' };
    return unharmed(failure('restore-other-file', params));
  }
  // Something that is neither the uploaded file nor the old one may be somebody's only copy.
  const stranger = standing !== null && standing.sha256 !== first.now?.sha256;
  const aside = stranger ? `${action.to}.before-restore` : null;
  await context.note(moveNote({ ...result, kept: aside }));
  const script = placeScript({
    part: kept,
    stage: null,
    to: action.to,
    mark: looked.target.mark,
    kept: aside,
    owner: null,
    mode: null,
  });
  return await concludeMove(context, null, await ask(context, script, action.sudo), { ...result, kept: aside }, '');
}

/** The upload put a file where none had been: what it put goes again, and nothing else. */
async function remove(
  context: StepContext,
  action: UploadAction,
  first: UploadResult,
  looked: Looked,
): Promise<Outcome> {
  const standing = looked.target.file;
  const result = emptyResult(action, 'removed');
  if (standing === null) return outcome('passed', { effect: 'none', result });
  if (standing.sha256 === null || standing.sha256 !== first.now?.sha256) {
    const params = { ...at(context, action.to), expected: first.now?.sha256 ?? '–', found: standing.sha256 ?? '–' };
    return unharmed(failure('restore-other-file', params));
  }
  const before = { sha256: standing.sha256, size: standing.size };
  await context.note(moveNote({ ...result, before }));
  const answered = await ask(context, removeScript(action.to, looked.target.mark), action.sudo);
  const { words, exit } = answered;
  if (answered.type === 'answer' && words.get('left') === 'none') {
    return outcome('passed', { exit, result: { ...result, before } });
  }
  if (answered.type === 'none' && (answered.lost || words.has('moving'))) {
    return outcome('unknown', { effect: 'unknown', exit, failure: answered.failure });
  }
  const code = words.get('stopped') === 'changed' ? 'upload-target-changed' : 'upload-not-moved';
  return unharmed(answered.type === 'none' ? answered.failure : failure(code, at(context, action.to)));
}
