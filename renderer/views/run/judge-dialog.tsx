import { type FormEvent, useState } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import { stepIndex } from '../../../shared/checklist/plan-lookup.ts';
import type { Judgement } from '../../../shared/contract/events.ts';
import type { Intent } from '../../../shared/contract/intents.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { DialogActs, ReasonField } from '../../components/reason-dialog.tsx';
import { placeOf, targetName } from '../../components/target-name.ts';
import { useText } from '../../components/use-text.ts';
import { findingsOf } from '../../model/findings.ts';
import type { OpenRun } from '../../store/app-state.ts';
import type { AskedAct } from './asked-act.ts';
import { Sample } from './findings-list.tsx';

interface Props {
  readonly run: OpenRun;
  readonly act: Extract<AskedAct, { type: 'judge' }>;
  readonly onClose: () => void;
  readonly onSend: (intent: Intent) => void;
}

// Spelled out here: the lists of the contract come with the schema library.
const judgements: readonly Judgement[] = ['known', 'harmless', 'stop'];

/** One finding, its sample, and what a person says of it. Nothing is chosen beforehand. */
export function JudgeDialog({ run, act, onClose, onSend }: Props) {
  const text = useText();
  const { t } = text;
  const [judgement, setJudgement] = useState<Judgement | null>(act.judgement);
  const [reason, setReason] = useState('');
  const { state } = run;
  const stands = state.steps[stepIndex(state.plan, act.step)];
  const target = stands?.targets.find((one) => one.target === act.target);
  const judged = target === undefined ? undefined : findingsOf(target).find((one) => one.finding.id === act.finding);
  if (stands === undefined || judged === undefined) return null;
  const { finding } = judged;
  const place = placeOf(text, [act.target]);
  const complete = judgement !== null && reason.trim() !== '';
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (judgement === null || !complete) return;
    const { step, target: name } = act;
    onSend({ type: 'judge', step, target: name, finding: finding.id, judgement, reason: reason.trim() });
  };
  return (
    <DialogFrame title={t('judge-title', { place })} onClose={onClose} size="medium" alert>
      <form className="dialog-form" onSubmit={submit}>
        <p className="judge-name">{finding.title}</p>
        {finding.detail === '' ? null : (
          <Sample label={t('judge-sample')}>
            <pre>{finding.detail}</pre>
          </Sample>
        )}
        <RadioGroup
          className="field choices"
          value={judgement}
          onChange={(value) => setJudgement(value as Judgement)}
          isRequired
        >
          <Label>{t('judge-label')}</Label>
          {judgements.map((one) => (
            <Radio key={one} value={one} className="choice" autoFocus={one === (act.judgement ?? 'known')}>
              {t(`judge-${one}`)}
            </Radio>
          ))}
        </RadioGroup>
        <ReasonField label={t('reason-label')} value={reason} onChange={setReason} autoFocus={false} />
        <p className="why">
          {stands.targets.length > 1
            ? t('judge-text', { target: targetName(text, act.target) })
            : t('judge-text-alone')}
        </p>
        <DialogActs
          submit={judgement === null ? t('judge-submit') : t(`judge-submit-${judgement}`)}
          danger={judgement === 'stop'}
          ready={complete}
          why={complete ? null : t('judge-needed')}
          onClose={onClose}
        />
      </form>
    </DialogFrame>
  );
}
