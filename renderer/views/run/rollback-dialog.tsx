import { Button } from 'react-aria-components';
import type { Plan, PlanStep } from '../../../shared/checklist/plan.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { targetNames } from '../../components/target-name.ts';
import { useText } from '../../components/use-text.ts';

type Act = PlanStep['action'];

interface Undo {
  readonly key: string;
  readonly code: string;
  readonly title: string;
  readonly targets: readonly string[];
  readonly action: Act;
}

function undoings(plan: Plan): readonly Undo[] {
  const own = plan.steps.flatMap(({ id, code, title, targets, rollback }) =>
    rollback === null ? [] : [{ key: id, code, title, targets, action: rollback.action }],
  );
  const listed = plan.rollback.steps.map(({ id, code, title, targets, action }) => ({
    key: `r ${id}`,
    code,
    title,
    targets,
    action,
  }));
  // What was done last is undone first; the checklist's own rollback list is in its declared order already.
  return [...own.reverse(), ...listed];
}

const commandOf = (action: Act): string | null => (action.kind === 'run' ? action.command : null);

/** The rollback as the checklist declares it, to be read and done by hand; this version does not execute it. */
export function RollbackDialog({ plan, onClose }: { readonly plan: Plan; readonly onClose: () => void }) {
  const text = useText();
  const { t } = text;
  const steps = undoings(plan);
  return (
    <DialogFrame title={t('rollback-steps')} onClose={onClose} size="medium">
      <p className="consequence">{t('rollback-text')}</p>
      {plan.rollback.order.length === 0 ? null : (
        <p>{t('rollback-order', { order: plan.rollback.order.join(' → ') })}</p>
      )}
      {steps.length === 0 ? <p className="empty">{t('rollback-none')}</p> : null}
      <ol className="rollback">
        {steps.map((step) => (
          <li key={step.key}>
            <p>
              <span className="code">{step.code}</span> {step.title}{' '}
              <span className="quiet">{targetNames(text, step.targets)}</span>
            </p>
            {commandOf(step.action) === null ? null : <pre>{commandOf(step.action)}</pre>}
          </li>
        ))}
      </ol>
      <div className="dialog-acts">
        <Button className="button solid" autoFocus onPress={onClose}>
          {t('close')}
        </Button>
      </div>
    </DialogFrame>
  );
}
