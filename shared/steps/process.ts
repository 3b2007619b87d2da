import { z } from 'zod';
import { filledText, name, shape, text } from '../checklist/parts.ts';
import type { ProcessAction } from './actions/process.ts';
import { describeProcess } from './describe-service.ts';
import { comparisonWords } from './evaluate.ts';
import { numberSourceSchema, toComparison } from './expect-source.ts';
import { identityKeys, resolveIdentity } from './identity-source.ts';
import type { ResolveContext, StepKindDoor } from './kind.ts';

const { process: pattern, ...otherWays } = identityKeys;
const whole = shape({
  pattern,
  ...otherWays,
  is: z.enum(['present', 'absent']).optional().meta({ description: 'present when left out.' }),
  count: numberSourceSchema.optional().meta({
    description: 'How many there are; a process and those it started that match too count as one.',
  }),
  'same-as': name.optional().meta({ description: 'A step before: the process must still be the one that it saw.' }),
  sudo: z
    .union([z.boolean(), text.min(1, 'text-empty')])
    .optional()
    .meta({ description: 'true to look as root, or the account to look as.' }),
});
const schema = z
  .union([filledText, whole])
  .meta({ description: 'Whether a process is there, by pattern, pid file, port or manager.' });

type Whole = z.output<typeof whole>;

/** `process:` only looks whether a process is there, is not, how often, or is still the same. */
export const process: StepKindDoor<'process', typeof schema> = {
  schema,
  defaultEffect: 'read',
  canWrite: false,
  verifiable: false,
  needsHosts: () => true,
  probes: () => [],
  includes: () => [],
  probe: () => null,
  resolve(source, context) {
    const given: Whole = typeof source === 'string' ? { pattern: source } : source;
    const { pattern: words, ...ways } = given;
    const identity = resolveIdentity({ ...ways, process: words }, at(source, context));
    if (identity === null) context.report([], 'process-without-identity');
    const sudo = given.sudo ?? false;
    return {
      kind: 'process',
      identity: identity ?? { by: 'port', port: 1 },
      want: resolveWant(given, context),
      sudo: typeof sudo === 'string' ? context.text(sudo, ['sudo']) : sudo ? 'root' : null,
    };
  },
  describe: (action, words) => describeProcess(action, words, comparisonWords),
};

/** The identity's keys stand at the kind's own value; the pattern under its own name, or as all there is. */
function at(source: string | Whole, context: ResolveContext): ResolveContext {
  return {
    ...context,
    pattern: (value) => context.pattern(value, typeof source === 'string' ? [] : ['pattern']),
    report: (path, code, params) =>
      context.report(path[0] !== 'process' ? path : typeof source === 'string' ? [] : ['pattern'], code, params),
  };
}

function resolveWant(source: Whole, context: ResolveContext): ProcessAction['want'] {
  const asked = (['is', 'count', 'same-as'] as const).filter((key) => source[key] !== undefined);
  if (asked.length > 1) context.report([asked[1] ?? ''], 'process-asks-twice', { one: asked[0] ?? '' });
  if (source.count !== undefined) return { type: 'count', compare: toComparison(source.count) };
  const step = source['same-as'];
  if (step === undefined) return { type: source.is ?? 'present' };
  const seen = context.earlier.some(
    (earlier) =>
      (earlier.base === step || earlier.id === step) && (earlier.kind === 'process' || earlier.kind === 'service'),
  );
  if (!seen) context.report(['same-as'], 'process-same-as-unknown', { step });
  return { type: 'same-as', step };
}
