import { Button } from 'react-aria-components';
import type { PlanStep } from '../../../shared/checklist/plan.ts';
import { actionFor } from '../../../shared/checklist/plan-lookup.ts';
import type { Judgement } from '../../../shared/contract/events.ts';
import type { Intent } from '../../../shared/contract/intents.ts';
import { resultOf } from '../../../shared/run/consequences.ts';
import { isSettled, lastAttempt, type StepState, type TargetState } from '../../../shared/run/state.ts';
import { EffectBadge } from '../../components/badges.tsx';
import { Markdown } from '../../components/markdown.tsx';
import { PrimaryButton } from '../../components/primary-button.tsx';
import { stepTitle } from '../../components/step-title.ts';
import type { Primary as PrimaryAct } from '../../components/use-primary.ts';
import { useText } from '../../components/use-text.ts';
import { nextFinding } from '../../model/findings.ts';
import { beforeNoReturn, neediest } from '../../model/primary-action.ts';
import { dateAndTime } from '../../model/time.ts';
import { StepAct, stepRooms } from '../../steps/index.tsx';
import type { OpenRun } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';
import { RejectionNotice, SigningRecord, SigningWaits } from '../people/signing-section.tsx';
import { BlockGate } from './block-gate.tsx';
import { FindingsList } from './findings-list.tsx';
import { HostGuard } from './host-guard.tsx';
import { NoReturnGate } from './no-return-gate.tsx';
import { SecondaryActs } from './secondary-acts.tsx';
import { StepContext } from './step-context.tsx';
import { StepNotes } from './step-notes.tsx';
import { TargetDetail } from './target-detail.tsx';
import { TargetList } from './target-list.tsx';
import type { Acts } from './use-acts.tsx';

interface Props {
  readonly run: OpenRun;
  /** Index of the step being looked at; the number of steps when all are settled. */
  readonly shown: number;
  /** Null for who only looks. */
  readonly doing: Doing | null;
  readonly away: boolean;
}

/** What the person at this screen can do with the step. */
export interface Doing {
  readonly acts: Acts;
  readonly primary: PrimaryAct;
}

/** The target being looked at: the selected one, else the one that needs a person most, else the last. */
export function shownTarget(stands: StepState, selected: string | null): number {
  const chosen = stands.targets.findIndex(({ target }) => target === selected);
  if (chosen >= 0) return chosen;
  const open = stands.targets.filter(({ status }) => !isSettled(status));
  const needed = neediest(open, null) ?? open[0];
  return needed === undefined ? stands.targets.length - 1 : stands.targets.indexOf(needed);
}

/** One step: what it does in the exact words, where it stands on each target, and the one thing asked of the person. */
export function StepPanel({ run, shown, doing, away }: Props) {
  const text = useText();
  const { t } = text;
  const { state } = run;
  const step = state.plan.steps[shown];
  const stands = state.steps[shown];
  if (step === undefined || stands === undefined) {
    const undone = resultOf(state) === 'rolled-back';
    return (
      <main className="step">
        <div className="step-scroll">
          <h2>{t(undone ? 'all-undone' : 'all-settled')}</h2>
          <p className="lead">{t(undone ? 'all-undone-text' : 'all-settled-text')}</p>
        </div>
        {doing === null ? null : (
          <div className="acts">
            <Primary doing={doing} />
          </div>
        )}
      </main>
    );
  }
  const byHand = stepRooms[step.kind].answeredByPerson;
  // What is asked of the person now stands first.
  const asked = stands.waiver === null && stands.targets.every(({ status }) => isSettled(status));
  const gate =
    !away && step.block !== null && state.block !== step.block && state.status !== 'ended' ? step.block : null;
  const target = stands.targets[shownTarget(stands, run.viewTarget)];
  const atPoint = shown === state.current && gate === null && beforeNoReturn(step, stands) && state.status !== 'ended';
  // What has to be judged stands before everything else, like all that is asked of the person.
  const judging = !away && doing !== null && target !== undefined && nextFinding(target) !== null;
  const open = shown === state.current && gate === null && !atPoint && state.status === 'running' && run.live;
  return (
    <main className="step">
      <div className="step-scroll" key={step.id}>
        <header className="step-head">
          <span className="code">{step.code}</span>
          <h2>{stepTitle(text, step)}</h2>
          {byHand && step.effect === 'read' ? null : <EffectBadge effect={step.effect} byHand={byHand} />}
        </header>
        <StepContext state={state} index={shown} step={step} looking={doing === null} />
        {gate === null ? null : <BlockGate plan={state.plan} block={gate} />}
        {atPoint ? <NoReturnGate state={state} step={step} /> : null}
        {stands.noReturn === null ? null : (
          <p className="decision">
            {t('no-return-accepted', { by: stands.noReturn.by, at: dateAndTime(new Date(stands.noReturn.at)) })}
            <q>{stands.noReturn.reason}</q>
          </p>
        )}
        <RejectionNotice stands={stands} />
        {shown === state.current && gate === null ? (
          <SigningWaits state={state} step={step} stands={stands} doing={doing !== null} />
        ) : null}
        {step.notes === null ? null : <Markdown source={step.notes} />}
        {target === undefined ? null : (
          <>
            {judging ? <FindingsList target={target} onJudge={judgeAct(step, target, doing.acts)} /> : null}
            <HostGuard state={state} step={step} target={target} />
            <StepAct
              key={target.target}
              step={step}
              action={actionFor(step, target.target)}
              target={target}
              open={open}
            />
            <TargetList step={step} stands={stands} selected={target.target} />
            <TargetDetail step={step} target={target} state={state} />
            {judging ? null : (
              <FindingsList
                target={target}
                onJudge={away || doing === null ? null : judgeAct(step, target, doing.acts)}
              />
            )}
          </>
        )}
        <StepNotes state={state} step={step} />
        {stands.countersignature === 'pending' && asked ? null : <SigningRecord stands={stands} />}
      </div>
      {doing === null ? (
        <Looking away={away} />
      ) : (
        <div className="acts">
          {doing.acts.label === '' ? null : <Primary doing={doing} />}
          {away ? <p className="why">{t('only-current')}</p> : null}
          {away || target === undefined ? null : (
            <SecondaryActs run={run} step={step} stands={stands} target={target} acts={doing.acts} />
          )}
        </div>
      )}
    </main>
  );
}

function Primary({ doing: { acts, primary } }: { readonly doing: Doing }) {
  return (
    <PrimaryButton primary={primary} why={acts.why}>
      {acts.label}
    </PrimaryButton>
  );
}

/** Who only looks has nothing to do here but to come back to the current step. */
function Looking({ away }: { readonly away: boolean }) {
  const { t } = useText();
  const { look } = useActions();
  if (!away) return null;
  return (
    <div className="acts">
      <div>
        <Button className="button" onPress={() => look(null)}>
          {t('back-to-current')}
        </Button>
      </div>
    </div>
  );
}

/** How a finding is asked about, where that is possible now. */
function judgeAct(step: PlanStep, target: TargetState, acts: Acts) {
  const [first] = lastAttempt(target)?.findings ?? [];
  const place = { step: step.id, target: target.target };
  const intent: Intent = { type: 'judge', ...place, finding: first?.id ?? '', judgement: 'known', reason: '-' };
  if (first === undefined || acts.refusal(intent) !== null) return null;
  return (finding: string, judgement: Judgement | null): void =>
    acts.ask({ type: 'judge', ...place, finding, judgement });
}
