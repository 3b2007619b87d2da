import { Checkbox } from 'react-aria-components';
import type { PlanStep } from '../../../shared/checklist/plan.ts';
import { actionFor, stepIndex } from '../../../shared/checklist/plan-lookup.ts';
import type { Ran, RollbackPreview } from '../../../shared/run/rollback-plan.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { stepTitle } from '../../components/step-title.ts';
import { targetName, targetNames } from '../../components/target-name.ts';
import { useNow } from '../../components/use-now.ts';
import { useText } from '../../components/use-text.ts';
import { wallClock } from '../../model/time.ts';
import { ranKey, timeFor } from '../../model/way-back.ts';
import { exactWords } from '../../steps/index.tsx';

interface Props {
  readonly state: RunState;
  readonly preview: RollbackPreview;
  /** Writes that may have left something behind; each is undone only when it is ticked. */
  readonly uncertain: readonly Ran[];
  readonly included: ReadonlySet<string>;
  readonly onInclude: (included: ReadonlySet<string>) => void;
}

/** What turning round would do, exactly: the steps in order, how long, what stays, what is uncertain. */
export function RollbackWhat({ state, preview, uncertain, included, onInclude }: Props) {
  const { t } = useText();
  return (
    <>
      {preview.steps.length === 0 ? null : <Takes state={state} steps={preview.steps} />}
      {uncertain.length === 0 ? null : (
        <fieldset className="field choices">
          <legend className="label">{t('rollback-uncertain')}</legend>
          <p className="why">{t('rollback-uncertain-text')}</p>
          {uncertain.map((ran) => (
            <Checkbox
              key={ranKey(ran)}
              className="choice tick"
              isSelected={included.has(ranKey(ran))}
              onChange={(chosen) => onInclude(withKey(included, ranKey(ran), chosen))}
            >
              <RanName state={state} ran={ran} />
            </Checkbox>
          ))}
        </fieldset>
      )}
      {preview.steps.length === 0 ? null : (
        <section>
          <h3>{t('rollback-does')}</h3>
          <ol className="rollback">
            {preview.steps.map((step) => (
              <UndoRow key={step.id} step={step} />
            ))}
          </ol>
        </section>
      )}
      {preview.notUndone.length === 0 ? null : (
        <section>
          <h3>{t('rollback-not-undone')}</h3>
          <ul className="plain-steps">
            {preview.notUndone.map((ran) => (
              <li key={ranKey(ran)}>
                <RanName state={state} ran={ran} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function withKey(keys: ReadonlySet<string>, key: string, chosen: boolean): ReadonlySet<string> {
  const next = new Set(keys);
  if (chosen) next.add(key);
  else next.delete(key);
  return next;
}

function Takes({ state, steps }: { readonly state: RunState; readonly steps: readonly PlanStep[] }) {
  const { t, span } = useText();
  const now = useNow(true);
  const { takesMs, uncertain } = timeFor(state, steps);
  const words = takesMs === 0 ? t('rollback-not-known') : span(takesMs);
  return (
    <dl className="gate-facts across">
      <div>
        <dt>{t('rollback-takes')}</dt>
        <dd className="number">{uncertain && takesMs > 0 ? t('rollback-at-least', { span: words }) : words}</dd>
      </div>
      {takesMs === 0 ? null : (
        <div>
          <dt>{t('rollback-back-at')}</dt>
          <dd className="number">
            {wallClock(new Date(now + takesMs))}
            {uncertain ? '+' : ''}
          </dd>
        </div>
      )}
    </dl>
  );
}

function UndoRow({ step }: { readonly step: PlanStep }) {
  const text = useText();
  const { t, span } = text;
  const words = new Map<string, string[]>();
  for (const target of step.targets) {
    const exact = exactWords(actionFor(step, target));
    if (exact !== null) words.set(exact, [...(words.get(exact) ?? []), target]);
  }
  return (
    <li>
      <p className="rollback-line">
        <span className="code">{step.code}</span>
        <span>{stepTitle(text, step)}</span>
        <strong>{targetNames(text, step.targets)}</strong>
        <span className="number quiet">{step.plannedMs === null ? '' : span(step.plannedMs)}</span>
      </p>
      {words.size === 0 ? null : (
        <details className="exact">
          <summary>{t('exact-command')}</summary>
          {[...words].map(([exact, targets]) => (
            <div key={exact}>
              {words.size > 1 ? <p className="quiet">{targets.join(t('list-separator'))}</p> : null}
              <pre>{exact}</pre>
            </div>
          ))}
        </details>
      )}
    </li>
  );
}

function RanName({ state, ran }: { readonly state: RunState; readonly ran: Ran }) {
  const text = useText();
  const step = state.plan.steps[stepIndex(state.plan, ran.step)];
  return (
    <span>
      <span className="code">{step?.code}</span> {step?.title ?? ran.step}{' '}
      <strong>{targetName(text, ran.target)}</strong>
    </span>
  );
}
