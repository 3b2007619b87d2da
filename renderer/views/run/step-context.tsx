import type { PlanStep } from '../../../shared/checklist/plan.ts';
import { openRollback, type RunState } from '../../../shared/run/state.ts';
import { targetName } from '../../components/target-name.ts';
import { type Text, useText } from '../../components/use-text.ts';
import { type BatchView, batchOf } from '../../model/batches.ts';

interface Props {
  readonly state: RunState;
  readonly index: number;
  readonly step: PlanStep;
  /** Nothing can be done here: what an act would be is not said. */
  readonly looking: boolean;
}

/** "Batch 1 of 3: app1" */
export function batchWords({ index, of, hosts }: BatchView, text: Text): string {
  const names = hosts.slice(0, 6).map((host) => targetName(text, host));
  const more = hosts.length - names.length;
  const listed = [...names, ...(more > 0 ? [text.t('and-more', { count: more })] : [])];
  return text.t('batch-title', { n: index, m: of, hosts: listed.join(text.t('list-separator')) });
}

/** Why a step stands where it does: its batch, a gate between batches, a proof for the way back, an undoing. */
export function StepContext({ state, index, step, looking }: Props) {
  const text = useText();
  const { t } = text;
  const batch = batchOf(state, step);
  return (
    <>
      {batch === null ? null : (
        <p className="batch-line">
          <strong>{batchWords(batch, text)}</strong>
          {batch.ceiling === null ? null : (
            <span className={batch.stopped ? 'number is-failed' : 'number quiet'}>
              {t('batch-ceiling', { failed: batch.failed.length, ceiling: batch.ceiling })}
            </span>
          )}
        </p>
      )}
      {batch?.stopped === true ? (
        <div className="notice failure">
          <div className="notice-body">
            <p className="notice-title">{t('batch-stopped-title')}</p>
            <p>{t('batch-stopped', { hosts: batch.failed.join(t('list-separator')), ceiling: batch.ceiling ?? 0 })}</p>
          </div>
        </div>
      ) : null}
      {step.origin === 'gate' ? <GateText state={state} index={index} /> : null}
      {!looking && step.block !== null && step.block === state.block && openRollback(state) === null ? (
        <p className="why">{t('in-block-text')}</p>
      ) : null}
      {step.origin === 'readiness' ? <p className="lead">{t('readiness-step')}</p> : null}
    </>
  );
}

/** What lies behind a gate between batches. */
function GateText({ state, index }: Pick<Props, 'state' | 'index'>) {
  const text = useText();
  const here = state.plan.steps[index]?.batch?.index;
  const behind = state.plan.steps
    .slice(index + 1)
    .find((step) => step.batch !== null && step.batch.index !== here && step.origin === 'written');
  const batch = behind === undefined ? null : batchOf(state, behind);
  return (
    <section className="gate">
      <p>{text.t('gate-step-text')}</p>
      {batch === null ? null : <p>{text.t('gate-step-next', { batch: batchWords(batch, text) })}</p>}
    </section>
  );
}
