import type { ProcessRef } from '../../shared/steps/actions/process.ts';
import { describeProcess } from '../../shared/steps/describe-service.ts';
import { useText } from '../components/use-text.ts';
import { comparisonWords } from '../model/expectation-words.ts';
import type { ResultProps, RoomProps, StepRoom } from './room.ts';

function ProcessAct({ action, target }: RoomProps<'process'>) {
  const { t, step } = useText();
  return (
    <>
      <p className="lead">{t('process-looks', { host: target.target })}</p>
      <Proof lines={describeProcess(action, step, comparisonWords)} />
    </>
  );
}

/** What counts as done, one line each. */
export function Proof({ lines }: { readonly lines: readonly string[] }) {
  const { t } = useText();
  return (
    <section className="facts">
      <h3>{t('counts-as-done')}</h3>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}

function ProcessResult({ result }: ResultProps<'process'>) {
  const { t } = useText();
  if (result.processes.length === 0) return <p className="lead">{t('process-none')}</p>;
  return <ProcessList title={t('process-there', { count: result.instances })} refs={result.processes} />;
}

/** Processes with pid, age and command line. */
export function ProcessList({ title, refs }: { readonly title: string; readonly refs: readonly ProcessRef[] }) {
  const { t, span } = useText();
  return (
    <dl className="variables">
      {refs.map(({ pid, start, ageMs, command }, index) => (
        <div key={`${pid}@${start}`}>
          <dt>{index === 0 ? title : ''}</dt>
          <dd>
            <span className="mono">{t('process-line', { pid, command })}</span>{' '}
            <span className="quiet">{t('process-age', { span: span(ageMs) })}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Whether a process is there, is not, how often, or is still the same. */
export const processRoom: StepRoom<'process'> = {
  Act: ProcessAct,
  Result: ProcessResult,
  words: () => ({ first: 'process-look-on', again: 'process-look-again-on', busy: 'running-on' }),
  exact: () => null,
  answeredByPerson: false,
};
