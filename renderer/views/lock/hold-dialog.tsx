import { type FormEvent, useState } from 'react';
import { Button, Input, Label, TextField, ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import type { Intent } from '../../../shared/contract/intents.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { DialogActs, ReasonField } from '../../components/reason-dialog.tsx';
import { useText } from '../../components/use-text.ts';
import type { OpenRun } from '../../store/app-state.ts';

interface Props {
  readonly run: OpenRun;
  readonly onClose: () => void;
  readonly onSend: (intent: Intent) => void;
}

const presets = ['5', '10', '20', '30'] as const;

/** Why the run is put on hold, and for how long as far as the person knows; a pause of the lock needs it. */
export function HoldDialog({ run: { state }, onClose, onSend }: Props) {
  const { t, lockdown } = useText();
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const locked = state.lockdown.status === 'locked';
  const minutes = minutesOf(typed);
  const complete = reason.trim() !== '' && minutes !== null && (minutes !== undefined || !locked);
  const why =
    minutes === null
      ? lockdown('pause-wrong', { max: limits.holdMinutes })
      : complete
        ? null
        : locked
          ? lockdown('pause-needed')
          : t('reason-needed');
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (!complete) return;
    onSend({ type: 'hold', reason: reason.trim(), ...(minutes === undefined ? {} : { minutes }) });
  };
  return (
    <DialogFrame title={t('hold-title')} onClose={onClose} alert>
      <form className="dialog-form" onSubmit={onSubmit}>
        <p className="consequence">
          {t('hold-text')} {locked ? lockdown('pause-locked') : ''}
        </p>
        <ReasonField label={t('reason-label')} value={reason} onChange={setReason} />
        <Minutes typed={typed} onChange={setTyped} needed={locked} />
        <DialogActs submit={t('hold-submit')} danger={false} ready={complete} why={why} onClose={onClose} />
      </form>
    </DialogFrame>
  );
}

interface MinutesProps {
  readonly typed: string;
  readonly onChange: (typed: string) => void;
  readonly needed: boolean;
}

function Minutes({ typed, onChange, needed }: MinutesProps) {
  const { lockdown } = useText();
  const chosen = presets.find((one) => one === typed.trim());
  return (
    <fieldset className="field pause-minutes">
      <legend>{lockdown('pause-minutes')}</legend>
      <div className="pause-choices">
        <ToggleButtonGroup
          className="pause-presets"
          aria-label={lockdown('pause-minutes')}
          selectionMode="single"
          selectedKeys={chosen === undefined ? [] : [chosen]}
          onSelectionChange={(keys) => onChange(String([...keys][0] ?? ''))}
        >
          {presets.map((minutes) => (
            <ToggleButton key={minutes} id={minutes} className="button">
              {lockdown('pause-minutes-n', { minutes })}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <TextField className="field" value={typed} onChange={onChange} isInvalid={minutesOf(typed) === null}>
          <Label>{lockdown('pause-own')}</Label>
          <Input inputMode="numeric" maxLength={4} className="number" />
        </TextField>
        {needed || typed === '' ? null : (
          <Button className="link-button" onPress={() => onChange('')}>
            {lockdown('pause-unsaid')}
          </Button>
        )}
      </div>
    </fieldset>
  );
}

/** Whole minutes; undefined where nothing was typed, null where it is no number of minutes. */
function minutesOf(typed: string): number | null | undefined {
  const words = typed.trim();
  if (words === '') return undefined;
  if (!/^\d{1,4}$/.test(words)) return null;
  const minutes = Number(words);
  return minutes >= 1 && minutes <= limits.holdMinutes ? minutes : null;
}
