import { type FormEvent, useState } from 'react';
import { Button, Input, Label, TextArea, TextField } from 'react-aria-components';
import { DialogFrame } from './dialog-frame.tsx';
import { NotTakenNotice, SendingWords, useSending } from './sending.tsx';
import { useText } from './use-text.ts';

/** What an act has to be given besides its reason: who pays the debt, and when it is due. */
export type Wanted = 'reason' | 'reason-and-owner' | 'reason-owner-due';

export interface ReasonAnswer {
  readonly reason: string;
  readonly owner: string | null;
  readonly due: string | null;
}

interface Props {
  readonly title: string;
  /** What follows from it, in one or two sentences. */
  readonly consequence: string;
  /** Names the act, e.g. "Defer app2". */
  readonly submit: string;
  readonly danger?: boolean;
  readonly wanted?: Wanted;
  readonly onClose: () => void;
  readonly onSubmit: (answer: ReasonAnswer) => void;
}

/** Asks for the reason of an act that the journal keeps; it cannot be sent without one. */
export function ReasonDialog({
  title,
  consequence,
  submit,
  danger = false,
  wanted = 'reason',
  onClose,
  onSubmit,
}: Props) {
  const { t } = useText();
  const [reason, setReason] = useState('');
  const [owner, setOwner] = useState('');
  const [due, setDue] = useState('');
  const withOwner = wanted !== 'reason';
  const withDue = wanted === 'reason-owner-due';
  const complete = reason.trim() !== '' && (!withOwner || owner.trim() !== '') && (!withDue || due.trim() !== '');
  const onFormSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (!complete) return;
    onSubmit({
      reason: reason.trim(),
      owner: withOwner ? owner.trim() : null,
      due: withDue ? due.trim() : null,
    });
  };
  return (
    <DialogFrame title={title} onClose={onClose} alert>
      <form className="dialog-form" onSubmit={onFormSubmit}>
        <p className="consequence">{consequence}</p>
        <ReasonField label={t('reason-label')} value={reason} onChange={setReason} />
        {withOwner ? (
          <TextField className="field" value={owner} onChange={setOwner} isRequired>
            <Label>{t('owner-label')}</Label>
            <Input maxLength={255} />
          </TextField>
        ) : null}
        {withDue ? (
          <TextField className="field" value={due} onChange={setDue} isRequired>
            <Label>{t('due-label')}</Label>
            <Input maxLength={255} />
          </TextField>
        ) : null}
        <DialogActs
          submit={submit}
          danger={danger}
          ready={complete}
          why={complete ? null : t(wanted === 'reason' ? 'reason-needed' : `${wanted}-needed`)}
          onClose={onClose}
        />
      </form>
    </DialogFrame>
  );
}

interface ReasonFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly autoFocus?: boolean;
}

/** Why: a few lines that the journal keeps. */
export function ReasonField({ label, value, onChange, autoFocus = true }: ReasonFieldProps) {
  return (
    <TextField className="field" value={value} onChange={onChange} isRequired autoFocus={autoFocus}>
      <Label>{label}</Label>
      <TextArea rows={3} maxLength={20_000} />
    </TextField>
  );
}

interface ActsProps {
  readonly submit: string;
  readonly danger: boolean;
  readonly ready: boolean;
  /** What is missing, in words, or null. */
  readonly why: string | null;
  readonly onClose: () => void;
}

/**
 * The foot of a dialog's form: back out, or do what the button names. Where the act is waited for (`SendingDialog`), it
 * says how that stands; the button keeps the keyboard meanwhile, and backing out is possible throughout.
 */
export function DialogActs({ submit, danger, ready, why, onClose }: ActsProps) {
  const { t } = useText();
  const sending = useSending();
  const busy = sending?.busy === true;
  return (
    <>
      <NotTakenNotice />
      <div className="dialog-acts">
        {sending === null ? null : <SendingWords />}
        <Button className="button" onPress={onClose}>
          {t('cancel')}
        </Button>
        <Button
          type="submit"
          className={danger ? 'button solid danger' : 'button solid'}
          isDisabled={!ready || sending?.blocked === true}
          aria-disabled={busy}
        >
          {submit}
        </Button>
      </div>
      {why === null || busy ? null : <p className="why">{why}</p>}
    </>
  );
}
