import type { StepContext } from './step-runner.ts';

/** A person sees no more than this. Milliseconds. */
const everyMs = 100;

/** Progress that tells its beginning, its end, and in between no more often than a person can see. */
export function steadily(context: StepContext): StepContext['progress'] {
  let next = Number.NEGATIVE_INFINITY;
  return (done, of, label) => {
    const now = context.clock.mono();
    if (now < next && done !== of) return;
    next = now + everyMs;
    context.progress(done, of, label);
  };
}
