import type { AttemptState, RunState } from '../../../shared/run/state.ts';
import { type UploadResult, uploadResultSchema } from '../../../shared/steps/actions/upload.ts';

/** The hash that an artifact step of this run proved for a file, or null. Only the newest look counts. */
export function provedHash(state: RunState, file: string): string | null {
  let proved: { at: string; sha256: string | null } | null = null;
  for (const attempt of attemptsOf(state)) {
    if (attempt.result?.kind !== 'artifact' || attempt.result.file !== file || attempt.endedAt === null) continue;
    if (proved !== null && proved.at > attempt.endedAt) continue;
    proved = { at: attempt.endedAt, sha256: attempt.verdict === 'passed' ? attempt.result.sha256 : null };
  }
  return proved?.sha256 ?? null;
}

function* attemptsOf(state: RunState, target?: string): Generator<AttemptState> {
  for (const step of state.steps) {
    for (const one of step.targets) if (target === undefined || one.target === target) yield* one.attempts;
  }
}

const intention = 'upload: about to move ';
const stageWord = 'upload: sending to ';

/** What is written down before the move; a crash in the middle of it leaves this as the only trace. */
export function moveNote(result: UploadResult): string {
  return `${intention}${JSON.stringify(result)}`;
}

/** What is written down before anything is sent. */
export function stageNote(part: string, from: number): string {
  return `${stageWord}${part} from byte ${from}`;
}

/** Folders of their own that earlier attempts of this run made on this host for accounts that use sudo. */
export function earlierStages(state: RunState, target: string): readonly string[] {
  const folders = [...attemptsOf(state, target)].flatMap(({ notes }) =>
    notes.flatMap(({ text }) => {
      const match = /^upload: sending to (\/var\/tmp\/countersign-[A-Za-z0-9]+)\/part from byte \d+$/.exec(text);
      return match?.[1] === undefined ? [] : [match[1]];
    }),
  );
  return [...new Set(folders)];
}

/** Every change that uploads of this run made to a path of a host, or may have made, oldest first. */
export function changesAt(state: RunState, target: string, to: string): readonly UploadResult[] {
  const all = [...attemptsOf(state, target)].flatMap((attempt): { at: string; result: UploadResult }[] => {
    const result = attempt.result?.kind === 'upload' ? attempt.result : intended(attempt);
    return result === null || result.to !== to ? [] : [{ at: attempt.startedAt, result }];
  });
  return all.sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0)).map(({ result }) => result);
}

/** What an attempt was about to do whose end was not seen. */
function intended(attempt: AttemptState): UploadResult | null {
  if (attempt.verdict === null || attempt.effectDone === 'none') return null;
  const note = attempt.notes.findLast(({ text }) => text.startsWith(intention));
  if (note === undefined) return null;
  try {
    return uploadResultSchema.parse(JSON.parse(note.text.slice(intention.length)));
  } catch {
    return null;
  }
}

/**
 * What stood there before this run put anything there, and where it is kept: a second upload must not push the old
 * file out of its place. Null when nothing has been put there, or all has been put back.
 */
export function firstReplaced(changes: readonly UploadResult[]): UploadResult | null {
  let first: UploadResult | null = null;
  for (const change of changes) {
    if (change.did === 'put') first ??= change;
    if (change.did === 'restored' || change.did === 'removed') first = null;
  }
  return first;
}
