import { type FormEvent, useState } from 'react';
import { Input, Label, Radio, RadioGroup, TextField } from 'react-aria-components';
import { actionFor, stepIndex } from '../../../shared/checklist/plan-lookup.ts';
import type { Intent } from '../../../shared/contract/intents.ts';
import { may } from '../../../shared/run/policy.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { DialogActs, ReasonField } from '../../components/reason-dialog.tsx';
import { useText } from '../../components/use-text.ts';
import { missingRoles } from '../../model/approvals.ts';
import type { OpenRun } from '../../store/app-state.ts';
import type { AskedAct } from './asked-act.ts';

interface Props {
  readonly run: OpenRun;
  readonly act: Extract<AskedAct, { type: 'approve' }>;
  readonly onClose: () => void;
  readonly onSend: (intent: Intent) => void;
}

type Approve = Extract<Intent, { type: 'approve' }>;

/** Enters what a person of a role said, in that person's words. */
export function ApproveDialog({ run, act, onClose, onSend }: Props) {
  const { t, refusal } = useText();
  const { state } = run;
  const step = state.plan.steps[stepIndex(state.plan, act.step)];
  const target = state.steps[stepIndex(state.plan, act.step)]?.targets.find((one) => one.target === act.target);
  const action = step === undefined ? null : actionFor(step, act.target);
  const roles = action?.kind === 'approval' ? action.roles : [];
  const first =
    action?.kind === 'approval' && target !== undefined ? missingRoles(action, target.approvals)[0] : undefined;
  const [role, setRole] = useState(first ?? roles[0]?.role ?? '');
  const [person, setPerson] = useState('');
  const [answer, setAnswer] = useState<Approve['answer'] | null>(null);
  const [reason, setReason] = useState('');
  const complete = person.trim() !== '' && answer !== null && reason.trim() !== '';
  const intent: Approve = {
    type: 'approve',
    step: act.step,
    target: act.target,
    role,
    person: person.trim(),
    answer: answer ?? 'approved',
    reason: reason.trim(),
  };
  const refused = person.trim() === '' || answer === null ? null : may(state, intent);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (complete && refused === null) onSend(intent);
  };
  return (
    <DialogFrame title={t('approve-title')} onClose={onClose} alert>
      <form className="dialog-form" onSubmit={submit}>
        <p className="consequence">{t('approve-text')}</p>
        <Choices
          label={t('approve-role')}
          value={role}
          onChange={setRole}
          options={roles.map((one) => [one.role, one.role])}
        />
        <TextField className="field" value={person} onChange={setPerson} isRequired autoFocus>
          <Label>{t('approve-person')}</Label>
          <Input maxLength={255} />
        </TextField>
        <Choices
          label={t('approve-answer')}
          value={answer}
          onChange={(value) => setAnswer(value as Approve['answer'])}
          options={[
            ['approved', t('approve-approved')],
            ['refused', t('approve-refused')],
          ]}
        />
        <ReasonField label={t('approve-reason')} value={reason} onChange={setReason} autoFocus={false} />
        <DialogActs
          submit={t(`approve-submit-${answer ?? 'approved'}`, { person: person.trim() || '…' })}
          danger={answer === 'refused'}
          ready={complete && refused === null}
          why={refused !== null ? refusal(refused) : complete ? null : t('approve-needed')}
          onClose={onClose}
        />
      </form>
    </DialogFrame>
  );
}

interface ChoicesProps {
  readonly label: string;
  readonly value: string | null;
  readonly onChange: (value: string) => void;
  readonly options: readonly (readonly [value: string, label: string])[];
}

function Choices({ label, value, onChange, options }: ChoicesProps) {
  return (
    <RadioGroup className="field choices across" value={value} onChange={onChange} isRequired>
      <Label>{label}</Label>
      {options.map(([option, name]) => (
        <Radio key={option} value={option} className="choice">
          {name}
        </Radio>
      ))}
    </RadioGroup>
  );
}
