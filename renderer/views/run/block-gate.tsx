import type { Plan } from '../../../shared/checklist/plan.ts';
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
      </dl>
    </section>
  );
}
