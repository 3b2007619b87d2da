import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What the bench asks of those who follow; each question has one answer. */
export type ViewerRequest =
  | { readonly type: 'join'; readonly as: 'checker' | 'observer'; readonly invitation: string }
  /** Answered when everybody there has this record. */
  | { readonly type: 'until'; readonly seq: number }
  | { readonly type: 'report' }
  | { readonly type: 'close' };

export type ViewerAnswer =
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly why: string }
  /** Since the last report: records with the time each was folded in, and characters of live output. */
  | { readonly type: 'report'; readonly folded: readonly (readonly [number, number])[]; readonly shown: number };

/** Milliseconds of this computer's monotonic clock, the same in every process. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** A process with people on other computers. */
export class Viewers {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(join(import.meta.dirname, 'mirror-viewers.js'), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  async ask(request: ViewerRequest): Promise<ViewerAnswer> {
    this.#child.send(request);
    const [said] = (await once(this.#child, 'message')) as [ViewerAnswer];
    if (said.type === 'failed') throw new Error(said.why);
    return said;
  }

  async report(): Promise<Extract<ViewerAnswer, { type: 'report' }>> {
    const said = await this.ask({ type: 'report' });
    if (said.type !== 'report') throw new Error(`no report: ${said.type}`);
    return said;
  }

  async close(): Promise<void> {
    await this.ask({ type: 'close' }).catch(() => undefined);
    this.#child.disconnect();
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
  }
}
