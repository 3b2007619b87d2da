import { z } from 'zod';
import { parseDuration } from '../checklist/duration.ts';
import { asList, command, duration, filledText, oneOrMany, positiveDuration, shape, text } from '../checklist/parts.ts';
import { actionFor } from '../checklist/plan-lookup.ts';
import type { Identity, LineTest, Manager, ProcessAction, Readiness } from './actions/process.ts';
import type { ServiceAction } from './actions/service.ts';
import type { Action, CommandAction } from './actions.ts';
import { describeService, serviceCommands } from './describe-service.ts';
import { resolvePattern } from './expect-source.ts';
import { identityKeys, resolveIdentity } from './identity-source.ts';
import type { ResolveContext, StepKindDoor } from './kind.ts';
import { managerCommand } from './process-look.ts';

const line = z.union([filledText, shape({ matches: oneOrMany(filledText) })]);
const httpStatus = z.int('http-status-invalid').min(100, 'http-status-invalid').max(599, 'http-status-invalid');

const schema = shape({
  stop: command.optional().meta({ description: 'The command that stops it. With start: stop, then start.' }),
  start: command.optional().meta({ description: 'The command that starts it; it must come back by itself.' }),
  restart: command.optional().meta({ description: 'One command that stops and starts it.' }),
  do: z
    .enum(['stop', 'start', 'restart'])
    .optional()
    .meta({ description: 'For systemd and supervisor: what their own program is asked to do.' }),
  ...identityKeys,
  log: filledText.optional().meta({ asWritten: true, description: 'The log in which the start is followed.' }),
  ready: line.optional().meta({ description: 'A text that a new line of the log contains when it is ready.' }),
  failed: z
    .union([oneOrMany(filledText), shape({ matches: oneOrMany(filledText) })])
    .optional()
    .meta({ description: 'Texts in the log that mean that the start has failed.' }),
  http: z
    .union([filledText, shape({ get: filledText, status: httpStatus.optional(), contains: filledText.optional() })])
    .optional()
    .meta({ description: 'An address that answers when it is ready, asked from the host.' }),
  within: positiveDuration.optional().meta({ description: 'How long it may take; stop 60s, start 180s.' }),
  settle: duration.optional().meta({ description: 'How long it must then stay so; 2s when left out.' }),
  several: z.boolean().optional().meta({ description: 'true: all matching processes are meant, not just one.' }),
  'may-be-gone': z.boolean().optional().meta({ description: 'true: a stop passes when there is nothing to stop.' }),
  sudo: z
    .union([z.boolean(), text.min(1, 'text-empty')])
    .optional()
    .meta({ description: 'true to become root, or the account to become.' }),
}).meta({ description: 'Stop, start or restart a service, and prove it by its process.' });

type Source = z.output<typeof schema>;

/** `service:` stop, start or restart, proved by the process. */
export const service: StepKindDoor<'service', typeof schema> = {
  schema,
  defaultEffect: 'write',
  canWrite: true,
  verifiable: true,
  needsHosts: () => true,
  probes: () => [],
  includes: () => [],
  resolve(source, context) {
    const identity = resolveIdentity(source, context) ?? inherited(context);
    if (identity === null) context.report([], 'service-without-identity');
    const stopsOnly = source.do === 'stop' || (source.stop !== undefined && source.start === undefined);
    const withinMs = parseDuration(source.within ?? (stopsOnly ? '60s' : '180s')) ?? 1;
    const does = resolveDoes(source, identity, withinMs, context);
    return {
      kind: 'service',
      does,
      identity: identity ?? { by: 'port', port: 1 },
      ready: resolveReady(source, stopsOnly, context),
      withinMs,
      settleMs: parseDuration(source.settle ?? '2s') ?? 0,
      several: source.several ?? false,
      mayBeGone: source['may-be-gone'] ?? false,
    };
  },
  probe: (action) => probeOf(action),
  describe: (action, words) => describeService(action, words),
};

/**
 * A start that says nothing of the process takes over from the stop before it on the same hosts: only if that is the
 * same everywhere, for a wrong guess would start a second one.
 */
function inherited({ earlier, targets }: ResolveContext): Identity | null {
  const found = targets.map((target) => {
    const stop = earlier.findLast((step) => step.targets.includes(target) && isStop(actionFor(step, target)));
    return stop === undefined ? null : (actionFor(stop, target) as ServiceAction).identity;
  });
  const [first = null, ...others] = found;
  const same = others.every((other) => JSON.stringify(other) === JSON.stringify(first));
  return same ? first : null;
}

function isStop(action: Action): boolean {
  return action.kind === 'service' && action.does.type === 'stop';
}

function resolveDoes(
  source: Source,
  identity: Identity | null,
  withinMs: number,
  context: ResolveContext,
): ServiceAction['does'] {
  const sudo = source.sudo ?? false;
  const account = typeof sudo === 'string' ? context.text(sudo, ['sudo']) : sudo ? 'root' : null;
  const send = (words: { readonly command: string; readonly secrets: readonly string[] }): CommandAction => ({
    kind: 'run',
    command: words.command,
    secrets: [...words.secrets],
    sudo: account,
    pty: false,
    timeoutMs: withinMs,
    expect: { exit: [0], stdout: [], stderr: [] },
  });
  const manager = identity !== null && (identity.by === 'systemd' || identity.by === 'supervisor') ? identity : null;
  const written = (['stop', 'start', 'restart'] as const).filter((key) => source[key] !== undefined);
  if (source.do !== undefined) {
    if (manager === null || written.length > 0) context.report(['do'], 'service-do-without-manager');
    return managed(source.do, (verb) => send({ command: managerWords(manager, verb), secrets: [] }));
  }
  const put = (key: 'stop' | 'start' | 'restart') => send(context.command(source[key] ?? 'true', [key]));
  if (written.length === 2 && written[0] === 'stop' && written[1] === 'start') {
    return { type: 'stop-start', stop: put('stop'), start: put('start') };
  }
  if (written.length !== 1) context.report([], 'service-does-what');
  return managed(written[0] ?? 'stop', put);
}

function managed(
  verb: 'stop' | 'start' | 'restart',
  put: (verb: 'stop' | 'start' | 'restart') => CommandAction,
): ServiceAction['does'] {
  if (verb === 'stop') return { type: 'stop', stop: put('stop') };
  return verb === 'start' ? { type: 'start', start: put('start') } : { type: 'restart', restart: put('restart') };
}

const managerWords = (manager: Manager | null, verb: 'stop' | 'start' | 'restart'): string =>
  manager === null ? 'true' : managerCommand(manager, verb);

function resolveReady(source: Source, stopsOnly: boolean, context: ResolveContext): Readiness {
  const starting = (['log', 'ready', 'failed', 'http'] as const).find((key) => source[key] !== undefined);
  if (stopsOnly && starting !== undefined) context.report([starting], 'service-ready-of-stop', { key: starting });
  const needsLog = (['ready', 'failed'] as const).find((key) => source[key] !== undefined);
  if (source.log === undefined && needsLog !== undefined) context.report([needsLog], 'service-ready-without-log');
  if (source.log !== undefined && source.ready === undefined) context.report(['log'], 'service-log-without-ready');
  const log =
    source.log === undefined
      ? null
      : {
          path: context.text(source.log, ['log']),
          ready: linesOf(source.ready, 'ready', context),
          failed: linesOf(source.failed, 'failed', context),
        };
  return { log, port: source.port ?? null, http: resolveHttp(source.http, context) };
}

function linesOf(source: Source['ready'] | Source['failed'], key: string, context: ResolveContext): LineTest[] {
  if (source === undefined) return [];
  if (typeof source === 'object' && 'matches' in source) {
    return asList(source.matches).map((value) => ({
      test: 'matches',
      value: resolvePattern(value, [key, 'matches'], context),
    }));
  }
  return asList(source).map((value) => ({ test: 'contains', value: context.text(value, [key]) }));
}

function resolveHttp(source: Source['http'], context: ResolveContext): Readiness['http'] {
  if (source === undefined) return null;
  const whole = typeof source === 'string' ? { get: source } : source;
  const url = context.text(whole.get, typeof source === 'string' ? ['http'] : ['http', 'get']);
  if (!/^https?:\/\/[^\s/]/i.test(url)) context.report(['http'], 'service-http-invalid', { url });
  const contains = whole.contains === undefined ? null : context.text(whole.contains, ['http', 'contains']);
  return { url, status: whole.status ?? null, contains };
}

/** A stop is done when the process is absent, a start when what it started is there and ready. */
function probeOf(action: ServiceAction): ProcessAction {
  const { does, identity, ready } = action;
  const want: ProcessAction['want'] = does.type === 'stop' ? { type: 'absent' } : { type: 'started', ready };
  return { kind: 'process', identity, want, sudo: serviceCommands(action)[0]?.sudo ?? null };
}
