import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { useText } from '../../components/use-text.ts';
import { useApp } from '../../store/use-app.ts';

/** What a rehearsal's log watches have seen, to be kept as known; not for production, where everything is judged. */
export function KnownExceptions({ state }: { readonly state: RunState }) {
  const { t } = useText();
  const { api } = useApp();
  const [saved, setSaved] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<Failure | null>(null);
  const seen = state.steps.some(({ targets }) =>
    targets.some(({ attempts }) => attempts.some(({ result }) => result?.kind === 'log' && result.groups.length > 0)),
  );
  if (state.plan.production || !seen) return null;
  const save = async (): Promise<void> => {
    setTrouble(null);
    try {
      const answer = await api.request('run:baseline', { runId: state.runId });
      if (answer?.ok === true) setSaved(answer.value.path);
      else if (answer !== null) setTrouble(answer.failure);
    } catch (error) {
      setTrouble(failure('local-error', {}, error));
    }
  };
  return (
    <section className="reports" aria-labelledby="known-exceptions">
      <h2 id="known-exceptions">{t('log-baseline')}</h2>
      <p>{t('log-baseline-text')}</p>
      <div className="report-acts">
        <Button className="button" onPress={() => void save()}>
          {t('log-baseline-save')}
        </Button>
        <span className="quiet" role="status">
          {saved === null ? '' : t('log-baseline-saved', { path: saved })}
        </span>
      </div>
      {trouble === null ? null : <FailureNotice failure={trouble} title={t('log-baseline-failed')} alert />}
    </section>
  );
}
