import type { PlanStep } from '../../../shared/checklist/plan.ts';
import { backOut, expectedMs } from '../../../shared/run/back-out.ts';
import { rollbackPreview } from '../../../shared/run/rollback-plan.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { targetNames } from '../../components/target-name.ts';
import { useNow } from '../../components/use-now.ts';
import { useText } from '../../components/use-text.ts';
import { wallClock } from '../../model/time.ts';

/** Before a point of no return: its consequence in large words, and what would still be possible until here. */
export function NoReturnGate({ state, step }: { readonly state: RunState; readonly step: PlanStep }) {
  const text = useText();
  const { t, span } = text;
  const now = useNow(true);
  const { takesMs, backAt, uncertain } = backOut(state, new Date(now));
  const undoing = rollbackPreview(state, 'run').steps;
  const lasts = expectedMs(state, step);
  const takes = takesMs === null ? t('rollback-not-known') : span(takesMs);
  return (
    <section className="no-return" aria-labelledby="no-return">
      <h3 id="no-return">{t('no-return-title')}</h3>
      <p className="no-return-words">{step.pointOfNoReturn}</p>
      <p>{t('no-return-after', { step: step.title })}</p>
      <dl className="no-return-facts">
        {lasts === null ? null : (
          <div>
            <dt>{t('no-return-lasts')}</dt>
            <dd className="number">{span(lasts)}</dd>
          </div>
        )}
        {undoing.length === 0 ? null : (
          <>
            <div>
              <dt>{t('no-return-takes')}</dt>
              <dd className="number">{uncertain ? t('rollback-at-least', { span: takes }) : takes}</dd>
            </div>
            <div>
              <dt>{t('no-return-back-at')}</dt>
              <dd className="number">{backAt === null ? '–' : wallClock(backAt)}</dd>
            </div>
          </>
        )}
      </dl>
      {undoing.length === 0 ? (
        <p>{t('no-return-undo-none')}</p>
      ) : (
        <details className="exact">
          <summary>{t('no-return-undo')}</summary>
          <ol className="plain-steps">
            {undoing.map(({ id, code, title, targets }) => (
              <li key={id}>
                <span className="code">{code}</span> {title} <span className="quiet">{targetNames(text, targets)}</span>
              </li>
            ))}
          </ol>
        </details>
      )}
    </section>
  );
}
