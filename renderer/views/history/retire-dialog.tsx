import { type FormEvent, useState } from 'react';
import type { HistoryRow } from '../../../shared/contract/ipc/history.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { DialogActs, ReasonField } from '../../components/reason-dialog.tsx';
import { useText } from '../../components/use-text.ts';
import { useActions } from '../../store/use-app.ts';
import { RunName } from './run-name.tsx';

interface Props {
  readonly how: 'archive' | 'remove';
  readonly runs: readonly HistoryRow[];
  readonly onClose: () => void;
}

/** Names every run that is about to leave, and asks why. */
export function RetireDialog({ how, runs, onClose }: Props) {
  const { t, evidence } = useText();
  const { retireRuns } = useActions();
  const [reason, setReason] = useState('');
  const count = runs.length;
  const ready = reason.trim() !== '';
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!ready) return;
    onClose();
    void retireRuns({ runIds: runs.map(({ runId }) => runId), how, reason: reason.trim() });
  };
  return (
    <DialogFrame title={evidence(`history-${how}-title`, { count })} onClose={onClose} alert>
      <form className="dialog-form" onSubmit={submit}>
        <p className="consequence">{evidence(`history-${how}-what`)}</p>
        <ul className="retired-runs">
          {runs.map((run) => (
            <li key={run.runId}>
              <RunName run={run} />
            </li>
          ))}
        </ul>
        <ReasonField label={evidence('history-reason')} value={reason} onChange={setReason} />
        <DialogActs
          submit={evidence(`history-${how}-submit`, { count })}
          danger={how === 'remove'}
          ready={ready}
          why={ready ? null : t('reason-needed')}
          onClose={onClose}
        />
      </form>
    </DialogFrame>
  );
}
