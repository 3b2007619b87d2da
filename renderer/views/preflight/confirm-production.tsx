import { type FormEvent, useState } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import type { Plan } from '../../../shared/checklist/plan.ts';
import { checkWords } from '../../components/check-words.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { useText } from '../../components/use-text.ts';
import { canLock, decisionsToSend } from '../../model/preflight-checks.ts';
import type { PreflightState } from '../../store/app-state.ts';

interface Props {
  readonly preflight: PreflightState;
  readonly plan: Plan;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

/** Production is entered knowingly: what was chosen and gone past is read once more, the environment's name is typed. */
export function ConfirmProduction({ preflight, plan, onClose, onConfirm }: Props) {
  const { t } = useText();
  const [typed, setTyped] = useState('');
  const { environment } = plan;
  const matches = typed.trim() === environment;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (matches) onConfirm();
  };
  return (
    <DialogFrame title={t('production-title', { environment })} onClose={onClose} alert>
      <form className="dialog-form" onSubmit={submit}>
        <p className="consequence">{t('production-text', { environment })}</p>
        <Chosen preflight={preflight} plan={plan} />
        <TextField className="field" value={typed} onChange={setTyped} autoFocus>
          <Label>{t('production-label', { environment })}</Label>
          <Input className="mono" autoComplete="off" spellCheck={false} />
        </TextField>
        <div className="dialog-acts">
          <Button className="button" onPress={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" className="button solid danger" isDisabled={!matches}>
            {t('start-run-in', { environment })}
          </Button>
        </div>
      </form>
    </DialogFrame>
  );
}

function Chosen({ preflight, plan }: Pick<Props, 'preflight' | 'plan'>) {
  const text = useText();
  const { lockdown } = text;
  const { on, reason } = preflight.lockdown;
  const decided = decisionsToSend(preflight);
  return (
    <div className="confirm-chosen">
      {canLock(plan) ? (
        <p className={on ? undefined : 'is-overridden'}>
          {on ? lockdown('confirm-lock-on') : lockdown('confirm-lock-off', { reason: reason ?? '' })}
        </p>
      ) : (
        <p>{lockdown('confirm-lock-nothing')}</p>
      )}
      {decided.length === 0 ? null : (
        <>
          <p>{lockdown('confirm-gone-past')}</p>
          <ul className="confirm-decided">
            {decided.map((one) => {
              const check = preflight.checks[one.item];
              return (
                <li key={one.item}>
                  <p>{check === undefined || check === 'sensing' ? null : checkWords(check, text).what}</p>
                  <p className="quiet">{lockdown('confirm-because', { reason: one.reason })}</p>
                </li>
              );
            })}
          </ul>
        </>
      )}
    </div>
  );
}
