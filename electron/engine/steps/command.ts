import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { CommandAction } from '../../../shared/steps/actions.ts';
import type { Exec, ExecEnd } from '../ports.ts';
import type { StepContext } from './step-runner.ts';

/** A command after the fact: what the host said of its end, and why we ended it ourselves, if we did. */
export interface CommandEnd {
  /** `not-sent`: the host never got the command, so it certainly did not run. */
  readonly end: ExecEnd | { readonly type: 'not-sent'; readonly failure: Failure };
  /** Set when it was we who stopped it: cancelled, timeout or recording-unwritable. */
  readonly stopped: Failure | null;
}

/**
 * Runs one command on the context's host, output going to the recording. Cancelling, a timeout and a recording that
 * cannot be written all end the same way: ask with TERM, insist with KILL, then give up on the channel, in which
 * case the end is `lost`, because nothing was sensed.
 * @param onStdout also sees every stdout chunk (unredacted), for kinds that evaluate one command among several.
 */
export async function runCommand(
  context: StepContext,
  action: CommandAction,
  onStdout: (chunk: Buffer) => void = () => {},
): Promise<CommandEnd> {
  const wire = context.wire(action);
  let stop: (reason: Failure) => void = () => {};
  const stopAsked = new Promise<Failure>((resolve) => {
    stop = resolve;
  });
  const started = await context.hosts.exec(context.target, {
    ...wire,
    pty: action.pty,
    onOutput: (stream, chunk) => {
      if (stream === 'stdout') onStdout(chunk);
      return recordOutput(context, stream, chunk, stop);
    },
  });
  if (!started.ok) {
    // A link that went while the request was under way may have delivered it; any other refusal came before.
    const type = started.failure.code === 'link-lost' ? 'lost' : 'not-sent';
    return { end: { type, failure: started.failure }, stopped: null };
  }
  return await supervise(context, action, started.value, stopAsked, stop);
}

/** Output to the recording; a recording that cannot be written is a reason to stop. */
export function recordOutput(
  context: StepContext,
  stream: 'stdout' | 'stderr',
  chunk: Buffer,
  stop: (reason: Failure) => void,
): void | Promise<void> {
  const unwritable = (error: unknown): void => stop(failure('recording-unwritable', {}, error));
  try {
    return context.output.write(stream, chunk)?.catch(unwritable);
  } catch (error) {
    return unwritable(error);
  }
}

async function supervise(
  context: StepContext,
  action: CommandAction,
  exec: Exec,
  stopAsked: Promise<Failure>,
  stop: (reason: Failure) => void,
): Promise<CommandEnd> {
  const finished = new AbortController();
  const onCancel = (): void => stop(failure('cancelled'));
  if (context.cancelled.aborted) onCancel();
  context.cancelled.addEventListener('abort', onCancel, { once: true });
  context.clock
    .sleep(action.timeoutMs, finished.signal)
    .then(() => stop(failure('timeout', { seconds: String(Math.round(action.timeoutMs / 1000)) })))
    .catch(() => {});
  try {
    const first = await Promise.race([exec.ended, stopAsked]);
    if (!('code' in first && 'params' in first)) return { end: first, stopped: null };
    return { end: await stopCommand(context, exec), stopped: first };
  } finally {
    finished.abort();
    context.cancelled.removeEventListener('abort', onCancel);
  }
}

/** Ends a command: TERM, then KILL, from its own channel and from beside; then gives up on the channel. */
export async function stopCommand(context: StepContext, exec: Exec): Promise<ExecEnd> {
  for (const signal of ['TERM', 'KILL'] as const) {
    exec.signal(signal);
    const asked = await within(context, exec.ended, limits.signalGraceMs);
    if (asked !== null) return asked;
    await signalFromBeside(context, signal);
    const ended = await within(context, exec.ended, limits.cancelGraceMs);
    if (ended !== null) return ended;
  }
  exec.close();
  return await exec.ended;
}

/** A failure here is no answer: whether the command ended is sensed on its own channel. */
async function signalFromBeside(context: StepContext, signal: 'TERM' | 'KILL'): Promise<void> {
  const sent = context.signalWords(signal);
  const beside = await context.hosts.exec(context.target, { sent, stdin: null, pty: false, onOutput: () => {} });
  if (beside.ok && (await within(context, beside.value.ended, limits.cancelGraceMs)) === null) beside.value.close();
}

/** The promise's value, or null when it does not come in time. */
async function within<T>(context: StepContext, promise: Promise<T>, ms: number): Promise<T | null> {
  const done = new AbortController();
  const late = context.clock.sleep(ms, done.signal).then(
    () => null,
    () => null,
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    done.abort();
  }
}
