import { Button } from 'react-aria-components';
import type { PlanStep } from '../../../shared/checklist/plan.ts';
import { actionFor } from '../../../shared/checklist/plan-lookup.ts';
import type { Decision } from '../../../shared/contract/events.ts';
import type { Intent } from '../../../shared/contract/intents.ts';
import { decisionsFor } from '../../../shared/run/policy.ts';
import { lastAttempt, type StepState, type TargetState } from '../../../shared/run/state.ts';
import { placeOf, targetName } from '../../components/target-name.ts';
import { useText } from '../../components/use-text.ts';
import { offerWords } from '../../model/offers.ts';
import { remainingAfterFirst } from '../../model/primary-action.ts';
import { thingOf } from '../../steps/index.tsx';
import type { OpenRun } from '../../store/app-state.ts';
import { askedName } from '../people/people-act.tsx';
import type { Acts } from './use-acts.tsx';

interface Props {
  readonly run: OpenRun;
  readonly step: PlanStep;
  readonly stands: StepState;
  readonly target: TargetState;
  readonly acts: Acts;
}

/** Everything else that may be done with the step now, each named with the target it is about where there are several. */
export function SecondaryActs({ run, step, stands, target, acts }: Props) {
  const text = useText();
  const { t } = text;
  // With one target there is nothing to tell apart.
  const where = step.targets.length > 1 ? placeOf(text, [target.target]) : '';
  const running = target.attempts.find(({ verdict }) => verdict === null);
  const rest = remainingAfterFirst(step, stands);
  const place = { step: step.id, target: target.target };
  const runRest: Intent = { type: 'run-step', step: step.id, targets: [...rest], reason: null };
  const may = (intent: Intent): boolean => acts.refusal(intent) === null;
  const decide = (decision: Decision): boolean =>
    decisionsFor(target).includes(decision) &&
    may({ type: 'decide', ...place, decision, reason: '-', owner: '-', due: '-' });
  const failable =
    step.kind === 'manual' &&
    may({ type: 'confirm-manual', ...place, verdict: 'failed', evidence: {}, note: '-', reason: '-' });
  const paper = may({
    ...{ type: 'record-paper', ...place, verdict: 'failed', note: '-' },
    ...{ doneAt: new Date().toISOString(), doneBy: '-', checkedBy: null, sheet: run.state.contentHash.slice(0, 8) },
  });
  // Inside a block nobody is to be kept from what comes next.
  const noting = run.state.block === null && may({ type: 'add-note', ...place, text: '-', corrects: null });
  const act = (key: Parameters<typeof t>[0], onPress: () => void) => (
    <Button key={key} className="button" isDisabled={run.pending} onPress={onPress}>
      {t(key, { place: where, target: targetName(text, target.target), count: rest.length })}
    </Button>
  );
  return (
    <div className="secondary">
      {rest.length > 1 && may(runRest) ? act('run-rest', () => acts.send(runRest)) : null}
      {running !== undefined && !running.cancelRequested && may({ type: 'cancel-attempt', attempt: running.attempt })
        ? act('cancel-attempt', () => acts.send({ type: 'cancel-attempt', attempt: running.attempt }))
        : null}
      {running?.cancelRequested === true ? <span className="quiet">{t('cancel-requested')}</span> : null}
      <Offers run={run} step={step} target={target} acts={acts} />
      {decide('was-done') ? act('was-done-ask', () => acts.ask({ type: 'was-done', ...place })) : null}
      {decide('was-not-done') ? act('was-not-done-ask', () => acts.ask({ type: 'was-not-done', ...place })) : null}
      {failable ? act('fail-ask', () => acts.ask({ type: 'fail', ...place })) : null}
      {paper ? (
        <Button className="button" isDisabled={run.pending} onPress={() => acts.ask({ type: 'paper', ...place })}>
          {text.evidence('paper-ask')}
        </Button>
      ) : null}
      {decide('deferred') ? act('defer-ask', () => acts.ask({ type: 'defer', ...place })) : null}
      {decide('overridden') ? act('override-ask', () => acts.ask({ type: 'override', ...place })) : null}
      {decide('excluded') ? act('exclude-ask', () => acts.ask({ type: 'exclude', ...place })) : null}
      {noting ? (
        <Button className="button" isDisabled={run.pending} onPress={() => acts.ask({ type: 'note', ...place })}>
          {text.evidence('note-ask')}
        </Button>
      ) : null}
      {decide('failed') ? act('declare-failed-ask', () => acts.ask({ type: 'declare-failed', ...place })) : null}
    </div>
  );
}

/** The moves that the last attempt offered, each with its name; a write asks for the reason first. */
function Offers({ run, step, target, acts }: Omit<Props, 'stands'>) {
  const text = useText();
  const place = { step: step.id, target: target.target };
  const params = {
    place: placeOf(text, [target.target]),
    thing: thingOf(step, actionFor(step, target.target)),
    step: step.title,
  };
  const offered = lastAttempt(target)?.offers ?? [];
  return offered.map((choice) => {
    const reason = step.effect === 'write' ? '-' : null;
    const intent: Intent = { type: 'run-step', step: step.id, targets: [target.target], reason, choice };
    const words = offerWords(choice, params, text.t);
    if (acts.refusal(intent) !== null) {
      // What the checker has to allow first is asked for by its name.
      const ask: Intent = { type: 'ask-permission', step: step.id, targets: [target.target], reason: '-', choice };
      if (acts.refusal(ask) !== null) return null;
      const name = askedName(run.state, text);
      return (
        <Button
          key={choice}
          className="button"
          isDisabled={run.pending}
          onPress={() => acts.ask({ type: 'ask-permission', step: step.id, targets: [target.target], choice })}
        >
          {text.people('ask-permission-offer', { name, act: words })}
        </Button>
      );
    }
    const press = (): void =>
      step.effect === 'write' ? acts.ask({ type: 'offer', ...place, choice }) : acts.send(intent);
    return (
      <Button key={choice} className="button danger" isDisabled={run.pending} onPress={press}>
        {step.effect === 'write' ? `${words}…` : words}
      </Button>
    );
  });
}
