import { useEffect } from 'react';
import { assertNever } from '../../../shared/assert-never.ts';
import type { SigningMode } from '../../../shared/contract/events.ts';
import type { CheckerRequest } from '../../../shared/contract/ipc/people.ts';
import { noTakeOver } from '../../../shared/people/take-over.ts';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { SendingDialog, useSender } from '../../components/sending.tsx';
import { stepTitle } from '../../components/step-title.ts';
import { useText } from '../../components/use-text.ts';
import type { OpenRun } from '../../store/app-state.ts';
import type { Followed } from '../../store/mirror-link-state.ts';
import { useActions } from '../../store/use-app.ts';
import { RecordingDialog } from '../run/recording-dialog.tsx';
import { CheckerKeysDialog } from './checker-keys-dialog.tsx';
import { EvidenceDialog } from './evidence-dialog.tsx';
import { HandoverDialog } from './handover-dialog.tsx';
import { LeaveDialog } from './leave-dialog.tsx';
import { operatorName } from './names.ts';
import { TakeOverDialog } from './take-over-dialog.tsx';
import type { SigningDesk } from './use-signing.ts';

/** What lies over the checker's screen. The evidence is that of one step and mode; another one is another dialog. */
export type CheckerDialog =
  | { readonly type: 'evidence'; readonly step: string; readonly mode: SigningMode }
  | { readonly type: 'reject' | 'hold' | 'take-over' | 'handover' | 'decline' | 'leave' | 'refuse-glass' };

interface Props {
  readonly run: OpenRun;
  readonly followed: Followed;
  readonly signing: SigningDesk;
  readonly dialog: CheckerDialog | null;
  readonly onDialog: (dialog: CheckerDialog | null) => void;
}

/** The dialog that was asked for, as long as there is something for it to ask. */
export function CheckerDialogs(props: Props) {
  const { run, onDialog, dialog } = props;
  const actions = useActions();
  const moot = dialog !== null && isMoot(dialog, props);
  useEffect(() => {
    if (moot) onDialog(null);
  }, [moot, onDialog]);
  return (
    <>
      {dialog === null || moot ? null : <Asked {...props} dialog={dialog} />}
      {run.dialog === 'keys' ? <CheckerKeysDialog onClose={() => actions.showDialog(null)} /> : null}
      {run.dialog === 'recording' && run.recording !== null ? (
        <RecordingDialog
          state={run.state}
          attempt={run.recording}
          line={run.recordingLine}
          onClose={() => actions.showDialog(null)}
        />
      ) : null}
    </>
  );
}

/** What a dialog asks about may be over before it is answered; then it goes, and nothing is sent by it. */
function isMoot(dialog: CheckerDialog, { run: { state }, followed: { link }, signing }: Props): boolean {
  switch (dialog.type) {
    case 'evidence':
      return signing.evidence?.step.id !== dialog.step || signing.evidence.mode !== dialog.mode;
    case 'reject':
      return signing.stage !== 'to-sign';
    case 'hold':
      return state.status !== 'running' || state.holdRequest !== null;
    case 'take-over':
      return noTakeOver(state, link) !== null;
    case 'handover':
    case 'decline':
      return state.handover?.participant !== link.participant;
    case 'refuse-glass':
      return state.lockdown.glass === null || state.lockdown.glass.signedBy !== null;
    case 'leave':
      return false;
    default:
      return assertNever(dialog);
  }
}

function Asked({ run, followed, signing, dialog, onDialog }: Props & { readonly dialog: CheckerDialog }) {
  const text = useText();
  const { checker } = text;
  const { state } = run;
  const close = (): void => onDialog(null);
  const name = operatorName(state);
  switch (dialog.type) {
    case 'evidence':
      return signing.evidence === null ? null : (
        <EvidenceDialog
          state={state}
          evidence={signing.evidence}
          followed={followed}
          signing={signing}
          onReject={() => onDialog({ type: 'reject' })}
          onClose={close}
        />
      );
    case 'reject': {
      if (signing.evidence === null) return null;
      const { step, mode } = signing.evidence;
      const { code } = step;
      return (
        <ToOperator
          title={checker('reject-title', { code, title: stepTitle(text, step) })}
          consequence={checker(`reject-${mode}`)}
          submit={checker('reject-submit', { code })}
          danger
          followed={followed}
          request={signing.rejection}
          onTaken={close}
          onClose={() => onDialog({ type: 'evidence', step: step.id, mode })}
        />
      );
    }
    case 'hold': {
      const block = state.block === null ? null : (state.plan.blocks[state.block]?.title ?? '');
      return (
        <ToOperator
          title={checker('hold-title', { name })}
          consequence={block === null ? checker('hold-text') : checker('hold-text-block', { block })}
          submit={checker('hold-submit')}
          followed={followed}
          request={(reason) => ({ type: 'request-hold', reason })}
          onTaken={close}
          onClose={close}
        />
      );
    }
    case 'take-over':
      return <TakeOverDialog state={state} followed={followed} onClose={close} />;
    case 'handover':
      return (
        <HandoverDialog
          state={state}
          followed={followed}
          onDecline={() => onDialog({ type: 'decline' })}
          onClose={close}
        />
      );
    case 'decline':
      return (
        <ToOperator
          title={checker('handover-decline-title')}
          consequence={checker('handover-decline-text', { name })}
          submit={checker('handover-decline-submit')}
          followed={followed}
          request={(reason) => ({ type: 'decline-handover', reason })}
          onTaken={close}
          onClose={() => onDialog({ type: 'handover' })}
        />
      );
    case 'refuse-glass':
      return (
        <ToOperator
          title={checker('glass-refuse-title')}
          consequence={checker('glass-refuse-text', { name })}
          submit={checker('glass-refuse-submit')}
          followed={followed}
          request={(reason) => ({ type: 'refuse-glass', reason })}
          onTaken={close}
          onClose={close}
        />
      );
    case 'leave':
      return <LeaveDialog state={state} onClose={close} />;
    default:
      return assertNever(dialog);
  }
}

type ToOperatorProps = Omit<Parameters<typeof ReasonDialog>[0], 'onSubmit'> & {
  readonly followed: Followed;
  readonly request: (reason: string) => CheckerRequest;
  readonly onTaken: () => void;
};

/** Asks the operator for something with a reason; it closes once that was taken. */
function ToOperator({ followed, request, onTaken, ...asked }: ToOperatorProps) {
  const { submitToOperator, tellRefused } = useActions();
  const sender = useSender({
    pending: followed.pending !== null,
    onTaken,
    onLate: (notTaken) => tellRefused(request('').type, notTaken),
  });
  return (
    <SendingDialog sending={sender}>
      <ReasonDialog {...asked} onSubmit={({ reason }) => sender.send(() => submitToOperator(request(reason)))} />
    </SendingDialog>
  );
}
