import { type FormEvent, useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import { stepIndex } from '../../../shared/checklist/plan-lookup.ts';
import type { Intent } from '../../../shared/contract/intents.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { DialogActs, ReasonField } from '../../components/reason-dialog.tsx';
import { useText } from '../../components/use-text.ts';
import type { OpenRun } from '../../store/app-state.ts';

interface Props {
  readonly run: OpenRun;
  readonly step: string;
  readonly onClose: () => void;
  readonly onSend: (intent: Intent) => void;
}

/** Asks afresh for each point: the step's code is typed, not clicked, and there is a reason. */
export function NoReturnDialog({ run, step: id, onClose, onSend }: Props) {
  const { t } = useText();
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const { plan } = run.state;
  const step = plan.steps[stepIndex(plan, id)];
  if (step === undefined) return null;
  const complete = typed.trim() === step.code && reason.trim() !== '';
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (complete) onSend({ type: 'accept-no-return', step: id, reason: reason.trim() });
  };
  return (
    <DialogFrame title={t('no-return-dialog')} onClose={onClose} alert>
      <form className="dialog-form" onSubmit={submit}>
        <p className="no-return-words">{step.pointOfNoReturn}</p>
        <p>{t('no-return-after', { step: step.title })}</p>
        <TextField className="field" value={typed} onChange={setTyped} autoFocus>
          <Label>{t('no-return-label', { code: step.code })}</Label>
          <Input className="mono" autoComplete="off" spellCheck={false} />
        </TextField>
        <ReasonField label={t('reason-label')} value={reason} onChange={setReason} autoFocus={false} />
        <DialogActs
          submit={t('no-return-submit')}
          danger
          ready={complete}
          why={complete ? null : t('no-return-needed')}
          onClose={onClose}
        />
      </form>
    </DialogFrame>
  );
}
