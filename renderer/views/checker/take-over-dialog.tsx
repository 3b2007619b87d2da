import { type FormEvent, useState } from 'react';
import { openAttempts } from '../../../shared/people/take-over.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { DialogActs, ReasonField } from '../../components/reason-dialog.tsx';
import { SendingDialog, useSender } from '../../components/sending.tsx';
import { targetName } from '../../components/target-name.ts';
import { useText } from '../../components/use-text.ts';
import type { Followed } from '../../store/mirror-link-state.ts';
import { useActions } from '../../store/use-app.ts';
import { operatorName } from './names.ts';

interface Props {
  readonly state: RunState;
  readonly followed: Followed;
  readonly onClose: () => void;
}

/** The operator's machine is out of reach: what going on from here means, before it is done. */
export function TakeOverDialog({ state, followed, onClose }: Props) {
  const text = useText();
  const { checker, t } = text;
  const { takeOver, tellRefused } = useActions();
  const sender = useSender({
    pending: followed.pending !== null,
    onTaken: onClose,
    onLate: (notTaken) => tellRefused('take-over', notTaken),
  });
  const [reason, setReason] = useState('');
  const open = openAttempts(state);
  const complete = reason.trim() !== '';
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (complete) sender.send(() => takeOver(reason.trim()));
  };
  return (
    <SendingDialog sending={sender}>
      <DialogFrame title={checker('take-over-title')} onClose={onClose} size="medium" alert>
        <form className="dialog-form" onSubmit={onSubmit}>
          <p className="consequence">{checker('take-over-text', { name: operatorName(state), seq: state.seq })}</p>
          {open.length === 0 ? null : (
            <div>
              <p>{checker('take-over-open')}</p>
              <ul className="facts">
                {open.map(({ code, target }) => (
                  <li key={`${code} ${target}`}>
                    <span>
                      <span className="code">{code}</span> {targetName(text, target)}
                    </span>
                  </li>
                ))}
              </ul>
            </div>
          )}
          <p>
            <strong>{checker('take-over-phone')}</strong>
          </p>
          <ReasonField label={t('reason-label')} value={reason} onChange={setReason} />
          <DialogActs
            submit={checker('take-over-submit', { environment: state.plan.environment })}
            danger
            ready={complete}
            why={complete ? null : t('reason-needed')}
            onClose={onClose}
          />
        </form>
      </DialogFrame>
    </SendingDialog>
  );
}
