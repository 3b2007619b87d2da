import { type FormEvent, useState } from 'react';
import { Button, Input, Label, TextArea, TextField } from 'react-aria-components';
import type { Failure } from '../../../shared/contract/errors.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { useText } from '../../components/use-text.ts';
import { dateAndTime } from '../../model/time.ts';
import { useActions } from '../../store/use-app.ts';

const fields = ['what', 'cause', 'fix'] as const;
type Draft = Readonly<Record<(typeof fields)[number] | 'confirmedBy', string>>;

/** What went wrong with a run that was rolled back: to be filed once, and read ever after. */
export function Analysis({ state }: { readonly state: RunState }) {
  const { t } = useText();
  if (state.result !== 'rolled-back') return null;
  const { analysis } = state;
  return (
    <section aria-labelledby="analysis" className="analysis">
      <h2 id="analysis">{t('analysis')}</h2>
      {analysis === null ? (
        <AnalysisForm state={state} />
      ) : (
        <>
          <dl className="analysis-filed">
            {fields.map((field) => (
              <div key={field}>
                <dt>{t(`analysis-${field}`)}</dt>
                <dd>{analysis[field]}</dd>
              </div>
            ))}
            <div>
              <dt>{t('analysis-confirmed-by')}</dt>
              <dd>{analysis.confirmedBy}</dd>
            </div>
          </dl>
          <p className="quiet">{t('analysis-filed', { by: analysis.by, at: dateAndTime(new Date(analysis.at)) })}</p>
        </>
      )}
    </section>
  );
}

function AnalysisForm({ state }: { readonly state: RunState }) {
  const { t } = useText();
  const { fileAnalysis } = useActions();
  const [draft, setDraft] = useState<Draft>({ what: '', cause: '', fix: '', confirmedBy: '' });
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Failure | null>(null);
  const complete = Object.values(draft).every((text) => text.trim() !== '');
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!complete || busy) return;
    setBusy(true);
    setTrouble(await fileAnalysis({ runId: state.runId, ...draft }));
    setBusy(false);
  };
  return (
    <form className="dialog-form" onSubmit={(event) => void submit(event)}>
      <p className="lead">{t(state.plan.production ? 'analysis-why' : 'analysis-why-calm')}</p>
      {trouble === null ? null : <FailureNotice failure={trouble} title={t('analysis-failed')} alert />}
      {fields.map((field) => (
        <TextField
          key={field}
          className="field"
          value={draft[field]}
          onChange={(text) => setDraft({ ...draft, [field]: text })}
          isRequired
        >
          <Label>{t(`analysis-${field}`)}</Label>
          <TextArea rows={2} maxLength={20_000} />
        </TextField>
      ))}
      <TextField
        className="field"
        value={draft.confirmedBy}
        onChange={(confirmedBy) => setDraft({ ...draft, confirmedBy })}
        isRequired
      >
        <Label>{t('analysis-confirmed-by')}</Label>
        <Input maxLength={255} />
      </TextField>
      <div className="report-acts">
        <Button type="submit" className="button solid" isDisabled={!complete || busy}>
          {t('analysis-submit')}
        </Button>
        {complete ? null : <span className="why">{t('analysis-needed')}</span>}
      </div>
    </form>
  );
}
