import type { PlanStep } from '../../../shared/checklist/plan.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { targetName } from '../../components/target-name.ts';
import { useText } from '../../components/use-text.ts';
import { dateAndTime } from '../../model/time.ts';

/** What people noted about a step so far. */
export function StepNotes({ state, step }: { readonly state: RunState; readonly step: PlanStep }) {
  const text = useText();
  const several = step.targets.length > 1;
  return state.notes
    .filter((note) => note.step === step.id)
    .map((note) => (
      <p key={note.note} className="decision">
        {text.evidence('note-text')}
        {note.target === null || !several ? '' : ` · ${targetName(text, note.target)}`} <q>{note.text}</q>{' '}
        <span className="quiet">{text.evidence('note-by', { by: note.by, at: dateAndTime(new Date(note.at)) })}</span>
      </p>
    ));
}
