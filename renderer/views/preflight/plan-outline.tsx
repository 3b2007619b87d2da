import type { Plan, PlanStep } from '../../../shared/checklist/plan.ts';
import { DESK } from '../../../shared/checklist/plan-lookup.ts';
import { targetName } from '../../components/target-name.ts';
import { useText } from '../../components/use-text.ts';
import { exactWords } from '../../steps/index.tsx';

/** Everything that will run, by phase, in working order; the exact words are one click away. */
export function PlanOutline({ plan }: { readonly plan: Plan }) {
  const { t } = useText();
  return (
    <>
      {plan.phases.map((phase, index) => {
        const steps = plan.steps.filter((step) => step.phase === index);
        if (steps.length === 0) return null;
        return (
          <section key={`${phase.kind} ${phase.title}`} className="plan-phase">
            <h3>
              {phase.title} <span className="quiet">{t(`phase-${phase.kind}`)}</span>
            </h3>
            <ol>
              {steps.map((step, at) => (
                <PlanRow
                  key={step.id}
                  plan={plan}
                  step={step}
                  first={step.block !== null && steps[at - 1]?.block !== step.block}
                />
              ))}
            </ol>
          </section>
        );
      })}
    </>
  );
}

function PlanRow({ plan, step, first }: { readonly plan: Plan; readonly step: PlanStep; readonly first: boolean }) {
  const text = useText();
  const { t } = text;
  const block = step.block === null ? null : plan.blocks[step.block];
  const shown = step.targets.slice(0, 6).map((target) => targetName(text, target));
  const more = step.targets.length - shown.length;
  return (
    <li className={block == null ? 'plan-step' : 'plan-step in-block'}>
      {first && block != null ? <p className="block-title">{t('atomic-block-named', { title: block.title })}</p> : null}
      <div className="plan-line">
        <span className="code">{step.code}</span>
        <span className="plan-title">{step.title}</span>
        <span>{step.countersign !== 'none' ? <span className="tag">{t('countersign-tag')}</span> : null}</span>
        <span className={`effect-word ${step.effect}`}>{t(`effect-${step.effect}`)}</span>
        <span className="plan-time number">{step.plannedMs === null ? '' : text.span(step.plannedMs)}</span>
      </div>
      <div className="plan-detail">
        <span className="quiet">
          {t(`kind-${step.kind}`)} · {shown.join(t('list-separator'))}
          {more > 0 ? ` ${t('and-more', { count: more })}` : ''}
        </span>
        <ExactWords step={step} />
      </div>
    </li>
  );
}

function ExactWords({ step }: { readonly step: PlanStep }) {
  const { t } = useText();
  const commands = new Map<string, string[]>();
  for (const target of step.targets) {
    const command = exactWords(step.perTarget[target] ?? step.action);
    if (command !== null) commands.set(command, [...(commands.get(command) ?? []), target]);
  }
  if (commands.size === 0) return null;
  return (
    <details className="exact">
      <summary>{t('exact-command')}</summary>
      {[...commands].map(([command, targets]) => (
        <div key={command}>
          {commands.size > 1 && targets[0] !== DESK ? <p className="quiet">{targets.join(', ')}</p> : null}
          <pre>{command}</pre>
        </div>
      ))}
    </details>
  );
}
