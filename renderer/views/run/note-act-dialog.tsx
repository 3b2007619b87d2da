import { type FormEvent, useState } from 'react';
import type { Intent } from '../../../shared/contract/intents.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { DialogActs, ReasonField } from '../../components/reason-dialog.tsx';
import { useText } from '../../components/use-text.ts';
import { aboutWords } from '../../model/said-words.ts';
import type { OpenRun } from '../../store/app-state.ts';
import type { AskedAct } from './asked-act.ts';

interface Props {
  readonly run: OpenRun;
  readonly act: Extract<AskedAct, { type: 'note' }>;
  readonly onClose: () => void;
  readonly onSend: (intent: Intent) => void;
}

/** Something to be remembered about a step, written down while the run goes on. */
export function NoteActDialog({ run, act: { step, target }, onClose, onSend }: Props) {
  const text = useText();
  const { evidence } = text;
  const [note, setNote] = useState('');
  const ready = note.trim() !== '';
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready) onSend({ type: 'add-note', text: note.trim(), step, target, corrects: null });
  };
  return (
    <DialogFrame
      title={evidence('note-ask-title', { step: aboutWords(text, run.state, { step, target }) })}
      onClose={onClose}
    >
      <form className="dialog-form" onSubmit={submit}>
        <p className="consequence">{evidence('note-ask-text')}</p>
        <ReasonField label={evidence('note-text')} value={note} onChange={setNote} />
        <DialogActs
          submit={evidence('note-submit')}
          danger={false}
          ready={ready}
          why={ready ? null : evidence('note-needed')}
          onClose={onClose}
        />
      </form>
    </DialogFrame>
  );
}
