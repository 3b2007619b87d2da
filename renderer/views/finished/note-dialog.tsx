import { type FormEvent, useState } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import type { SaidRecord } from '../../../shared/run/said.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { useOwnName } from '../../components/own-name.tsx';
import { DialogActs, ReasonField } from '../../components/reason-dialog.tsx';
import { SendingDialog, useSender } from '../../components/sending.tsx';
import { stepName } from '../../components/step-title.ts';
import { targetName } from '../../components/target-name.ts';
import { useText } from '../../components/use-text.ts';
import type { NotTaken } from '../../model/not-taken.ts';
import { saidWords } from '../../model/said-words.ts';
import { dateAndTime } from '../../model/time.ts';
import { useActions } from '../../store/use-app.ts';
import { useSaid } from './use-said.ts';

interface Props {
  readonly state: RunState;
  readonly kind: 'note' | 'correction';
  readonly onClose: () => void;
  /** It could not be added, and this dialog is gone. */
  readonly onLate: (notTaken: NotTaken) => void;
}

const words = {
  note: {
    title: 'note-add-title',
    text: 'note-add-text',
    label: 'note-text',
    submit: 'note-submit',
    needed: 'note-needed',
  },
  correction: {
    title: 'note-correct-title',
    text: 'note-correct-text',
    label: 'note-right',
    submit: 'note-correct-submit',
    needed: 'note-correct-needed',
  },
} as const;

/** Asks what is to be said, about what, and by whom. What was typed stays when it could not be added. */
export function NoteDialog({ state, kind, onClose, onLate }: Props) {
  const { evidence } = useText();
  const { addNote } = useActions();
  const own = useOwnName();
  const [place, setPlace] = useState<Place>({ step: null, target: null });
  const [corrects, setCorrects] = useState<number | null>(null);
  const [text, setText] = useState('');
  const sender = useSender({ pending: false, onTaken: onClose, onLate });
  const said = text.trim() !== '' && (kind === 'note' || corrects !== null);
  const complete = said && !own.missing;
  const add = async (): Promise<NotTaken | null> => {
    const failure =
      (await own.keep()) ?? (await addNote({ runId: state.runId, ...place, text: text.trim(), corrects }));
    return failure === null ? null : { type: 'failed', failure };
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (complete) sender.send(add);
  };
  const choosePlace = (chosen: Place): void => {
    setPlace(chosen);
    setCorrects(null);
  };
  const says = words[kind];
  const needed = said ? evidence('note-name-needed') : evidence(says.needed);
  return (
    <SendingDialog sending={sender} failed={evidence('note-failed')}>
      <DialogFrame title={evidence(says.title)} onClose={onClose} size="medium">
        <form className="dialog-form" onSubmit={submit}>
          <p className="consequence">{evidence(says.text)}</p>
          <PlaceFields state={state} place={place} onChange={choosePlace} />
          {kind === 'correction' ? (
            <RecordField state={state} place={place} chosen={corrects} onChoose={setCorrects} />
          ) : null}
          <ReasonField label={evidence(says.label)} value={text} onChange={setText} autoFocus={kind === 'note'} />
          {own.field}
          <DialogActs
            submit={evidence(says.submit)}
            danger={false}
            ready={complete}
            why={complete ? null : needed}
            onClose={onClose}
          />
        </form>
      </DialogFrame>
    </SendingDialog>
  );
}

interface Place {
  readonly step: string | null;
  readonly target: string | null;
}

/** The run as a whole, or one of its steps; and with several targets, one of them. */
function PlaceFields({
  state,
  place,
  onChange,
}: {
  readonly state: RunState;
  readonly place: Place;
  readonly onChange: (place: Place) => void;
}) {
  const text = useText();
  const targets = state.plan.steps.find(({ id }) => id === place.step)?.targets ?? [];
  const only = (step: string): string | null => {
    const found = state.plan.steps.find(({ id }) => id === step)?.targets ?? [];
    return found.length === 1 ? (found[0] ?? null) : null;
  };
  return (
    <>
      <label className="field">
        <span className="label">{text.evidence('note-about')}</span>
        <select
          className="select"
          value={place.step ?? ''}
          onChange={({ target: { value } }) =>
            onChange(value === '' ? { step: null, target: null } : { step: value, target: only(value) })
          }
        >
          <option value="">{text.evidence('note-run')}</option>
          {state.plan.steps.map((step) => (
            <option key={step.id} value={step.id}>
              {stepName(text, step)}
            </option>
          ))}
        </select>
      </label>
      {targets.length < 2 ? null : (
        <label className="field">
          <span className="label">{text.evidence('note-target')}</span>
          <select
            className="select"
            value={place.target ?? ''}
            onChange={({ target: { value } }) => onChange({ ...place, target: value === '' ? null : value })}
          >
            <option value="">{text.evidence('note-all-targets')}</option>
            {targets.map((target) => (
              <option key={target} value={target}>
                {targetName(text, target)}
              </option>
            ))}
          </select>
        </label>
      )}
    </>
  );
}

interface RecordProps {
  readonly state: RunState;
  readonly place: Place;
  readonly chosen: number | null;
  readonly onChoose: (seq: number) => void;
}

/** The records of a place, each in its own words. */
function RecordField({ state, place, chosen, onChoose }: RecordProps) {
  const text = useText();
  const { t, evidence } = text;
  const { records, trouble } = useSaid(state, place.step, place.target);
  if (trouble !== null) return <FailureNotice failure={trouble} title={evidence('note-records-failed')} />;
  if (records === null) return <p className="quiet">{t('loading')}</p>;
  const here = records.filter((one) => isAt(one, place));
  if (here.length === 0) return <p className="empty">{evidence('note-records-none')}</p>;
  return (
    <RadioGroup
      className="field choices records"
      value={chosen === null ? null : String(chosen)}
      onChange={(seq) => onChoose(Number(seq))}
      isRequired
    >
      <Label>{evidence('note-record')}</Label>
      {here.map((one) => (
        <Radio key={one.seq} value={String(one.seq)} className="choice">
          <span>
            <strong>{saidWords(text, one)}</strong>
            {one.target === null || place.target !== null ? null : ` · ${targetName(text, one.target)}`}{' '}
            <span className="quiet">{evidence('note-by', { by: one.by, at: dateAndTime(new Date(one.at)) })}</span>
            {one.text === '' ? null : <q className="note-words">{one.text}</q>}
          </span>
        </Radio>
      ))}
    </RadioGroup>
  );
}

/** The answer brings what notes correct elsewhere along. */
function isAt(one: SaidRecord, { step, target }: Place): boolean {
  return one.step === step && (target === null || one.target === null || one.target === target);
}
