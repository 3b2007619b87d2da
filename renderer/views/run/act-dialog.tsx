import { useState } from 'react';
import { Button } from 'react-aria-components';
import { assertNever } from '../../../shared/assert-never.ts';
import { stepIndex } from '../../../shared/checklist/plan-lookup.ts';
import type { Intent } from '../../../shared/contract/intents.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { placeOf } from '../../components/target-name.ts';
import { type Text, useText } from '../../components/use-text.ts';
import { emptyDraft } from '../../model/evidence.ts';
import type { OpenRun } from '../../store/app-state.ts';

/** An act that needs a person's words before it can be sent. */
export type AskedAct =
  | { readonly type: 'hold' | 'abandon' }
  | { readonly type: 'waive'; readonly step: string }
  | {
      readonly type: 'run-again' | 'decide' | 'defer' | 'override' | 'fail' | 'was-done' | 'was-not-done';
      readonly step: string;
      readonly target: string;
    }
  | {
      readonly type: 'confirm-again';
      readonly step: string;
      readonly target: string;
      readonly intent: Extract<Intent, { type: 'confirm-manual' }>;
    };

interface Props {
  readonly run: OpenRun;
  readonly act: AskedAct;
  readonly onClose: () => void;
  readonly onSend: (intent: Intent) => void;
}

/** Asks for the reason of an act, says what follows, and sends it. */
export function ActDialog({ run, act, onClose, onSend }: Props) {
  const text = useText();
  const [chosen, setChosen] = useState<'was-done' | 'was-not-done' | null>(null);
  if (act.type === 'decide' && chosen === null) {
    return <DecideDialog place={placeOf(text, [act.target])} onClose={onClose} onChoose={setChosen} />;
  }
  const meant: AskedAct = act.type === 'decide' && chosen !== null ? { ...act, type: chosen } : act;
  const words = wordsOf(run, meant, text);
  return (
    <ReasonDialog
      {...words}
      danger={meant.type === 'abandon' || meant.type === 'override' || meant.type === 'run-again'}
      withOwner={meant.type === 'defer' || meant.type === 'override'}
      onClose={onClose}
      onSubmit={(reason, owner) => {
        onClose();
        const intent = intentOf(run, meant, reason, owner);
        if (intent !== null) onSend(intent);
      }}
    />
  );
}

interface DecideProps {
  readonly place: string;
  readonly onClose: () => void;
  readonly onChoose: (answer: 'was-done' | 'was-not-done') => void;
}

function DecideDialog({ place, onClose, onChoose }: DecideProps) {
  const { t } = useText();
  return (
    <DialogFrame title={t('decide-title', { place })} onClose={onClose} alert>
      <p className="consequence">{t('decide-text')}</p>
      <div className="dialog-acts wrap">
        <Button className="button" onPress={onClose}>
          {t('cancel')}
        </Button>
        <Button className="button" onPress={() => onChoose('was-not-done')}>
          {t('was-not-done-ask')}
        </Button>
        <Button className="button" onPress={() => onChoose('was-done')}>
          {t('was-done-ask')}
        </Button>
      </div>
    </DialogFrame>
  );
}

function wordsOf(run: OpenRun, act: AskedAct, text: Text): { title: string; consequence: string; submit: string } {
  const { t } = text;
  const place = 'target' in act ? placeOf(text, [act.target]) : '';
  const step = 'step' in act ? (run.state.plan.steps[stepIndex(run.state.plan, act.step)]?.title ?? '') : '';
  const name = act.type === 'decide' ? 'was-done' : act.type;
  const params = { place, step, environment: run.state.plan.environment };
  return {
    title: t(`${name}-title`, params),
    consequence: t(`${name}-text`, params),
    submit: t(`${name}-submit`, params),
  };
}

function intentOf(run: OpenRun, act: AskedAct, reason: string, owner: string | null): Intent | null {
  switch (act.type) {
    case 'hold':
    case 'abandon':
      return { type: act.type, reason };
    case 'waive':
      return { type: 'waive-countersignature', step: act.step, reason };
    case 'run-again':
      return { type: 'run-step', step: act.step, targets: [act.target], reason };
    case 'confirm-again':
      return { ...act.intent, reason };
    case 'defer':
      return { type: 'decide', step: act.step, target: act.target, decision: 'deferred', reason, owner };
    case 'override':
      return { type: 'decide', step: act.step, target: act.target, decision: 'overridden', reason, owner };
    case 'was-done':
    case 'was-not-done':
      return { type: 'decide', step: act.step, target: act.target, decision: act.type, reason, owner: null };
    case 'fail':
      return failIntent(run, act.step, act.target, reason);
    case 'decide':
      return null;
    default:
      return assertNever(act);
  }
}

/** A manual step that went wrong: the reason is its note, what was typed so far is kept. */
function failIntent({ drafts }: OpenRun, step: string, target: string, reason: string): Intent {
  const note = (drafts[`${step}/${target}`] ?? emptyDraft).note.trim();
  return {
    type: 'confirm-manual',
    step,
    target,
    verdict: 'failed',
    evidence: {},
    note: note === '' ? reason : `${reason}\n${note}`,
    reason,
  };
}
