import { formatDuration } from '../checklist/duration.ts';
import type { LineTest, ProcessAction, Readiness } from './actions/process.ts';
import type { ServiceAction } from './actions/service.ts';
import type { CommandAction } from './actions.ts';
import { describeIdentity } from './describe-identity.ts';
import type { Comparison } from './expectations.ts';
import type { StepText } from './kind.ts';

// Apart from the schemas, so that a screen that only describes loads no schema library.

/** The commands that a service step sends, in order. */
export function serviceCommands({ does }: ServiceAction): readonly CommandAction[] {
  switch (does.type) {
    case 'stop':
      return [does.stop];
    case 'start':
      return [does.start];
    case 'restart':
      return [does.restart];
    case 'stop-start':
      return [does.stop, does.start];
  }
}

/** What a service step does and what counts as done, in lines for people. */
export function describeService(action: ServiceAction, words: StepText): readonly string[] {
  const sent = serviceCommands(action).map((send) =>
    send.sudo === null
      ? words('run', { command: send.command })
      : words('run-as', { command: send.command, account: send.sudo }),
  );
  return [...sent, ...describeProof(action, words)];
}

/** What counts as done, without the commands themselves. */
export function describeProof(action: ServiceAction, words: StepText): readonly string[] {
  const { does, ready, identity } = action;
  const who = describeIdentity(identity, words);
  const within = words('within', { time: formatDuration(action.withinMs) });
  const gone = [
    words(ready.port === null ? 'service-gone' : 'service-gone-port', { who, port: ready.port ?? '' }),
    ...(action.several ? [words('service-several')] : []),
  ];
  switch (does.type) {
    case 'stop':
      return [...gone, within];
    case 'start':
      return [words('service-not-twice', { who }), ...describeReady(ready, words), within];
    case 'restart':
      return [words('service-replaced', { who }), ...describeReady(ready, words), within];
    case 'stop-start':
      return [...gone, ...describeReady(ready, words), within];
  }
}

/** When a started service counts as ready, in lines for people. */
export function describeReady({ log, port, http }: Readiness, words: StepText): readonly string[] {
  const quoted = (tests: readonly LineTest[]): string => tests.map(({ value }) => `“${value}”`).join(', ');
  return [
    ...(log === null ? [] : [words('service-ready-log', { file: log.path, text: quoted(log.ready) })]),
    ...(log === null || log.failed.length === 0 ? [] : [words('service-failed-log', { text: quoted(log.failed) })]),
    ...(port === null ? [] : [words('service-ready-port', { port })]),
    ...(http === null ? [] : [words('service-ready-http', { url: http.url })]),
    ...(log === null && port === null && http === null ? [words('service-ready-process')] : []),
  ];
}

/** What a process step asks, in lines for people. */
export function describeProcess(
  { identity, want, sudo }: ProcessAction,
  words: StepText,
  compareWords: (compare: Comparison) => string,
): readonly string[] {
  const who = describeIdentity(identity, words);
  const count = want.type === 'count' ? compareWords(want.compare) : '';
  const step = want.type === 'same-as' ? want.step : '';
  return [
    words(`process-${want.type}`, { who, count, step }),
    ...(want.type === 'started' ? describeReady(want.ready, words) : []),
    ...(sudo === null ? [] : [words('as-account', { account: sudo })]),
  ];
}
