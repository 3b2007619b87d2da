import { FileText, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { type ReportFormat, reportFormats } from '../../../shared/contract/report-formats.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { useAsked } from '../../components/use-asked.ts';
import { useText } from '../../components/use-text.ts';
import { useApp } from '../../store/use-app.ts';
import { ExportAct } from './export-act.tsx';

type Outcome =
  | { readonly type: 'saved'; readonly path: string }
  | { readonly type: 'failed'; readonly failure: Failure }
  | null;

/** The report as a paper to be handed on, and the proof that nothing behind it was changed. */
export function Reports({ state }: { readonly state: RunState }) {
  const { t } = useText();
  const { api } = useApp();
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>(null);
  const { runId } = state;
  const work = async (ask: () => Promise<Outcome>): Promise<void> => {
    if (busy) return;
    setBusy(true);
    try {
      setOutcome(await ask());
    } catch (error) {
      setOutcome({ type: 'failed', failure: failure('local-error', {}, error) });
    } finally {
      setBusy(false);
    }
  };
  const show = async (): Promise<Outcome> => {
    const answer = await api.request('report:show', { runId });
    return answer.ok ? { type: 'saved', path: answer.value.path } : { type: 'failed', failure: answer.failure };
  };
  const save = async (format: ReportFormat): Promise<Outcome> => {
    const answer = await api.request('report:save', { runId, format });
    if (answer === null) return null;
    return answer.ok ? { type: 'saved', path: answer.value.path } : { type: 'failed', failure: answer.failure };
  };
  return (
    <section className="reports" aria-labelledby="report">
      <h2 id="report">{t('report')}</h2>
      <div className="report-acts">
        <Button className="button solid" isDisabled={busy} onPress={() => void work(show)}>
          <FileText size={16} aria-hidden="true" />
          {t('report-show')}
        </Button>
        {reportFormats.map((format) => (
          <Button key={format} className="button" isDisabled={busy} onPress={() => void work(() => save(format))}>
            {t('report-save', { format: format === 'md' ? 'Markdown' : format.toUpperCase() })}
          </Button>
        ))}
        <span className="quiet" role="status">
          {busy ? t('report-making') : outcome?.type === 'saved' ? t('report-saved', { path: outcome.path }) : ''}
        </span>
      </div>
      {outcome?.type === 'failed' ? <FailureNotice failure={outcome.failure} title={t('report-failed')} alert /> : null}
      <ExportAct runId={runId} />
      <VerifyBadge runId={runId} />
    </section>
  );
}

function VerifyBadge({ runId }: { readonly runId: string }) {
  const { t } = useText();
  const { api } = useApp();
  const { answer: found, trouble } = useAsked(() => api.request('run:verify', { runId }), runId);
  if (trouble !== null) return <FailureNotice failure={trouble} title={t('verify-failed')} />;
  if (found === null) return <p className="verify quiet">{t('verifying')}</p>;
  return (
    <div className={`verify is-${found.verdict}`} role={found.verdict === 'altered' ? 'alert' : 'status'}>
      <ShieldCheck size={18} aria-hidden="true" />
      <div>
        <p>
          <strong>{t(`verify-${found.verdict}`)}</strong> {t('verify-records', { count: found.records })}
        </p>
        {found.findings.length === 0 ? null : (
          <ul>
            {found.findings.map((finding) => (
              <li key={finding}>{finding}</li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}
