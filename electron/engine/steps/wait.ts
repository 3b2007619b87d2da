import { failure } from '../../../shared/contract/failure.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { CommandAction, WaitAction } from '../../../shared/steps/actions.ts';
import { evaluate } from '../../../shared/steps/evaluate.ts';
import type { CheckResult } from '../../../shared/steps/expectations.ts';
import { type CommandEnd, runCommand } from './command.ts';
import {
  commandSending,
  nothingSent,
  type Outcome,
  outcome,
  type StepContext,
  type StepEngine,
  type StepRunner,
} from './step-runner.ts';
import { sudoRefusal } from './sudo-refusal.ts';

type Mode = WaitAction['mode'];
type Until = Extract<Mode, { type: 'until' }>;
type Settled = Extract<Mode, { type: 'settled' }>;

/** Lets time pass, or repeats a read-only command until its result holds or stays the same. */
const runWait: StepRunner<WaitAction> = async (context, { mode }) => {
  switch (mode.type) {
    case 'for':
      return await waitFor(context, mode.ms);
    case 'until':
      return await waitUntil(context, mode);
    case 'settled':
      return await waitSettled(context, mode);
  }
};

async function waitFor(context: StepContext, ms: number): Promise<Outcome> {
  const slept = await sleep(context, ms);
  return slept ? outcome('passed') : outcome('failed', { failure: failure('cancelled') });
}

/** False when the attempt was cancelled meanwhile. */
async function sleep(context: StepContext, ms: number): Promise<boolean> {
  return await context.clock.sleep(ms, context.cancelled).then(
    () => true,
    () => false,
  );
}

async function waitUntil(context: StepContext, mode: Until): Promise<Outcome> {
  const deadline = context.clock.mono() + mode.withinMs;
  for (let looks = 1; ; looks++) {
    const look = await lookOnce(context, mode.probe, deadline);
    if ('verdict' in look) return look;
    const { verdict, checks } = judgeLook(mode.probe, look);
    if (verdict === 'passed') return outcome('passed', { exit: look.exit, checks, result: { kind: 'wait', looks } });
    const late = await pause(context, mode.everyMs, deadline, mode.withinMs);
    if (late !== null) return { ...late, exit: look.exit, checks, result: { kind: 'wait', looks } };
  }
}

async function waitSettled(context: StepContext, mode: Settled): Promise<Outcome> {
  const deadline = context.clock.mono() + mode.withinMs;
  let value: string | null = null;
  let since = 0;
  for (let looks = 1; ; looks++) {
    const look = await lookOnce(context, mode.probe, deadline);
    if ('verdict' in look) return look;
    const now = context.clock.mono();
    const seen = look.stdout.trim();
    // A command that failed says nothing about the value, so the clock starts anew.
    const usable = judgeLook(mode.probe, look).verdict === 'passed';
    if (!usable || seen !== value) {
      value = usable ? seen : null;
      since = now;
    }
    const check = settledCheck(mode, value, now - since);
    if (check.holds) return outcome('passed', { exit: look.exit, checks: [check], result: { kind: 'wait', looks } });
    const late = await pause(context, mode.everyMs, deadline, mode.withinMs);
    if (late !== null) return { ...late, exit: look.exit, checks: [check], result: { kind: 'wait', looks } };
  }
}

function settledCheck(mode: Settled, value: string | null, stableMs: number): CheckResult {
  return {
    subject: 'stdout',
    expected: `unchanged for ${mode.forMs / 1000} s`,
    found: value === null ? '–' : `${value.slice(0, 200)} (${(stableMs / 1000).toFixed(1)} s)`,
    holds: value !== null && stableMs >= mode.forMs,
  };
}

interface Look {
  readonly exit: { readonly code: number | null; readonly signal: string | null };
  readonly stdout: string;
  readonly complete: boolean;
  readonly lines: number;
}

/** One execution of the probe; an outcome instead when the wait cannot go on. */
async function lookOnce(context: StepContext, probe: CommandAction, deadline: number): Promise<Look | Outcome> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const left = Math.max(1, deadline - context.clock.mono());
  const { end, stopped } = await runCommand(
    context,
    { ...probe, timeoutMs: Math.min(probe.timeoutMs, left) },
    (chunk) => {
      bytes += chunk.length;
      if (bytes <= limits.captureBytes) chunks.push(chunk);
    },
  );
  if (stopped !== null) return stoppedLook(end, stopped);
  if (end.type === 'lost') return outcome('unknown', { failure: end.failure });
  if (end.type === 'not-sent') return outcome('failed', { failure: end.failure });
  const exit = { code: end.code, signal: end.signal };
  // Asking on with a password that sudo refused would lock the account.
  const refused = sudoRefusal(probe, context.target, exit.code, context.output);
  if (refused !== null) return outcome('failed', { exit, failure: refused });
  const stdout = Buffer.concat(chunks).toString('utf8');
  return {
    exit,
    stdout,
    complete: bytes <= limits.captureBytes,
    lines: stdout.split('\n').length - 1,
  };
}

function stoppedLook(end: CommandEnd['end'], stopped: NonNullable<Outcome['failure']>): Outcome {
  if (end.type === 'lost') return outcome('unknown', { failure: stopped });
  if (end.type === 'not-sent') return outcome('failed', { failure: stopped });
  return outcome('failed', { exit: { code: end.code, signal: end.signal }, failure: stopped });
}

function judgeLook(probe: CommandAction, look: Look): ReturnType<typeof evaluate> {
  return evaluate(probe.expect, {
    exit: look.exit,
    stdout: { text: look.stdout, complete: look.complete, lines: look.lines },
    // Several looks share one recording; a probe's expectations are about its own stdout and exit.
    stderr: { text: '', complete: true, lines: 0 },
  });
}

/** Waits for the next look; the outcome when time is up or the person cancelled. */
async function pause(
  context: StepContext,
  everyMs: number,
  deadline: number,
  withinMs: number,
): Promise<Outcome | null> {
  const left = deadline - context.clock.mono();
  if (left <= 0) {
    return outcome('failed', { failure: failure('timeout', { seconds: String(Math.round(withinMs / 1000)) }) });
  }
  const slept = await sleep(context, Math.min(everyMs, left));
  return slept ? null : outcome('failed', { failure: failure('cancelled') });
}

/** The engine's door of `wait`. */
export const waitEngine: StepEngine<WaitAction> = {
  sending: ({ mode }, { target }) => (mode.type === 'for' ? nothingSent : commandSending(target, mode.probe)),
  run: runWait,
};
