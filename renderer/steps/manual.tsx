import { Paperclip } from 'lucide-react';
import { useId } from 'react';
import { Button, Text as FieldText, Input, Label, Radio, RadioGroup, TextArea, TextField } from 'react-aria-components';
import { isSettled } from '../../shared/run/state.ts';
import type { EvidenceField } from '../../shared/steps/actions.ts';
import { useText } from '../components/use-text.ts';
import { emptyDraft, fieldTrouble } from '../model/evidence.ts';
import { useActions, useApp, useRun } from '../store/use-app.ts';
import type { RoomProps, StepRoom } from './room.ts';

function ManualAct({ step, action, target, open }: RoomProps<'manual'>) {
  const { t } = useText();
  const draft = useRun(({ drafts }) => drafts[`${step.id}/${target.target}`] ?? emptyDraft);
  const actions = useActions();
  if (isSettled(target.status))
    return target.attempts.length === 0 ? null : <p className="lead">{t('manual-answered')}</p>;
  const change = (field: string, text: string): void =>
    actions.draft(step.id, target.target, { values: { ...draft.values, [field]: text } });
  return (
    <>
      <p className="lead">{t('manual-lead')}</p>
      {open ? (
        <div className="evidence">
          {action.evidence.map((field) => (
            <EvidenceInput
              key={field.name}
              field={field}
              value={draft.values[field.name] ?? ''}
              onChange={(text) => change(field.name, text)}
            />
          ))}
          <TextField
            className="field"
            value={draft.note}
            onChange={(note) => actions.draft(step.id, target.target, { note })}
          >
            <Label>{t('note-label')}</Label>
            <TextArea rows={2} maxLength={20_000} />
          </TextField>
        </div>
      ) : (
        <EvidenceWanted fields={action.evidence} />
      )}
    </>
  );
}

function EvidenceWanted({ fields }: { readonly fields: readonly EvidenceField[] }) {
  const { t } = useText();
  if (fields.length === 0) return null;
  return (
    <section className="facts">
      <h3>{t('evidence-wanted')}</h3>
      <ul>
        {fields.map((field) => (
          <li key={field.name}>
            <span>
              {field.label || field.name} <span className="quiet">{t(`evidence-${field.type}`)}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface InputProps {
  readonly field: EvidenceField;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

function EvidenceInput({ field, value, onChange }: InputProps) {
  const { t } = useText();
  const trouble = value === '' ? null : fieldTrouble(field, value);
  const label = (
    <>
      {field.label || field.name}
      {field.required ? <span className="required">{t('required')}</span> : null}
    </>
  );
  if (field.type === 'choice') {
    return (
      <RadioGroup className="field choices" value={value} onChange={onChange} isRequired={field.required}>
        <Label>{label}</Label>
        {field.options.map((option) => (
          <Radio key={option} value={option} className="choice">
            {option}
          </Radio>
        ))}
      </RadioGroup>
    );
  }
  if (field.type === 'file') return <FileInput label={label} value={value} onChange={onChange} />;
  return (
    <TextField className="field" value={value} onChange={onChange} isInvalid={trouble !== null}>
      <Label>{label}</Label>
      {field.type === 'text' ? (
        <TextArea rows={1} maxLength={20_000} />
      ) : (
        <Input
          inputMode={field.type === 'number' ? 'decimal' : 'url'}
          placeholder={field.type === 'link' ? 'https://' : ''}
        />
      )}
      {trouble === null ? null : (
        <FieldText slot="errorMessage" className="field-trouble">
          {t(`field-${trouble}`)}
        </FieldText>
      )}
    </TextField>
  );
}

function FileInput({ label, value, onChange }: { readonly label: React.ReactNode } & Omit<InputProps, 'field'>) {
  const { t } = useText();
  const { api } = useApp();
  const id = useId();
  const pick = async (): Promise<void> => {
    const picked = await api.request('evidence:pick-file', {});
    if (picked !== null) onChange(picked.path);
  };
  return (
    <fieldset className="field" aria-labelledby={id}>
      <span className="label" id={id}>
        {label}
      </span>
      <div className="file-field">
        <Button className="button" onPress={() => void pick()}>
          <Paperclip size={16} aria-hidden="true" />
          {value === '' ? t('pick-file') : t('pick-other-file')}
        </Button>
        <span className={value === '' ? 'quiet' : 'path'}>{value === '' ? t('no-file-picked') : value}</span>
      </div>
    </fieldset>
  );
}

/** Something a person does and vouches for. */
export const manualRoom: StepRoom<'manual'> = {
  Act: ManualAct,
  words: () => ({ first: 'confirm-on', again: 'confirm-again-on', busy: 'running-on' }),
  exact: () => null,
  answeredByPerson: true,
};
