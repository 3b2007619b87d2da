import type { Plan, PlanStep } from '../../../shared/checklist/plan.ts';
import { useText } from '../../components/use-text.ts';

/** Before an atomic block: what it means to go in, and how long it can take at worst. */
export function BlockGate({ plan, block }: { readonly plan: Plan; readonly block: number }) {
  const { t, span } = useText();
  const steps = plan.steps.filter((step) => step.block === block);
  const { title, worstCaseMs } = plan.blocks[block] ?? { title: '', worstCaseMs: null };
  return (
    <section className="gate">
      <h3>{t('gate-title', { title })}</h3>
      <p>{t('gate-text')}</p>
      <dl className="gate-facts">
        <div>
          <dt>{t('gate-worst-case')}</dt>
          <dd className="number">{worstCaseMs === null ? t('gate-no-worst-case') : span(worstCaseMs)}</dd>
        </div>
        <div>
          <dt>{t('gate-steps')}</dt>
          <dd>
            <ol>
              {steps.map((step) => (
                <li key={step.id}>
                  <span className="code">{step.code}</span> {step.title}
                </li>
              ))}
            </ol>
          </dd>
        </div>
        <Restoration steps={steps.filter(({ effect }) => effect === 'write')} />
      </dl>
    </section>
  );
}

/** What restoring would do if all of it had run: the writes in reverse, and those that nothing undoes. */
function Restoration({ steps }: { readonly steps: readonly PlanStep[] }) {
  const { t } = useText();
  if (steps.length === 0) return null;
  const none = steps.every(({ rollback }) => rollback === null);
  return (
    <div>
      <dt>
        {t('gate-restore')} {t(none ? 'gate-restore-none' : 'gate-restore-some')}
      </dt>
      <dd>
        {none ? null : (
          <ol>
            {steps.toReversed().map((step) => (
              <li key={step.id}>
                <span className="code">{step.code}</span> {step.title}
                {step.rollback === null ? <span className="tag">{t('gate-restore-gap')}</span> : null}
              </li>
            ))}
          </ol>
        )}
      </dd>
    </div>
  );
}
