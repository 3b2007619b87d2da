import { formatDuration } from '../checklist/duration.ts';
import type { CommandAction, WaitAction } from './actions.ts';
import { expectedWords } from './evaluate.ts';
import type { StepText } from './kind.ts';

/** A command in lines for people: what is run, and what counts as passed. */
export function describeCommand(action: CommandAction, text: StepText): readonly string[] {
  const account = action.sudo;
  return [
    account === null ? text('run', { command: action.command }) : text('run-as', { command: action.command, account }),
    ...describeExpectations(action, text),
    text('within', { time: formatDuration(action.timeoutMs) }),
  ];
}

/** A repeated look in lines for people. */
export function describeProbe(
  key: 'wait-until' | 'wait-settled',
  mode: Exclude<WaitAction['mode'], { type: 'for' }>,
  text: StepText,
): readonly string[] {
  return [
    text(key, {
      command: mode.probe.command,
      every: formatDuration(mode.everyMs),
      within: formatDuration(mode.withinMs),
      time: mode.type === 'settled' ? formatDuration(mode.forMs) : '',
    }),
    ...(mode.probe.sudo === null ? [] : [text('as-account', { account: mode.probe.sudo })]),
    ...describeExpectations(mode.probe, text),
  ];
}

function describeExpectations({ expect }: CommandAction, text: StepText): readonly string[] {
  return [
    expect.exit === null ? text('exit-any') : text('exit', { codes: expect.exit.join(', ') }),
    ...expect.stdout.map((wanted) => text('expects', { stream: 'stdout', expected: expectedWords(wanted) })),
    ...expect.stderr.map((wanted) => text('expects', { stream: 'stderr', expected: expectedWords(wanted) })),
  ];
}
