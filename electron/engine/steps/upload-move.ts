import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { UploadResult } from '../../../shared/steps/actions/upload.ts';
import type { CheckResult } from '../../../shared/steps/expectations.ts';
import type { SftpSession } from '../ports.ts';
import { type Outcome, outcome, type StepContext } from './step-runner.ts';
import { type Answered, hashIn } from './upload-host.ts';
import { hashBack } from './upload-send.ts';

/** A file on the context's host, for a failure's sentence. */
export const at = (context: StepContext, path: string) => ({ host: context.target, path });

/** The hash of a file read back through SFTP, or null. */
export async function readBack(context: StepContext, sftp: SftpSession, path: string): Promise<string | null> {
  const back = await hashBack(context, sftp, path);
  return back.ok ? back.value : null;
}

/** Judges a move by what its script said before it ended, or before it was lost sight of. */
export async function concludeMove(
  context: StepContext,
  sftp: SftpSession | null,
  answered: Answered,
  result: UploadResult,
  owner: string,
): Promise<Outcome> {
  const { words, exit } = answered;
  const moving = words.has('moving');
  if (answered.type === 'none') {
    // A lost script may have gone on without us; one that ended before the move has changed nothing that counts.
    if (answered.lost || (moving && !words.has('moved'))) {
      return outcome('unknown', { effect: 'unknown', exit, failure: answered.failure });
    }
    if (!moving)
      return outcome('failed', { effect: words.has('kept') ? 'partial' : 'none', exit, failure: answered.failure });
  }
  const stopped = words.get('stopped');
  if (stopped !== undefined) {
    const effect = words.has('kept') ? 'partial' : 'none';
    return outcome('failed', { effect, exit, failure: stopFailure(context, stopped, result, owner) });
  }
  const want = result.now?.sha256 ?? '';
  const found = hashIn(words, 'hash') ?? (sftp === null ? null : await readBack(context, sftp, result.to));
  const checks = [hashCheck(result.to, want, found), ...keptCheck(result)];
  if (found === want) return outcome('passed', { effect: 'full', exit, checks, result });
  if (found === null) return outcome('inconclusive', { effect: 'full', exit, checks, result });
  const params = { ...at(context, result.to), expected: want, found };
  return outcome('failed', { effect: 'full', exit, checks, result, failure: failure('upload-not-in-place', params) });
}

/** The script compares what it kept byte for byte before it goes on. */
function keptCheck({ did, kept, before }: UploadResult): CheckResult[] {
  if (did !== 'put' || kept === null || before === null) return [];
  return [{ subject: 'kept', expected: kept, found: before.sha256, holds: true }];
}

function stopFailure(context: StepContext, stopped: string, result: UploadResult, owner: string): Failure {
  const here = at(context, result.to);
  switch (stopped) {
    case 'changed':
      return failure('upload-target-changed', here);
    case 'owner':
      return failure('upload-owner', { ...here, owner });
    case 'keep':
      return failure('upload-old-not-kept', { ...here, path: result.kept ?? '' });
    default:
      return failure('upload-not-moved', here);
  }
}

/** What a file's hash had to be and was; not seen is not decided. */
export function hashCheck(path: string, expected: string, found: string | null): CheckResult {
  const subject = path.length <= 92 ? `sha256 ${path}` : `sha256 …${path.slice(-91)}`;
  return { subject, expected, found: found ?? 'not seen', holds: found === null ? null : found === expected };
}
