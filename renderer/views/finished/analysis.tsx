import { type FormEvent, useState } from 'react';
import { Button, Input, Label, TextArea, TextField } from 'react-aria-components';
import type { Failure } from '../../../shared/contract/errors.ts';
import type { FiledAnalysis, RunState } from '../../../shared/run/state.ts';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { useOwnName } from '../../components/own-name.tsx';
import { useText } from '../../components/use-text.ts';
import { dateAndTime } from '../../model/time.ts';
import type { AnalysisDraft } from '../../store/app-state.ts';
import { useActions, useAppState } from '../../store/use-app.ts';
import type { Closed } from './use-closed.ts';
import { WhyClosed } from './why-closed.tsx';

const fields = ['what', 'cause', 'fix'] as const;
const empty: AnalysisDraft = { what: '', cause: '', fix: '', confirmedBy: '' };

/** What went wrong with a run that was rolled back: filed, read ever after, and added to but never changed. */
export function Analysis({ state, closed }: { readonly state: RunState; readonly closed: Closed }) {
  const { t, evidence } = useText();
  const draft = useAppState(({ analysisDrafts }) => analysisDrafts[state.runId]);
  const [more, setMore] = useState(false);
  if (state.result !== 'rolled-back') return null;
  const { analysis, earlierAnalyses } = state;
  const filed = analysis === null ? [] : [...earlierAnalyses, analysis];
  const asking = filed.length === 0 || more || draft !== undefined;
  return (
    <section aria-labelledby="analysis" className="analysis">
      <h2 id="analysis">{t('analysis')}</h2>
      {filed.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are only ever added to.
        <Filed key={index} analysis={one} />
      ))}
      {filed.length === 0 && closed !== 'open' ? <p className="empty">{evidence('analysis-none')}</p> : null}
      <WhyClosed closed={closed} />
      {closed === 'open' && asking ? (
        <AnalysisForm state={state} draft={draft ?? empty} more={filed.length > 0} onFiled={() => setMore(false)} />
      ) : null}
      {closed === 'open' && !asking ? (
        <div className="report-acts">
          <Button className="button" onPress={() => setMore(true)}>
            {evidence('analysis-more')}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

function Filed({ analysis }: { readonly analysis: FiledAnalysis }) {
  const { t } = useText();
  return (
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
  );
}

interface FormProps {
  readonly state: RunState;
  readonly draft: AnalysisDraft;
  /** One was filed before. */
  readonly more: boolean;
  readonly onFiled: () => void;
}

function AnalysisForm({ state, draft, more, onFiled }: FormProps) {
  const { t, evidence } = useText();
  const { fileAnalysis, draftAnalysis } = useActions();
  const own = useOwnName();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Failure | null>(null);
  const change = (changes: Partial<AnalysisDraft>): void => draftAnalysis(state.runId, { ...draft, ...changes });
  const filled = Object.values(draft).every((text) => text.trim() !== '');
  const complete = filled && !own.missing;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!complete || busy) return;
    setBusy(true);
    const failed = (await own.keep()) ?? (await fileAnalysis({ runId: state.runId, ...draft }));
    setBusy(false);
    setTrouble(failed);
    if (failed === null) onFiled();
  };
  const why = more ? evidence('analysis-more-why') : t(state.plan.production ? 'analysis-why' : 'analysis-why-calm');
  return (
    <form className="dialog-form" onSubmit={(event) => void submit(event)}>
      <p className="lead">{why}</p>
      {trouble === null ? null : <FailureNotice failure={trouble} title={t('analysis-failed')} alert />}
      {fields.map((field) => (
        <TextField
          key={field}
          className="field"
          value={draft[field]}
          onChange={(text) => change({ [field]: text })}
          isRequired
        >
          <Label>{t(`analysis-${field}`)}</Label>
          <TextArea rows={2} maxLength={20_000} />
        </TextField>
      ))}
      <TextField
        className="field"
        value={draft.confirmedBy}
        onChange={(confirmedBy) => change({ confirmedBy })}
        isRequired
      >
        <Label>{t('analysis-confirmed-by')}</Label>
        <Input maxLength={255} />
      </TextField>
      {own.field}
      <div className="report-acts">
        <Button type="submit" className="button solid" isDisabled={!complete} aria-disabled={busy}>
          {t('analysis-submit')}
        </Button>
        {complete ? null : <span className="why">{filled ? evidence('note-name-needed') : t('analysis-needed')}</span>}
      </div>
    </form>
  );
}
