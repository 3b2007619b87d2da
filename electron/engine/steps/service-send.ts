import type { Failure } from '../../../shared/contract/errors.ts';
import type { CommandAction } from '../../../shared/steps/actions.ts';
import { type CommandEnd, recordOutput, stopCommand } from './command.ts';
import type { StepContext } from './step-runner.ts';

/** A start command under way. Unlike `runCommand` it is never ended by time alone: that would end what it started. */
export interface Starting {
  readonly ended: Promise<CommandEnd>;
  /** How it ended, as soon as that is known. */
  end(): CommandEnd | null;
  /** Ends the command and what it runs: TERM, then KILL. */
  stop(why: Failure): Promise<CommandEnd>;
  /** Gives up on the channel and signals nothing. */
  letGo(): void;
}

/** Sends a start command, its output going to the recording. */
export async function sendStart(context: StepContext, action: CommandAction): Promise<Starting> {
  let unwritable: Failure | null = null;
  const started = await context.hosts.exec(context.target, {
    ...context.wire(action),
    pty: action.pty,
    onOutput: (stream, chunk) =>
      recordOutput(context, stream, chunk, (why) => {
        unwritable ??= why;
      }),
  });
  if (!started.ok) {
    const type = started.failure.code === 'link-lost' ? 'lost' : 'not-sent';
    const end: CommandEnd = { end: { type, failure: started.failure }, stopped: null };
    return { ended: Promise.resolve(end), end: () => end, stop: async () => end, letGo: () => {} };
  }
  const exec = started.value;
  let seen: CommandEnd | null = null;
  let stopped: Failure | null = null;
  let released = false;
  const ended = exec.ended.then((end): CommandEnd => {
    // Letting go is no loss of sight: what was started is watched, not the command.
    const known = released && end.type === 'lost' ? ({ type: 'exit', code: null, signal: null } as const) : end;
    seen = { end: known, stopped: stopped ?? unwritable };
    return seen;
  });
  return {
    ended,
    end: () =>
      seen ?? (unwritable === null ? null : { end: { type: 'exit', code: null, signal: null }, stopped: unwritable }),
    stop: async (why) => {
      stopped = why;
      await stopCommand(context, exec);
      return await ended;
    },
    letGo: () => {
      released = true;
      exec.close();
    },
  };
}
