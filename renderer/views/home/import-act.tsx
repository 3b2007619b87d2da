import { PackageOpen } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { failure } from '../../../shared/contract/failure.ts';
import type { Answers } from '../../../shared/contract/ipc.ts';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { useText } from '../../components/use-text.ts';
import { useActions, useApp } from '../../store/use-app.ts';

/** Takes up a run that somebody exported, and says at once what the verifier says of it. */
export function ImportAct() {
  const { evidence } = useText();
  const { api } = useApp();
  const actions = useActions();
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<Answers['run:import']>(null);
  const take = async (): Promise<void> => {
    setBusy(true);
    try {
      const taken = await api.request('run:import', {});
      setAnswer(taken);
      if (taken?.ok === true) await actions.goHome();
    } catch (error) {
      setAnswer({ ok: false, failure: failure('local-error', {}, error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button className="button" isDisabled={busy} onPress={() => void take()}>
        <PackageOpen size={16} aria-hidden="true" />
        {evidence('import')}
      </Button>
      <span className="quiet" role="status">
        {busy ? evidence('importing') : null}
        {!busy && answer?.ok === true ? evidence(`imported-verdict-${wordOf(answer.value.verdict.verdict)}`) : null}
      </span>
      {answer?.ok === false ? <FailureNotice failure={answer.failure} alert /> : null}
    </>
  );
}

function wordOf(verdict: 'intact' | 'altered' | 'incomplete' | 'unreadable'): 'intact' | 'altered' | 'incomplete' {
  return verdict === 'unreadable' ? 'altered' : verdict;
}
