import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { limits } from '../../../shared/contract/limits.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { ReasonField } from '../../components/reason-dialog.tsx';
import { NotTakenNotice, SendingDialog, SendingWords, useSender, useStill } from '../../components/sending.tsx';
import { useText } from '../../components/use-text.ts';
import { glassNeed } from '../../model/lockdown/glass.ts';
import type { OpenRun } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';
import { HoldToDo } from './hold-to-do.tsx';

/** Breaks the glass: the reason first, then a button that is held down. Gone when there is nothing left to break. */
export function GlassDialog({ run, onClose }: { readonly run: OpenRun; readonly onClose: () => void }) {
  const { lockdown, t } = useText();
  const { submit, tellNotTaken } = useActions();
  const [reason, setReason] = useState('');
  const sender = useSender({
    pending: run.pending,
    onTaken: onClose,
    onLate: (notTaken) => tellNotTaken(run.state.runId, notTaken),
  });
  // What was refused is read here, even if there is nothing left to break by now.
  const need = glassNeed(useStill(sender.busy || sender.notTaken !== null, run).state);
  const open = need.type === 'alone' || need.type === 'signature';
  useEffect(() => {
    if (!open) onClose();
  }, [open, onClose]);
  if (!open) return null;
  const name = need.type === 'signature' ? need.name : '';
  const complete = reason.trim() !== '';
  const breakIt = (): void => sender.send(() => submit({ type: 'break-glass', reason: reason.trim() }));
  return (
    <SendingDialog sending={sender}>
      <DialogFrame title={lockdown('glass-title')} onClose={onClose} alert>
        <div className="dialog-form">
          <p className="consequence">{lockdown(`glass-${need.type}`, { name })}</p>
          <ReasonField label={t('reason-label')} value={reason} onChange={setReason} />
          <HoldToDo
            label={lockdown(`glass-hold-${need.type}`, { name })}
            holdMs={limits.glassHoldMs}
            isDisabled={!complete || run.pending}
            isAsking={sender.busy}
            onDone={breakIt}
          />
          {complete ? null : <p className="why">{t('reason-needed')}</p>}
          <NotTakenNotice />
          <div className="dialog-acts">
            <SendingWords />
            <Button className="button" onPress={onClose}>
              {t('cancel')}
            </Button>
          </div>
        </div>
      </DialogFrame>
    </SendingDialog>
  );
}
