import { z } from 'zod';
import { asList, filledText, name, oneOrMany, shape, text } from '../checklist/parts.ts';
import { listNames } from '../checklist/problem.ts';
import { nearest } from '../checklist/suggest.ts';
import { parseTolerance, type Tolerance } from '../snapshot/compare.ts';
import { toleranceWords } from '../snapshot/words.ts';
import type { CompareAction } from './actions/compare.ts';
import type { ResolveContext, StepKindDoor, StepText } from './kind.ts';
import { snapshotNames } from './snapshot-lookup.ts';

const globs = oneOrMany(filledText);
const tolerance = z
  .union([text, z.number()])
  .refine((value) => parseTolerance(value) !== null, 'tolerance-invalid')
  .meta({ description: 'How far a number may be from what it was: 10 or 5%.' });
const schema = shape({
  with: name.meta({ description: 'The id of an earlier snapshot step on the same hosts.' }),
  allow: shape({
    missing: globs.optional().meta({ description: 'What may be missing, with * and ?.' }),
    added: globs.optional().meta({ description: 'What may be new, with * and ?.' }),
    changed: z
      .union([filledText, z.array(filledText).min(1, 'list-empty'), z.record(filledText, tolerance)])
      .optional()
      .meta({ description: 'Whose number may change: to anything, or each within a tolerance of its own.' }),
  })
    .optional()
    .meta({ description: 'Differences that are expected. All others must be judged by name.' }),
  tolerance: tolerance.optional(),
}).meta({ description: 'Look again as an earlier snapshot did; what differs must be expected, or judged by name.' });
type Source = z.output<typeof schema>;

/** `compare:` the same look as an earlier `snapshot`, and what differs. */
export const compare: StepKindDoor<'compare', typeof schema> = {
  schema,
  defaultEffect: 'read',
  canWrite: false,
  verifiable: false,
  needsHosts: () => true,
  sameHostsAs: (source) => source.with,
  probes: () => [],
  includes: () => [],
  probe: () => null,
  resolve(source, context): CompareAction {
    checkSnapshot(source.with, context);
    return {
      kind: 'compare',
      with: source.with,
      allowed: {
        missing: globsAt(source.allow?.missing, 'missing', context),
        added: globsAt(source.allow?.added, 'added', context),
        changed: changedAt(source.allow, context),
      },
      tolerance: toleranceOf(source.tolerance),
    };
  },
  describe: (action, text) => [
    text('compare', { with: action.with }),
    ...(action.tolerance === null ? [] : [text('compare-tolerance', { tolerance: toleranceWords(action.tolerance) })]),
    ...expectedLines(action, text),
    text('compare-else'),
  ],
};

/** It must be an earlier snapshot, taken on every host that is compared. */
function checkSnapshot(wanted: string, { earlier, targets, report }: ResolveContext): void {
  const known = snapshotNames(earlier);
  const there = known.get(wanted);
  if (there === undefined) {
    const params = { with: wanted, known: known.size === 0 ? '–' : listNames(known.keys()) };
    const near = nearest(wanted, known.keys());
    report(['with'], 'compare-without-snapshot', { ...params, nearest: near ?? '–' });
    return;
  }
  const without = targets.filter((target) => !there.includes(target));
  if (without.length > 0) {
    report(['with'], 'compare-other-hosts', { with: wanted, hosts: listNames(without), there: listNames(there) });
  }
}

function globsAt(
  written: string | readonly string[] | undefined,
  key: 'missing' | 'added' | 'changed',
  context: ResolveContext,
): string[] {
  const listed = Array.isArray(written);
  return asList<string>(written).map((glob, index) => context.text(glob, ['allow', key, ...(listed ? [index] : [])]));
}

function changedAt(allow: Source['allow'], context: ResolveContext): CompareAction['allowed']['changed'] {
  const written = allow?.changed;
  if (typeof written !== 'object' || Array.isArray(written)) {
    return globsAt(written, 'changed', context).map((names) => ({ names, tolerance: null }));
  }
  return Object.entries(written).map(([names, within]) => ({ names, tolerance: toleranceOf(within) }));
}

function toleranceOf(written: string | number | undefined): Tolerance | null {
  return written === undefined ? null : parseTolerance(written);
}

function expectedLines({ allowed }: CompareAction, text: StepText): readonly string[] {
  const { missing, added, changed } = allowed;
  const within = changed.map(({ names, tolerance: own }) =>
    own === null ? names : `${names} (${toleranceWords(own)})`,
  );
  return [
    ...(missing.length === 0 ? [] : [text('compare-missing', { names: missing.join(', ') })]),
    ...(added.length === 0 ? [] : [text('compare-added', { names: added.join(', ') })]),
    ...(within.length === 0 ? [] : [text('compare-changed', { names: within.join(', ') })]),
  ];
}
