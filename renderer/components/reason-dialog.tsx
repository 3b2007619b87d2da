import { type FormEvent, useState } from 'react';
import { Button, Input, Label, TextArea, TextField } from 'react-aria-components';
import { DialogFrame } from './dialog-frame.tsx';
import { useText } from './use-text.ts';

interface Props {
  readonly title: string;
  /** What follows from it, in one or two sentences. */
  readonly consequence: string;
  /** Names the act, e.g. "Defer app2". */
  readonly submit: string;
  readonly danger?: boolean;
  /** Asks who pays the debt. */
  readonly withOwner?: boolean;
  readonly onClose: () => void;
  readonly onSubmit: (reason: string, owner: string | null) => void;
}

/** Asks for the reason of an act that the journal keeps; it cannot be sent without one. */
export function ReasonDialog({
  title,
  consequence,
  submit,
  danger = false,
  withOwner = false,
  onClose,
  onSubmit,
}: Props) {
  const { t } = useText();
  const [reason, setReason] = useState('');
  const [owner, setOwner] = useState('');
  const [sent, setSent] = useState(false);
  const complete = reason.trim() !== '' && (!withOwner || owner.trim() !== '');
  const onFormSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (!complete || sent) return;
    setSent(true);
    onSubmit(reason.trim(), withOwner ? owner.trim() : null);
  };
  return (
    <DialogFrame title={title} onClose={onClose} alert>
      <form className="dialog-form" onSubmit={onFormSubmit}>
        <p className="consequence">{consequence}</p>
        <TextField className="field" value={reason} onChange={setReason} isRequired autoFocus>
          <Label>{t('reason-label')}</Label>
          <TextArea rows={3} maxLength={20_000} />
        </TextField>
        {withOwner ? (
          <TextField className="field" value={owner} onChange={setOwner} isRequired>
            <Label>{t('owner-label')}</Label>
            <Input maxLength={255} />
          </TextField>
        ) : null}
        <div className="dialog-acts">
          <Button className="button" onPress={onClose}>
            {t('cancel')}
          </Button>
          <Button
            type="submit"
            className={danger ? 'button solid danger' : 'button solid'}
            isDisabled={!complete || sent}
          >
            {submit}
          </Button>
        </div>
        {complete ? null : <p className="why">{withOwner ? t('reason-and-owner-needed') : t('reason-needed')}</p>}
      </form>
    </DialogFrame>
  );
}
