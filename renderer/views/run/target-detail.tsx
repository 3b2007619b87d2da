import type { PlanStep } from '../../../shared/checklist/plan.ts';
import { actionFor, stepIndex } from '../../../shared/checklist/plan-lookup.ts';
import type { EvidenceValue } from '../../../shared/contract/events.ts';
import type { AttemptState, RunState, TargetState } from '../../../shared/run/state.ts';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { Glyph, StateWord } from '../../components/glyph.tsx';
import { targetName } from '../../components/target-name.ts';
import { useText } from '../../components/use-text.ts';
import { lastFromPaper } from '../../model/paper.ts';
import { isUndone } from '../../model/status.ts';
import { dateAndTime } from '../../model/time.ts';
import { StepOutcome, StepProgress } from '../../steps/index.tsx';
import { useRun } from '../../store/use-app.ts';

interface Props {
  readonly step: PlanStep;
  readonly target: TargetState;
  readonly state: RunState;
}

/** What was found on one target: checks with their values, the failure, the decision, what an unknown means. */
export function TargetDetail({ step, target, state }: Props) {
  const text = useText();
  const attempt = target.attempts.at(-1);
  const host = state.hosts[state.plan.hosts.findIndex(({ name }) => name === target.target)];
  const unreached = host?.failure ?? null;
  return (
    <div className="target-detail">
      {attempt?.verdict === null ? <RunningProgress step={step} attempt={attempt.attempt} /> : null}
      {target.status === 'unknown' ? <UnknownText step={step} target={target} /> : null}
      {attempt?.failure == null ? null : <FailureNotice failure={attempt.failure} />}
      {attempt?.failure == null && unreached !== null ? (
        <FailureNotice failure={unreached} title={text.t('host-trouble', { host: target.target })} />
      ) : null}
      {attempt === undefined ? null : (
        <StepOutcome step={step} action={actionFor(step, target.target)} target={target} attempt={attempt} />
      )}
      {attempt === undefined ? null : <Findings attempt={attempt} labels={evidenceLabels(step, target.target)} />}
      <PaperWords target={target} />
      {attempt === undefined ? null : <EffectDone attempt={attempt} />}
      {target.undone === null ? null : (
        <p className="decision">
          {isUndone(target)
            ? text.t('undone-by', {
                code: state.plan.steps[stepIndex(state.plan, target.undone.by)]?.code ?? target.undone.by,
                at: dateAndTime(new Date(target.undone.at)),
              })
            : text.t('undone-before')}
        </p>
      )}
      {target.clearToRun && target.undone === null && target.status === 'todo' ? (
        <p className="lead">{text.t('clear-to-run')}</p>
      ) : null}
      {target.decision === null ? null : (
        <p className="decision">
          {text.t(`decision-${target.decision.decision}`, {
            by: target.decision.by,
            at: dateAndTime(new Date(target.decision.at)),
          })}
          <q>{target.decision.reason}</q>
          {target.decision.owner === null ? null : text.t('decision-owner', { owner: target.decision.owner })}
          {target.decision.due === null ? null : <span>{text.t('decision-due', { due: target.decision.due })}</span>}
        </p>
      )}
    </div>
  );
}

/** What paper says, who entered it, and that no machine saw it. */
function PaperWords({ target }: Pick<Props, 'target'>) {
  const { evidence } = useText();
  const attempt = lastFromPaper(target);
  if (attempt === null) return null;
  const { doneBy, doneAt, checkedBy } = attempt.paper;
  const at = dateAndTime(new Date(doneAt));
  return (
    <p className="decision is-paper">
      <StateWord standing="paper" word={evidence('paper-word')} />{' '}
      {evidence(`paper-${attempt.verdict === 'failed' ? 'failed' : 'passed'}`, { name: doneBy, at })}{' '}
      {checkedBy === null ? evidence('paper-unchecked') : evidence('paper-checked', { name: checkedBy })}{' '}
      {evidence('paper-entered', { name: attempt.actor, at: dateAndTime(new Date(attempt.startedAt)) })}
    </p>
  );
}

/** Gone as soon as the attempt ends. */
function RunningProgress({ step, attempt }: { readonly step: PlanStep; readonly attempt: string }) {
  const progress = useRun((run) => run.progress[attempt] ?? null);
  return progress === null ? null : <StepProgress kind={step.kind} progress={progress} />;
}

/** What a write that did not simply pass has changed, as far as it is known. */
function EffectDone({ attempt }: { readonly attempt: AttemptState }) {
  const { t } = useText();
  const { effect, purpose, verdict, effectDone } = attempt;
  if (effect === 'read' || purpose === 'probe' || verdict === null || verdict === 'passed') return null;
  return <p className="lead">{t(`effect-done-${effectDone}`)}</p>;
}

function UnknownText({ step, target }: Pick<Props, 'step' | 'target'>) {
  const text = useText();
  const name = targetName(text, target.target);
  const key =
    target.probe === 'unclear' || target.probe === 'still-running'
      ? `unknown-${target.probe}`
      : step.verify === null
        ? 'unknown-no-probe'
        : 'unknown-probe';
  return (
    <div className="notice caution">
      <Glyph standing="unknown" />
      <div className="notice-body">
        <p className="notice-title">{text.t('unknown-title', { target: name })}</p>
        <p>{text.t(key as 'unknown-probe', { target: name })}</p>
      </div>
    </div>
  );
}

/** What the checklist calls each piece of evidence. */
function evidenceLabels(step: PlanStep, target: string): ReadonlyMap<string, string> {
  const action = actionFor(step, target);
  const fields = action.kind === 'manual' ? action.evidence : [];
  return new Map(fields.map(({ name, label }) => [name, label || name]));
}

interface FindingsProps {
  readonly attempt: AttemptState;
  readonly labels: ReadonlyMap<string, string>;
}

function Findings({ attempt, labels }: FindingsProps) {
  const { t } = useText();
  const evidence = Object.entries(attempt.evidence);
  return (
    <>
      {attempt.checks.length === 0 ? null : (
        <table className="table checks">
          <caption>{t(attempt.purpose === 'probe' ? 'probe-findings' : 'findings')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('check-result')}</th>
              <th scope="col">{t('check-expected')}</th>
              <th scope="col">{t('check-found')}</th>
            </tr>
          </thead>
          <tbody>
            {attempt.checks.map((check) => (
              <tr key={`${check.subject} ${check.expected}`}>
                <td>
                  <CheckMark holds={check.holds} />
                </td>
                <td className="mono">{`${check.subject} ${check.expected}`}</td>
                <td className="mono">{check.found}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {evidence.length === 0 ? null : (
        <dl className="variables">
          {evidence.map(([name, value]) => (
            <div key={name}>
              <dt>{labels.get(name) ?? name}</dt>
              <dd>{evidenceText(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {attempt.note === null ? null : <p className="decision">{attempt.note}</p>}
    </>
  );
}

/** Evidence as people read it; a file as its place in the run and the start of its hash. */
export function evidenceText(value: EvidenceValue): string {
  return typeof value === 'object' ? `${value.path} · ${value.sha256.slice(0, 12)}…` : String(value);
}

function CheckMark({ holds }: { readonly holds: boolean | null }) {
  const { t } = useText();
  const key = holds === null ? 'undecided' : holds ? 'holds' : 'broken';
  const standing = holds === null ? 'inconclusive' : holds ? 'sensed' : 'failed';
  return <StateWord standing={standing} word={t(`check-${key}`)} />;
}
