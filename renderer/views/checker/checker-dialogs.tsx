import { useEffect } from 'react';
import { assertNever } from '../../../shared/assert-never.ts';
import type { SigningMode } from '../../../shared/contract/events.ts';
import { noTakeOver } from '../../../shared/people/take-over.ts';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
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
  const { askOperator } = useActions();
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
        <ReasonDialog
          title={checker('reject-title', { code, title: stepTitle(text, step) })}
          consequence={checker(`reject-${mode}`)}
          submit={checker('reject-submit', { code })}
          danger
          onClose={() => onDialog({ type: 'evidence', step: step.id, mode })}
          onSubmit={({ reason }) => {
            close();
            void signing.reject(reason);
          }}
        />
      );
    }
    case 'hold': {
      const block = state.block === null ? null : (state.plan.blocks[state.block]?.title ?? '');
      return (
        <ReasonDialog
          title={checker('hold-title', { name })}
          consequence={block === null ? checker('hold-text') : checker('hold-text-block', { block })}
          submit={checker('hold-submit')}
          onClose={close}
          onSubmit={({ reason }) => {
            close();
            void askOperator({ type: 'request-hold', reason });
          }}
        />
      );
    }
    case 'take-over':
      return <TakeOverDialog state={state} onClose={close} />;
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
        <ReasonDialog
          title={checker('handover-decline-title')}
          consequence={checker('handover-decline-text', { name })}
          submit={checker('handover-decline-submit')}
          onClose={() => onDialog({ type: 'handover' })}
          onSubmit={({ reason }) => {
            close();
            void askOperator({ type: 'decline-handover', reason });
          }}
        />
      );
    case 'refuse-glass':
      return (
        <ReasonDialog
          title={checker('glass-refuse-title')}
          consequence={checker('glass-refuse-text', { name })}
          submit={checker('glass-refuse-submit')}
          onClose={close}
          onSubmit={({ reason }) => {
            close();
            void askOperator({ type: 'refuse-glass', reason });
          }}
        />
      );
    case 'leave':
      return <LeaveDialog state={state} onClose={close} />;
    default:
      return assertNever(dialog);
  }
}
