import { lastAttempt } from '../../shared/run/state.ts';
import { differenceSigns } from '../../shared/snapshot/difference.ts';
import { toleranceWords } from '../../shared/snapshot/words.ts';
import type { CompareResult as Compared } from '../../shared/steps/actions/compare.ts';
import type { ActionOf } from '../../shared/steps/actions.ts';
import { snapshotPart, takenSnapshot } from '../../shared/steps/snapshot-lookup.ts';
import { useText } from '../components/use-text.ts';
import { dateAndTime } from '../model/time.ts';
import { useRun } from '../store/use-app.ts';
import type { ResultProps, RoomProps, StepRoom } from './room.ts';
import { SnapshotLook } from './snapshot-look.tsx';

function CompareAct({ action, target }: RoomProps<'compare'>) {
  const { t } = useText();
  const state = useRun((run) => run.state);
  const part = snapshotPart(state.plan.steps, action.with, target.target);
  const taken = takenSnapshot(state, action.with, target.target);
  const stands = state.steps.find(({ id }) => id === part?.step.id);
  const when = stands?.targets
    .find((one) => one.target === target.target)
    ?.attempts.find(({ attempt }) => attempt === taken?.attempt)?.endedAt;
  return (
    <>
      <p className="lead">
        {when == null
          ? t('compare-lead', { with: action.with })
          : t('compare-lead-taken', { with: action.with, at: dateAndTime(new Date(when)) })}
      </p>
      {part === null ? null : <SnapshotLook look={part.action.look} target={target} />}
      {/* Once there is a comparison, it says of each difference whether it was expected. */}
      {lastAttempt(target)?.result?.kind === 'compare' ? null : <Expected action={action} />}
    </>
  );
}

function Expected({ action }: { readonly action: ActionOf<'compare'> }) {
  const { t, step } = useText();
  const { missing, added, changed } = action.allowed;
  const names = (list: readonly string[]) => ({ names: list.join(', ') });
  const within = changed.map(({ names: one, tolerance }) =>
    tolerance === null ? one : `${one} (${toleranceWords(tolerance)})`,
  );
  return (
    <section className="facts">
      <h3>{t('compare-expected')}</h3>
      <ul>
        {missing.length === 0 ? null : <li>{step('compare-missing', names(missing))}</li>}
        {added.length === 0 ? null : <li>{step('compare-added', names(added))}</li>}
        {within.length === 0 ? null : <li>{step('compare-changed', names(within))}</li>}
        {action.tolerance === null ? null : (
          <li>{step('compare-tolerance', { tolerance: toleranceWords(action.tolerance) })}</li>
        )}
        <li>{step('compare-else')}</li>
      </ul>
    </section>
  );
}

function CompareResult({ result }: ResultProps<'compare'>) {
  const { t } = useText();
  const total = sum(result.unexpected) + sum(result.expected);
  const summary = t('compare-summary', { before: result.before, after: result.after });
  if (total === 0) {
    return (
      <p className="lead">
        {t('compare-none')} {summary}
      </p>
    );
  }
  return (
    <>
      <div className="differences">
        <table className="table">
          <caption>
            {t('compare-caption')} · {summary}
          </caption>
          <thead>
            <tr>
              <th scope="col">{t('compare-what')}</th>
              <th scope="col">{t('compare-key')}</th>
              <th scope="col">{t('compare-before')}</th>
              <th scope="col">{t('compare-after')}</th>
            </tr>
          </thead>
          <tbody>
            {result.differences.map((difference) => (
              <tr key={`${difference.what} ${difference.key}`} className={difference.expected ? 'quiet' : undefined}>
                <td>
                  {/* A shape beside the word, for those who cannot tell the words at a glance. */}
                  {differenceSigns[difference.what]} {t(`compare-is-${difference.what}`)}
                  {difference.expected ? ` (${t('compare-as-expected')})` : ''}
                </td>
                <th scope="row" className="mono">
                  {difference.key}
                </th>
                <td className="mono">{sideOf(difference, 'before')}</td>
                <td className="mono">{sideOf(difference, 'after')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {total === result.differences.length ? null : (
        <p className="quiet">{t('compare-more', { count: total - result.differences.length })}</p>
      )}
    </>
  );
}

function sum({ missing, added, changed }: Compared['expected']): number {
  return missing + added + changed;
}

/** A number, or whether the key was there on that side. */
function sideOf(difference: Compared['differences'][number], side: 'before' | 'after'): string {
  const number = difference[side];
  if (number !== null) return String(number);
  const there = difference.what === 'missing' ? 'before' : 'after';
  return difference.what !== 'changed' && there === side ? '✓' : '–';
}

/** What differs from an earlier snapshot. The differences nobody expected are judged where all findings are. */
export const compareRoom: StepRoom<'compare'> = {
  Act: CompareAct,
  Result: CompareResult,
  words: () => ({ first: 'compare-on', again: 'compare-again-on', busy: 'running-on' }),
  exact: () => null,
  answeredByPerson: false,
};
