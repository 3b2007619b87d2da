import { type FormEvent, useState } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { useText } from '../../components/use-text.ts';

interface Props {
  readonly environment: string;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

/** Production is entered knowingly: the environment's name is typed, not clicked. */
export function ConfirmProduction({ environment, onClose, onConfirm }: Props) {
  const { t } = useText();
  const [typed, setTyped] = useState('');
  const matches = typed.trim() === environment;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (matches) onConfirm();
  };
  return (
    <DialogFrame title={t('production-title', { environment })} onClose={onClose} alert>
      <form className="dialog-form" onSubmit={submit}>
        <p className="consequence">{t('production-text', { environment })}</p>
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
