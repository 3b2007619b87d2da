import { Printer } from 'lucide-react';
import { useState } from 'react';
import { Button, Label, Radio, RadioGroup } from 'react-aria-components';
import type { Problem } from '../../../shared/checklist/problem.ts';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { PaperSize } from '../../../shared/contract/ipc/print.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { ProblemList } from '../../components/problem-list.tsx';
import { useText } from '../../components/use-text.ts';
import { usualPaper } from '../../model/paper-size.ts';
import type { PreflightState } from '../../store/app-state.ts';
import { useApp } from '../../store/use-app.ts';

type Outcome =
  | { readonly type: 'written'; readonly path: string; readonly shown: boolean }
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'problems'; readonly problems: readonly Problem[] }
  | null;

// As `paperSizes` of the contract, which brings its parser along.
const sizes = ['A4', 'Letter'] as const satisfies readonly PaperSize[];

/** Puts the checklist that is looked at on paper. */
export function PrintChecklist({ preflight }: { readonly preflight: PreflightState }) {
  const { evidence } = useText();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button className="button" onPress={() => setAsking(true)}>
        <Printer size={16} aria-hidden="true" />
        {evidence('print-ask')}
      </Button>
      {asking ? <PrintDialog preflight={preflight} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

function PrintDialog({ preflight, onClose }: { readonly preflight: PreflightState; readonly onClose: () => void }) {
  const { evidence } = useText();
  const { api } = useApp();
  const [paper, setPaper] = useState<PaperSize>(() => usualPaper(navigator.language));
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>(null);
  const { path, environment } = preflight;
  const print = async (show: boolean): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setOutcome(null);
    try {
      const answer = await api.request('print:checklist', { path, environment, paper, show });
      if (answer?.ok === true) setOutcome({ type: 'written', path: answer.value.path, shown: show });
      else if (answer !== null)
        setOutcome(
          'problems' in answer
            ? { type: 'problems', problems: answer.problems }
            : { type: 'failed', failure: answer.failure },
        );
    } catch (error) {
      setOutcome({ type: 'failed', failure: failure('local-error', {}, error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <DialogFrame title={evidence('print-dialog', { environment })} onClose={onClose}>
      <p className="consequence">{evidence('print-dialog-text')}</p>
      <RadioGroup
        className="field choices across"
        value={paper}
        isDisabled={busy}
        onChange={(value) => setPaper(value as PaperSize)}
      >
        <Label>{evidence('print-paper')}</Label>
        {sizes.map((size) => (
          <Radio key={size} value={size} className="choice">
            {size}
          </Radio>
        ))}
      </RadioGroup>
      {busy ? <progress className="print-progress" aria-label={evidence('print-making')} /> : null}
      <p className="quiet" role="status">
        {busy ? evidence('print-making') : null}
        {outcome?.type === 'written'
          ? evidence(outcome.shown ? 'print-shown' : 'print-saved', { path: outcome.path })
          : null}
      </p>
      {outcome?.type === 'failed' ? (
        <FailureNotice failure={outcome.failure} title={evidence('print-went-wrong')} alert />
      ) : null}
      {outcome?.type === 'problems' ? <ProblemList problems={outcome.problems} /> : null}
      <div className="dialog-acts">
        <Button className="button" onPress={onClose}>
          {evidence('print-close')}
        </Button>
        <Button className="button" isDisabled={busy} onPress={() => void print(false)}>
          {evidence('print-save')}
        </Button>
        <Button className="button solid" isDisabled={busy} onPress={() => void print(true)}>
          {evidence('print-show')}
        </Button>
      </div>
    </DialogFrame>
  );
}
