import type { Plan } from '../../../shared/checklist/plan.ts';
import { Glyph } from '../../components/glyph.tsx';
import { useText } from '../../components/use-text.ts';

/** Before the run: whether the environment wants a second person, and what it means to have none. */
export function PreflightChecker({ plan }: { readonly plan: Plan }) {
  const { people } = useText();
  const count = plan.steps.filter(({ countersign }) => countersign !== 'none').length;
  if (count === 0) return null;
  return (
    <section aria-labelledby="second-person" className="rehearsal">
      <h2 id="second-person">{people('preflight-checker')}</h2>
      <div className="rehearsal-line">
        <Glyph standing="countersign" />
        <div>
          <p>{people('preflight-checker-wanted', { environment: plan.environment, count })}</p>
          <p className="quiet">{people('preflight-checker-alone')}</p>
          {plan.production ? <p className="quiet">{people('preflight-checker-own')}</p> : null}
        </div>
      </div>
    </section>
  );
}
