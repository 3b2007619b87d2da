import { z } from 'zod';
import { formatDuration, parseDuration } from '../checklist/duration.ts';
import { duration, positiveDuration, shape } from '../checklist/parts.ts';
import { limits } from '../contract/limits.ts';
import type { WaitAction } from './actions.ts';
import { commandKeys, resolveCommand } from './command-source.ts';
import { describeProbe } from './describe-command.ts';
import type { ResolveContext, StepKindDoor } from './kind.ts';

const defaultEveryMs = 5_000;

const timing = {
  every: positiveDuration.optional().meta({ description: 'How often to look; 5s when left out.' }),
  within: positiveDuration.meta({ description: 'How long to go on looking before the step fails.' }),
};
const until = shape({
  until: shape(commandKeys).meta({ description: 'A command that only looks, repeated until it passes.' }),
  ...timing,
});
const settled = shape({
  settled: shape({
    ...commandKeys,
    for: positiveDuration.meta({ description: 'How long its output must stay the same.' }),
  }).meta({ description: 'A command that only looks, repeated until its output stays the same.' }),
  ...timing,
});
const schema = z
  .union([duration, until, settled])
  .meta({ description: 'Let time pass, or look again and again until something holds or has settled.' });

/** `wait:` for a time, until a command passes, or until its output has settled. */
export const wait: StepKindDoor<'wait', typeof schema> = {
  schema,
  defaultEffect: 'read',
  canWrite: false,
  verifiable: false,
  needsHosts: (source) => typeof source !== 'string',
  probes(source) {
    if (typeof source === 'string') return [];
    const [key, probe] = 'until' in source ? ['until', source.until] : ['settled', source.settled];
    return [{ command: probe.command, path: [key, 'command'] }];
  },
  includes: () => [],
  probe: () => null,
  resolve(source, context) {
    if (typeof source === 'string') return { kind: 'wait', mode: { type: 'for', ms: parseDuration(source) ?? 0 } };
    return { kind: 'wait', mode: resolveMode(source, context) };
  },
  describe({ mode }, text) {
    switch (mode.type) {
      case 'for':
        return [text('wait-for', { time: formatDuration(mode.ms) })];
      case 'until':
        return describeProbe('wait-until', mode, text);
      case 'settled':
        return describeProbe('wait-settled', mode, text);
    }
  },
};

type Looking = Exclude<z.output<typeof schema>, string>;

function resolveMode(source: Looking, context: ResolveContext): WaitAction['mode'] {
  const withinMs = parseDuration(source.within) ?? 1;
  const everyMs =
    source.every === undefined ? Math.min(defaultEveryMs, withinMs) : (parseDuration(source.every) ?? 100);
  if (everyMs < 100) context.report(['every'], 'every-too-short', { value: source.every ?? source.within });
  if (everyMs > withinMs) context.report(['every'], 'wait-impossible', { longer: 'every', within: source.within });
  const timings = { everyMs: Math.max(100, everyMs), withinMs };
  if ('until' in source) {
    const probe = resolveCommand(source.until, ['until'], context);
    return { type: 'until', probe: capped(probe, source.until.timeout, withinMs), ...timings };
  }
  const { for: stable, ...command } = source.settled;
  const forMs = parseDuration(stable) ?? 1;
  if (forMs > withinMs) context.report(['settled', 'for'], 'wait-impossible', { longer: 'for', within: source.within });
  const probe = resolveCommand(command, ['settled'], context);
  return { type: 'settled', probe: capped(probe, command.timeout, withinMs), forMs, ...timings };
}

/** One look never takes longer than all of them may. */
function capped<P extends { readonly timeoutMs: number }>(probe: P, timeout: string | undefined, withinMs: number): P {
  return timeout === undefined ? { ...probe, timeoutMs: Math.min(limits.commandTimeoutMs, withinMs) } : probe;
}
