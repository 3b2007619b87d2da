import type { Finding } from '../../../shared/contract/events.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { type Comparison, compareSnapshots, type Difference } from '../../../shared/snapshot/compare.ts';
import { differenceId, differenceSigns, differenceWords } from '../../../shared/snapshot/difference.ts';
import {
  type CompareAction,
  type CompareResult,
  differencesKept,
  mostFindings,
} from '../../../shared/steps/actions/compare.ts';
import { snapshotPart, takenSnapshot } from '../../../shared/steps/snapshot-lookup.ts';
import { keptSnapshot } from './snapshot-keep.ts';
import { entriesOf, lookForSnapshot, lookSending } from './snapshot-look.ts';
import { nothingSent, type Outcome, outcome, type StepContext, type StepEngine } from './step-runner.ts';

/** The engine's door of `compare`: looks again as the snapshot did, and tells what differs. */
export const compareEngine: StepEngine<CompareAction> = {
  sending: (action, place) => {
    const part = snapshotPart(place.plan.steps, action.with, place.target);
    return part === null ? nothingSent : lookSending(part.action, place);
  },
  run: runCompare,
};

async function runCompare(context: StepContext, action: CompareAction): Promise<Outcome> {
  const { target } = context;
  const params = { with: action.with, host: target };
  const part = snapshotPart(context.plan.steps, action.with, target);
  const taken = takenSnapshot(context.state(), action.with, target);
  if (part === null || taken === null) {
    return outcome('failed', { effect: 'none', failure: failure('snapshot-missing', params) });
  }
  const before = await keptSnapshot(context, taken.result).catch(() => null);
  if (before === null) return outcome('failed', { effect: 'none', failure: failure('snapshot-altered', params) });
  // What was there may be gone altogether: that is for the comparison to say.
  const looked = await lookForSnapshot(context, { ...part.action, mayBeEmpty: true });
  if (!looked.ok) return looked.outcome;
  const { exit, checks, snapshot: after } = looked;
  const compared = compareSnapshots(before, after, action.allowed, action.tolerance);
  const result: CompareResult = {
    kind: 'compare',
    with: action.with,
    attempt: taken.attempt,
    before: entriesOf(before),
    after: entriesOf(after),
    unexpected: countsOf(compared.unexpected),
    expected: countsOf(compared.expected),
    differences: shownOf(compared),
  };
  const given = { effect: 'none', exit, checks, result } as const;
  const count = compared.unexpected.length;
  if (count === 0) return outcome('passed', given);
  if (count > mostFindings) {
    const problem = failure('compare-too-many', { ...params, count: String(count), most: String(mostFindings) });
    return outcome('failed', { ...given, failure: problem });
  }
  return outcome('inconclusive', { ...given, findings: compared.unexpected.map(findingOf) });
}

function countsOf(differences: readonly Difference[]): CompareResult['expected'] {
  const counts = { missing: 0, added: 0, changed: 0 };
  for (const { what } of differences) counts[what] += 1;
  return counts;
}

function shownOf({ unexpected, expected }: Comparison): CompareResult['differences'] {
  return [
    ...unexpected.slice(0, differencesKept).map((difference) => ({ ...difference, expected: false })),
    ...expected.slice(0, differencesKept).map((difference) => ({ ...difference, expected: true })),
  ];
}

function findingOf(difference: Difference): Finding {
  return {
    id: differenceId(difference),
    title: `${differenceSigns[difference.what]} ${difference.key}`.slice(0, 1_000),
    detail: differenceWords(difference),
    count: 1,
  };
}
