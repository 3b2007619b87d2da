import { type FormEvent, useState } from 'react';
import { openAttempts } from '../../../shared/people/take-over.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { DialogActs, ReasonField } from '../../components/reason-dialog.tsx';
import { targetName } from '../../components/target-name.ts';
import { useText } from '../../components/use-text.ts';
import { useActions, useAppState } from '../../store/use-app.ts';
import { operatorName } from './names.ts';

/** The operator's machine is out of reach: what going on from here means, before it is done. */
export function TakeOverDialog({ state, onClose }: { readonly state: RunState; readonly onClose: () => void }) {
  const text = useText();
  const { checker, t } = text;
  const { takeOver } = useActions();
  const pending = useAppState(({ followed }) => followed?.pending != null);
  const [reason, setReason] = useState('');
  const open = openAttempts(state);
  const complete = reason.trim() !== '';
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (!complete || pending) return;
    // What goes wrong is said on the screen behind.
    void takeOver(reason.trim()).then((taken) => !taken && onClose());
  };
  return (
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
          ready={complete && !pending}
          why={complete ? null : t('reason-needed')}
          onClose={onClose}
        />
      </form>
    </DialogFrame>
  );
}
