import type { Failure } from '../../../shared/contract/errors.ts';
import type { Exit } from '../../../shared/contract/events.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { CommandAction } from '../../../shared/steps/actions.ts';
import { runCommand } from './command.ts';
import type { StepContext } from './step-runner.ts';
import { sudoRefusal } from './sudo-refusal.ts';
import { lookScript, readAnswer, readFree, readPartialAnswer } from './upload-scripts.ts';

/** Hashing gigabytes on a slow disk takes its time. Milliseconds. */
const patienceMs = 60 * 60_000;

/** What a script answered. */
export type Answered =
  | { readonly type: 'answer'; readonly words: ReadonlyMap<string, string>; readonly exit: Exit }
  /** It ended otherwise, or was never sent; `lost` when its end was not seen. `words` is what came before that. */
  | {
      readonly type: 'none';
      readonly lost: boolean;
      readonly failure: Failure;
      readonly words: ReadonlyMap<string, string>;
      readonly exit: Exit | null;
    };

/** Runs one of the upload's scripts on the context's host. */
export async function ask(context: StepContext, command: string, sudo: string | null): Promise<Answered> {
  const chunks: Buffer[] = [];
  const action = scriptAction(command, sudo);
  const { end, stopped } = await runCommand(context, action, (chunk) => chunks.push(chunk));
  const stdout = Buffer.concat(chunks).toString('utf8');
  const words = readPartialAnswer(stdout);
  if (end.type === 'lost') {
    return { type: 'none', lost: true, failure: stopped ?? end.failure, words, exit: null };
  }
  if (end.type === 'not-sent') return { type: 'none', lost: false, failure: end.failure, words, exit: null };
  const exit = { code: end.code, signal: end.signal };
  const whole = stopped === null && end.code === 0 ? readAnswer(stdout) : null;
  if (whole !== null) return { type: 'answer', words: whole, exit };
  const reason =
    stopped ??
    sudoRefusal(action, context.target, end.code, context.output) ??
    failure('host-answer-unreadable', { host: context.target }, stdout.slice(0, 500));
  return { type: 'none', lost: false, failure: reason, words, exit };
}

/** A script as it is sent. */
export function scriptAction(command: string, sudo: string | null): CommandAction {
  const expect = { exit: [0], stdout: [], stderr: [] };
  return { kind: 'run', command, secrets: [], sudo, pty: false, timeoutMs: patienceMs, expect };
}

/** What stands at a path of the host. */
export interface Standing {
  /** `cs_mark`: changes whenever the file does. */
  readonly mark: string;
  /** Null: nothing stands there. */
  readonly file: {
    /** Null where the host has no tool for it. */
    readonly sha256: string | null;
    readonly size: number;
    readonly mode: string;
    /** `uid:gid`, and the same in names. */
    readonly owner: string;
    readonly ownerNames: string;
  } | null;
}

export interface Looked {
  readonly target: Standing;
  /** Null where nothing is to be kept. */
  readonly kept: { readonly sha256: string | null; readonly there: boolean; readonly mark: string } | null;
  readonly free: { readonly bytes: number; readonly device: string } | null;
}

export type Look = { readonly ok: true; readonly looked: Looked } | { readonly ok: false; readonly failure: Failure };

/** Looks what stands at the target, and refuses whatever could not be replaced as one file by another. */
export async function look(context: StepContext, to: string, kept: string | null, sudo: string | null): Promise<Look> {
  const answered = await ask(context, lookScript(to, kept), sudo);
  if (answered.type === 'none') return { ok: false, failure: answered.failure };
  const { words } = answered;
  const problem = whyNot(context.target, to, kept, words);
  if (problem !== null) return { ok: false, failure: problem };
  const [size = '', mode = '', owner = '', ownerNames = ''] = (words.get('stat') ?? '').split(' ');
  const file = { sha256: hashIn(words, 'hash'), size: Number(size), mode, owner, ownerNames };
  const target = words.get('kind') === 'file' ? { mark: words.get('mark') ?? '', file } : { mark: 'none', file: null };
  const keptWord = words.get('kept');
  return {
    ok: true,
    looked: {
      target,
      kept:
        keptWord === undefined
          ? null
          : { sha256: hashIn(words, 'kept-hash'), there: keptWord === 'file', mark: words.get('kept-mark') ?? '' },
      free: readFree(words.get('df') ?? ''),
    },
  };
}

/** A hash of a script's answer; null where the host has no tool for it, or could not read the file. */
export function hashIn(words: ReadonlyMap<string, string>, word: string): string | null {
  const value = words.get(word) ?? '';
  return /^[0-9a-f]{64}$/.test(value) ? value : null;
}

function whyNot(host: string, to: string, kept: string | null, words: ReadonlyMap<string, string>): Failure | null {
  const folder = to.slice(0, Math.max(1, to.lastIndexOf('/')));
  if (words.get('folder') === 'missing') return failure('upload-folder-missing', { host, folder });
  if (words.get('folder') !== 'writable') return failure('upload-folder-denied', { host, folder });
  switch (words.get('kind')) {
    case 'link':
      return failure('upload-target-link', { host, path: to, to: words.get('to') ?? '' });
    case 'folder':
      return failure('upload-target-folder', { host, path: to });
    case 'other':
      return failure('upload-target-special', { host, path: to });
    case 'file':
      if (words.get('hash') === 'unreadable') return failure('remote-denied', { host, path: to });
      if (!/^\d+ \d+ \d+:\d+ \S+$/.test(words.get('stat') ?? '')) return failure('host-answer-unreadable', { host });
      break;
    case 'none':
      break;
    default:
      return failure('host-answer-unreadable', { host });
  }
  if (kept === null) return null;
  if (words.get('kept') === 'other') return failure('upload-target-special', { host, path: kept });
  if (words.get('kept-folder') !== 'writable') {
    return failure('upload-folder-denied', { host, folder: kept.slice(0, Math.max(1, kept.lastIndexOf('/'))) });
  }
  return null;
}
