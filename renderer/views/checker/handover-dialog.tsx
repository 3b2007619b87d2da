import { type FormEvent, useState } from 'react';
import { Button, Label, Radio, RadioGroup } from 'react-aria-components';
import { stepIndex } from '../../../shared/checklist/plan-lookup.ts';
import { type HandoverQuestion, handoverQuestions } from '../../../shared/people/handover-questions.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { stepName } from '../../components/step-title.ts';
import { type Text, useText } from '../../components/use-text.ts';
import type { Followed } from '../../store/mirror-link-state.ts';
import { useActions } from '../../store/use-app.ts';
import { operatorName } from './names.ts';
import { RefusedNote } from './refused-note.tsx';

interface Props {
  readonly state: RunState;
  readonly followed: Followed;
  readonly onDecline: () => void;
  readonly onClose: () => void;
}

/** The newcomer shows that they know where the run stands; nothing is chosen beforehand. */
export function HandoverDialog({ state, followed, onDecline, onClose }: Props) {
  const text = useText();
  const { checker } = text;
  const { askOperator } = useActions();
  const [answers, setAnswers] = useState<Readonly<Record<string, string>>>({});
  const questions = handoverQuestions(state);
  const complete = questions.every(({ id, options }) => options.some((option) => option === answers[id]));
  const ready = complete && followed.pending === null && followed.link.status === 'connected';
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready) void askOperator({ type: 'accept-handover', answers });
  };
  return (
    <DialogFrame title={checker('handover-title', { name: operatorName(state) })} onClose={onClose} size="medium" alert>
      <form className="dialog-form" onSubmit={onSubmit}>
        <p className="consequence">{checker('handover-text')}</p>
        <p className="decision">
          {checker('offer-reason')} <q>{state.handover?.reason}</q>
        </p>
        {questions.map((question) => (
          <RadioGroup
            key={question.id}
            className={question.id === 'next-step' ? 'field choices' : 'field choices across'}
            value={answers[question.id] ?? null}
            onChange={(value) => setAnswers({ ...answers, [question.id]: value })}
          >
            <Label>{text.people(`handover-question-${question.id}`)}</Label>
            {question.options.map((option) => (
              <Radio key={option} value={option} className="choice">
                {optionWords(question, option, state, text)}
              </Radio>
            ))}
          </RadioGroup>
        ))}
        <RefusedNote followed={followed} />
        <div className="dialog-acts">
          <Button className="button" onPress={onDecline}>
            {checker('handover-decline')}
          </Button>
          <span className="spring" />
          <Button className="button" onPress={onClose}>
            {checker('cancel')}
          </Button>
          <Button type="submit" className="button solid" isDisabled={!ready}>
            {checker('handover-accept', { environment: state.plan.environment })}
          </Button>
        </div>
        {complete ? null : <p className="why">{checker('handover-missing')}</p>}
      </form>
    </DialogFrame>
  );
}

function optionWords({ id }: HandoverQuestion, option: string, state: RunState, text: Text): string {
  const step = id === 'next-step' ? state.plan.steps[stepIndex(state.plan, option)] : undefined;
  if (step !== undefined) return stepName(text, step);
  if (option === '') return text.checker(id === 'next-step' ? 'handover-no-step' : 'handover-none');
  return option === 'yes' || option === 'no' ? text.checker(`handover-${option}`) : option;
}
