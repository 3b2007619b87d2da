import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { PlanStep } from '../../../shared/checklist/plan.ts';
import { Glyph } from '../../components/glyph.tsx';
import { useText } from '../../components/use-text.ts';
import { stepStanding } from '../../model/status.ts';
import { stepRooms } from '../../steps/index.tsx';
import type { OpenRun } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';

interface Props {
  readonly run: OpenRun;
  readonly shown: number;
}

/** The printed checklist: same codes, same order. Arrow keys look at other steps; only the current one can be worked. */
export function Outline({ run, shown }: Props) {
  const { t } = useText();
  const { look } = useActions();
  const list = useRef<HTMLDivElement>(null);
  const { plan } = run.state;
  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    const reveal = (): void => element.querySelector(`#step-${shown}`)?.scrollIntoView({ block: 'nearest' });
    reveal();
    // A smaller window must not hide where the run stands.
    const observer = new ResizeObserver(reveal);
    observer.observe(element);
    return () => observer.disconnect();
  }, [shown]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = destination(event.key, shown, plan.steps.length);
    if (to === null) return;
    event.preventDefault();
    look(to);
  };
  return (
    <nav className="outline" aria-label={t('outline')}>
      <div
        ref={list}
        className="outline-list"
        role="listbox"
        aria-label={t('outline')}
        tabIndex={0}
        aria-activedescendant={plan.steps[shown] === undefined ? undefined : `step-${shown}`}
        onKeyDown={onKeyDown}
      >
        {plan.steps.map((step, index) => (
          <OutlineEntry key={step.id} run={run} step={step} index={index} shown={shown} onLook={look} />
        ))}
      </div>
    </nav>
  );
}

function destination(key: string, from: number, length: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return Math.min(length - 1, from + 1);
    case 'ArrowUp':
      return Math.max(0, Math.min(from, length) - 1);
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return null;
  }
}

interface EntryProps extends Props {
  readonly step: PlanStep;
  readonly index: number;
  readonly onLook: (index: number) => void;
}

function OutlineEntry({ run, step, index, shown, onLook }: EntryProps) {
  const { t } = useText();
  const { state } = run;
  const stands = state.steps[index];
  const before = state.plan.steps[index - 1];
  const current = index === state.current;
  if (stands === undefined) return null;
  const standing = stepStanding(stands, { manual: stepRooms[step.kind].answeredByPerson, current });
  const block = step.block === null ? null : state.plan.blocks[step.block];
  const classes = [
    'outline-step',
    current ? 'current' : '',
    index === shown ? 'shown' : '',
    block == null ? '' : 'in-block',
  ];
  return (
    <>
      {before?.phase === step.phase ? null : (
        <div className="outline-phase" role="presentation">
          {state.plan.phases[step.phase]?.title}
        </div>
      )}
      {block == null || before?.block === step.block ? null : (
        <div className="outline-block" role="presentation">
          {t('atomic-block-named', { title: block.title })}
        </div>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the list itself has the keys. */}
      <div
        id={`step-${index}`}
        className={classes.join(' ')}
        role="option"
        tabIndex={-1}
        aria-selected={index === shown}
        aria-current={current ? 'step' : undefined}
        onClick={() => onLook(index)}
      >
        <Glyph standing={standing} />
        <span className="code">{step.code}</span>
        <span className="outline-title">{step.title}</span>
        <span className="visually-hidden">{t(`state-${standing}`)}</span>
      </div>
    </>
  );
}
