import { type FormEvent, useState } from 'react';
import { Input, Label, Radio, RadioGroup, TextArea, TextField } from 'react-aria-components';
import { stepIndex } from '../../../shared/checklist/plan-lookup.ts';
import type { Intent } from '../../../shared/contract/intents.ts';
import { may } from '../../../shared/run/policy.ts';
import { lastAttempt } from '../../../shared/run/state.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { DialogActs } from '../../components/reason-dialog.tsx';
import { stepTitle } from '../../components/step-title.ts';
import { targetName } from '../../components/target-name.ts';
import { type Text, useText } from '../../components/use-text.ts';
import { openForPaper, type PaperRow, paperIntents, sheetOf } from '../../model/paper.ts';
import type { OpenRun } from '../../store/app-state.ts';
import type { AskedAct } from './asked-act.ts';

interface Props {
  readonly run: OpenRun;
  readonly act: Extract<AskedAct, { type: 'paper' }>;
  readonly onClose: () => void;
  readonly onSend: (...intents: readonly Intent[]) => void;
}

/** What the paper says of the current step, host by host; each is recorded by itself. Nothing is chosen beforehand. */
export function PaperDialog({ run, act, onClose, onSend }: Props) {
  const text = useText();
  const { evidence } = text;
  const [rows, setRows] = useState<readonly PaperRow[]>([]);
  const [doneBy, setDoneBy] = useState('');
  const [checkedBy, setCheckedBy] = useState('');
  const [note, setNote] = useState('');
  const [sheet, setSheet] = useState('');
  const { state } = run;
  const step = state.plan.steps[stepIndex(state.plan, act.step)];
  const open = openForPaper(state.steps[stepIndex(state.plan, act.step)]?.targets ?? []);
  if (step === undefined) return null;
  const rowOf = (target: string): PaperRow =>
    rows.find((row) => row.target === target) ?? { target, verdict: null, at: '' };
  const change = (target: string, changes: Partial<PaperRow>): void =>
    setRows([...rows.filter((row) => row.target !== target), { ...rowOf(target), ...changes }]);
  const said = open.map(({ target }) => rowOf(target)).filter(({ verdict }) => verdict !== null);
  const intents = paperIntents(act.step, said, { doneBy, checkedBy, note, sheet });
  const noteNeeded =
    open.some((target) => lastAttempt(target) !== null) || said.some((row) => row.verdict === 'failed');
  const why = whyNot(run, said, intents, { doneBy, sheet }, text);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (why === null && intents !== null) onSend(...intents);
  };
  return (
    <DialogFrame
      title={evidence('paper-title', { code: step.code, title: stepTitle(text, step) })}
      onClose={onClose}
      size="medium"
      alert
    >
      <form className="dialog-form" onSubmit={submit}>
        <p className="consequence">{evidence('paper-text')}</p>
        <TextField className="field" value={sheet} onChange={setSheet} isRequired>
          <Label>{evidence('paper-sheet')}</Label>
          <Input className="mono sheet-hash" maxLength={200} spellCheck="false" autoComplete="off" />
        </TextField>
        <fieldset className="paper-hosts">
          <legend>{evidence('paper-hosts')}</legend>
          {open.map(({ target }) => (
            <HostRow key={target} row={rowOf(target)} onChange={(changes) => change(target, changes)} />
          ))}
        </fieldset>
        <TextField className="field" value={doneBy} onChange={setDoneBy} isRequired>
          <Label>{evidence('paper-done-by')}</Label>
          <Input maxLength={255} />
        </TextField>
        <TextField className="field" value={checkedBy} onChange={setCheckedBy}>
          <Label>{evidence('paper-checked-by')}</Label>
          <Input maxLength={255} />
        </TextField>
        <TextField className="field" value={note} onChange={setNote} isRequired={noteNeeded}>
          <Label>{evidence(noteNeeded ? 'paper-note-needed' : 'paper-note')}</Label>
          <TextArea rows={2} maxLength={20_000} />
        </TextField>
        <DialogActs
          submit={evidence('paper-submit', { count: Math.max(1, said.length) })}
          danger={false}
          ready={why === null}
          why={why}
          onClose={onClose}
        />
      </form>
    </DialogFrame>
  );
}

interface RowProps {
  readonly row: PaperRow;
  readonly onChange: (changes: Partial<PaperRow>) => void;
}

function HostRow({ row: { target, verdict, at }, onChange }: RowProps) {
  const text = useText();
  const { evidence } = text;
  const name = targetName(text, target);
  return (
    <div className="paper-host">
      <RadioGroup
        className="field choices across"
        value={verdict ?? 'nothing'}
        onChange={(value) => onChange({ verdict: value === 'passed' || value === 'failed' ? value : null })}
      >
        <Label>{name}</Label>
        <Radio value="nothing" className="choice">
          {evidence('paper-nothing')}
        </Radio>
        <Radio value="passed" className="choice">
          {evidence('paper-done')}
        </Radio>
        <Radio value="failed" className="choice">
          {evidence('paper-did-fail')}
        </Radio>
      </RadioGroup>
      {verdict === null ? null : (
        <TextField className="field" type="datetime-local" value={at} onChange={(value) => onChange({ at: value })}>
          <Label>{evidence('paper-when', { target: name })}</Label>
          <Input />
        </TextField>
      )}
    </div>
  );
}

/** What is missing or wrong, in words, or null. */
function whyNot(
  { state }: OpenRun,
  said: readonly PaperRow[],
  intents: readonly Extract<Intent, { type: 'record-paper' }>[] | null,
  { doneBy, sheet }: { readonly doneBy: string; readonly sheet: string },
  { evidence, refusal }: Text,
): string | null {
  if (said.length === 0) return evidence('paper-choose');
  if (intents === null) return evidence('paper-needs-time');
  if (sheetOf(sheet) === '') return evidence('paper-needs-sheet');
  if (doneBy.trim() === '') return evidence('paper-needs-name');
  for (const intent of intents) {
    const future = Date.parse(intent.doneAt) > Date.now();
    const refused = future ? { code: 'paper-in-future' as const, params: {} } : may(state, intent);
    if (refused !== null) return refusal(refused);
  }
  return null;
}
