import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { Intent } from '../../../shared/contract/intents.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { placeOf } from '../../components/target-name.ts';
import { useText } from '../../components/use-text.ts';
import type { OpenRun } from '../../store/app-state.ts';
import { HoldDialog } from '../lock/hold-dialog.tsx';
import { PeopleActDialog } from '../people/people-act.tsx';
import { ApproveDialog } from './approve-dialog.tsx';
import { type AskedAct, intentOf, isDangerous, type ReasonedAct, wantedFor, wordsOf } from './asked-act.ts';
import { JudgeDialog } from './judge-dialog.tsx';
import { NoReturnDialog } from './no-return-dialog.tsx';
import { NoteActDialog } from './note-act-dialog.tsx';
import { PaperDialog } from './paper-dialog.tsx';

interface Props {
  readonly run: OpenRun;
  readonly act: AskedAct;
  readonly onClose: () => void;
  readonly onSend: (intent: Intent) => void;
}

/** Asks for the words of an act, says what follows, and sends it. */
export function ActDialog({ run, act, onClose, onSend }: Props) {
  const send = (intent: Intent): void => {
    onClose();
    onSend(intent);
  };
  switch (act.type) {
    case 'judge':
      return <JudgeDialog run={run} act={act} onClose={onClose} onSend={send} />;
    case 'approve':
      return <ApproveDialog run={run} act={act} onClose={onClose} onSend={send} />;
    case 'paper':
      return <PaperDialog run={run} act={act} onClose={onClose} />;
    case 'accept-no-return':
      return <NoReturnDialog run={run} step={act.step} onClose={onClose} onSend={send} />;
    case 'note':
      return <NoteActDialog run={run} act={act} onClose={onClose} onSend={send} />;
    case 'hold':
      return <HoldDialog run={run} onClose={onClose} onSend={send} />;
    case 'decide':
      return <DecideDialog run={run} act={act} onClose={onClose} onSend={send} />;
    case 'decline':
    case 'dismiss':
    case 'offer-handover':
    case 'withdraw-handover':
    case 'ask-permission':
      return <PeopleActDialog state={run.state} act={act} onClose={onClose} onSend={send} />;
    default:
      return <ReasonedDialog run={run} act={act} onClose={onClose} onSend={send} />;
  }
}

function ReasonedDialog({ run, act, onClose, onSend }: Props & { readonly act: ReasonedAct }) {
  const text = useText();
  return (
    <ReasonDialog
      {...wordsOf(run, act, text)}
      danger={isDangerous(act)}
      wanted={wantedFor(act)}
      onClose={onClose}
      onSubmit={(answer) => onSend(intentOf(run, act, answer))}
    />
  );
}

/** An unknown that no probe can tell: first which of the two, then why. */
function DecideDialog({ run, act, onClose, onSend }: Props & { readonly act: Extract<AskedAct, { type: 'decide' }> }) {
  const text = useText();
  const { t } = text;
  const [chosen, setChosen] = useState<'was-done' | 'was-not-done' | null>(null);
  if (chosen !== null) {
    return <ReasonedDialog run={run} act={{ ...act, type: chosen }} onClose={onClose} onSend={onSend} />;
  }
  return (
    <DialogFrame title={t('decide-title', { place: placeOf(text, [act.target]) })} onClose={onClose} alert>
      <p className="consequence">{t('decide-text')}</p>
      <div className="dialog-acts wrap">
        <Button className="button" onPress={onClose}>
          {t('cancel')}
        </Button>
        <Button className="button" onPress={() => setChosen('was-not-done')}>
          {t('was-not-done-ask')}
        </Button>
        <Button className="button" onPress={() => setChosen('was-done')}>
          {t('was-done-ask')}
        </Button>
      </div>
    </DialogFrame>
  );
}
