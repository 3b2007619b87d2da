import type { KeyboardEvent } from 'react';
import type { PlanStep } from '../../../shared/checklist/plan.ts';
import { DESK } from '../../../shared/checklist/plan-lookup.ts';
import type { AttemptState, StepState, TargetState } from '../../../shared/run/state.ts';
import { StateWord } from '../../components/glyph.tsx';
import { targetName } from '../../components/target-name.ts';
import { useNow } from '../../components/use-now.ts';
import { type Text, useText } from '../../components/use-text.ts';
import { targetStanding } from '../../model/status.ts';
import { stepRooms } from '../../steps/index.tsx';
import { useActions, useRun } from '../../store/use-app.ts';

interface Props {
  readonly step: PlanStep;
  readonly stands: StepState;
  readonly selected: string;
}

/** Where the step stands on each of its targets; choosing one shows its findings and output. */
export function TargetList({ step, stands, selected }: Props) {
  const { t } = useText();
  const { look } = useActions();
  const shown = useRun(({ viewStep, state }) => viewStep ?? state.current);
  if (stands.targets.length === 1 && stands.targets[0]?.attempts.length === 0 && stands.targets[0].target === DESK)
    return null;
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = stands.targets.findIndex(({ target }) => target === selected);
    const to = event.key === 'ArrowDown' ? at + 1 : event.key === 'ArrowUp' ? at - 1 : null;
    const next = to === null ? undefined : stands.targets[to];
    if (next === undefined) return;
    event.preventDefault();
    look(shown, next.target);
  };
  return (
    <section className="targets">
      <h3>{t('targets-title')}</h3>
      <div
        className="target-list"
        role="listbox"
        aria-label={t('targets-title')}
        tabIndex={0}
        onKeyDown={onKeyDown}
        aria-activedescendant={`target-${selected}`}
      >
        {stands.targets.map((target) => (
          <TargetRow
            key={target.target}
            step={step}
            target={target}
            selected={target.target === selected}
            onLook={() => look(shown, target.target)}
          />
        ))}
      </div>
    </section>
  );
}

interface RowProps {
  readonly step: PlanStep;
  readonly target: TargetState;
  readonly selected: boolean;
  readonly onLook: () => void;
}

function TargetRow({ step, target, selected, onLook }: RowProps) {
  const text = useText();
  const running = target.attempts.find(({ verdict }) => verdict === null);
  const last = target.attempts.findLast(({ purpose }) => purpose === 'step');
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list itself has the keys.
    <div
      id={`target-${target.target}`}
      className={selected ? 'target-row selected' : 'target-row'}
      role="option"
      tabIndex={-1}
      aria-selected={selected}
      onClick={onLook}
    >
      <span className="target-name">{targetName(text, target.target)}</span>
      <StateWord
        standing={running === undefined ? targetStanding(target, stepRooms[step.kind].answeredByPerson) : 'running'}
      />
      <span className="target-note">{running?.purpose === 'probe' ? text.t('probing') : noteOf(target, text)}</span>
      <span className="number target-time">
        {running === undefined ? tookWords(step, last, text) : <Since at={running.startedAt} />}
      </span>
      {running === undefined ? null : <span className="moving" aria-hidden="true" />}
    </div>
  );
}

/** How long it took; a person's answer takes no time that anybody measured. */
function tookWords(step: PlanStep, attempt: AttemptState | undefined, { span }: Text): string {
  if (stepRooms[step.kind].answeredByPerson || attempt?.durationMs == null) return '';
  return span(attempt.durationMs);
}

/** The first thing that did not hold, or a person's reason: enough to tell rows apart. */
function noteOf(target: TargetState, { evidence }: Text): string {
  if (target.decision !== null && (target.status === 'deferred' || target.status === 'overridden'))
    return target.decision.reason;
  const last = target.attempts.findLast(({ purpose }) => purpose === 'step');
  if (last?.paper != null) return evidence('paper-by', { name: last.paper.doneBy });
  const broken = last?.checks.find(({ holds }) => holds !== true);
  if (target.status === 'passed' || broken === undefined) return '';
  return `${broken.subject}: ${broken.found}`;
}

function Since({ at }: { readonly at: string }) {
  const now = useNow(true);
  const { ticking } = useText();
  return <>{ticking(now - Date.parse(at))}</>;
}
