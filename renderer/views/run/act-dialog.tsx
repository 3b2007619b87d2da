import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { Intent } from '../../../shared/contract/intents.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { SendingDialog, useSender, useStill } from '../../components/sending.tsx';
import { placeOf } from '../../components/target-name.ts';
import { useText } from '../../components/use-text.ts';
import type { NotTaken } from '../../model/not-taken.ts';
import type { OpenRun } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';
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
  /** Resolves to why it was not taken, or null. */
  readonly onSend: (intent: Intent) => Promise<NotTaken | null>;
}

/** Asks for the words of an act, says what follows, and sends it; it closes once that was taken. */
export function ActDialog({ run, act, onClose, onSend }: Props) {
  const { tellNotTaken } = useActions();
  const sender = useSender({
    pending: run.pending,
    onTaken: onClose,
    onLate: (notTaken) => tellNotTaken(run.state.runId, notTaken),
  });
  const still = useStill(sender.busy, run);
  const send = (...intents: readonly Intent[]): void => sender.send(() => sendAll(intents, onSend));
  return (
    <SendingDialog sending={sender}>
      <Asked run={still} act={act} onClose={onClose} onSend={send} />
    </SendingDialog>
  );
}

/** One after the other, up to the first that is not taken. */
async function sendAll(intents: readonly Intent[], send: Props['onSend']): Promise<NotTaken | null> {
  for (const intent of intents) {
    const notTaken = await send(intent);
    if (notTaken !== null) return notTaken;
  }
  return null;
}

type AskedProps = Pick<Props, 'run' | 'act' | 'onClose'> & {
  readonly onSend: (...intents: readonly Intent[]) => void;
};

function Asked({ run, act, onClose, onSend: send }: AskedProps) {
  switch (act.type) {
    case 'judge':
      return <JudgeDialog run={run} act={act} onClose={onClose} onSend={send} />;
    case 'approve':
      return <ApproveDialog run={run} act={act} onClose={onClose} onSend={send} />;
    case 'paper':
      return <PaperDialog run={run} act={act} onClose={onClose} onSend={send} />;
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

function ReasonedDialog({ run, act, onClose, onSend }: AskedProps & { readonly act: ReasonedAct }) {
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
function DecideDialog({
  run,
  act,
  onClose,
  onSend,
}: AskedProps & { readonly act: Extract<AskedAct, { type: 'decide' }> }) {
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
