import { Button } from 'react-aria-components';
import type { PlanStep } from '../../../shared/checklist/plan.ts';
import { stepIndex } from '../../../shared/checklist/plan-lookup.ts';
import type { RollbackState, RunState } from '../../../shared/run/state.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { useText } from '../../components/use-text.ts';
import { dateAndTime } from '../../model/time.ts';

interface ForwardProps {
  readonly state: RunState;
  readonly step: PlanStep;
  readonly onClose: () => void;
}

/** After a point of no return: why there is no way back, and what is left. */
export function FixForward({ state, step, onClose }: ForwardProps) {
  const { t } = useText();
  const accepted = state.steps[stepIndex(state.plan, step.id)]?.noReturn ?? null;
  return (
    <DialogFrame title={t('forward-title')} onClose={onClose}>
      <p>{t('forward-text', { step: step.title, code: step.code })}</p>
      <p className="no-return-words">{step.pointOfNoReturn}</p>
      {accepted === null ? null : (
        <p className="decision">
          {t('no-return-accepted', { by: accepted.by, at: dateAndTime(new Date(accepted.at)) })}
          <q>{accepted.reason}</q>
        </p>
      )}
      <p>{t('forward-what')}</p>
      <CloseOnly onClose={onClose} />
    </DialogFrame>
  );
}

interface UnderWayProps {
  readonly state: RunState;
  readonly rollback: RollbackState;
  readonly onClose: () => void;
}

/** A rollback is begun once: who began it, why, and where it is worked. */
export function UnderWay({ state, rollback, onClose }: UnderWayProps) {
  const { t } = useText();
  const run = rollback.scope === 'run';
  const done = state.steps.slice(rollback.from, rollback.from + rollback.count).filter((one) => one.settledAt !== null);
  return (
    <DialogFrame title={t(run ? 'rolling-back-title' : 'restoring-title')} onClose={onClose}>
      <p className="decision">
        {t('rolling-back-by', { by: rollback.by, at: dateAndTime(new Date(rollback.at)) })}
        <q>{rollback.reason}</q>
      </p>
      <p>{t('rolling-back-text', { phase: t(run ? 'rollback-phase' : 'restore-phase') })}</p>
      <p className="number">{t('n-of-m', { n: done.length, m: rollback.count })}</p>
      <CloseOnly onClose={onClose} />
    </DialogFrame>
  );
}

function CloseOnly({ onClose }: { readonly onClose: () => void }) {
  const { t } = useText();
  return (
    <div className="dialog-acts">
      <Button className="button solid" autoFocus onPress={onClose}>
        {t('close')}
      </Button>
    </div>
  );
}
