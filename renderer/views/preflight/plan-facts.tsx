import type { Plan } from '../../../shared/checklist/plan.ts';
import { useText } from '../../components/use-text.ts';

/** Values the checklist was resolved with, and what the operator will be asked for. */
export function Facts({ plan }: { readonly plan: Plan }) {
  const { t } = useText();
  const variables = Object.entries(plan.variables);
  return (
    <>
      <section aria-labelledby="variables">
        <h2 id="variables">{t('variables')}</h2>
        {variables.length === 0 ? (
          <p className="empty">{t('no-variables')}</p>
        ) : (
          <dl className="variables">
            {variables.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
      </section>
      {plan.secrets.length === 0 ? null : (
        <section aria-labelledby="secrets">
          <h2 id="secrets">{t('secrets')}</h2>
          <p className="quiet">{t('secrets-text')}</p>
          <dl className="variables">
            {plan.secrets.map(({ name, prompt }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{prompt}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </>
  );
}
