import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { PlanStep } from '../../../shared/checklist/plan.ts';
import type { RunState, StepState } from '../../../shared/run/state.ts';
import { Glyph } from '../../components/glyph.tsx';
import { stepTitle } from '../../components/step-title.ts';
import { targetNames } from '../../components/target-name.ts';
import { type Text, useText } from '../../components/use-text.ts';
import { batchOf, beginsBatch } from '../../model/batches.ts';
import { isUndone, stepStanding } from '../../model/status.ts';
import { stepRooms } from '../../steps/index.tsx';
import type { OpenRun } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';
import { batchWords } from './step-context.tsx';

interface Props {
  readonly run: OpenRun;
  readonly shown: number;
  /** The steps that are shown, by index; null: all of them. */
  readonly only?: readonly number[] | null;
}

/** The printed checklist: same codes, same order. Arrow keys look at other steps; only the current one can be worked. */
export function Outline({ run, shown, only = null }: Props) {
  const { t, lockdown } = useText();
  const { look } = useActions();
  const list = useRef<HTMLDivElement>(null);
  const { plan } = run.state;
  const indexes = only ?? [...plan.steps.keys()];
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
    const at = indexes.indexOf(shown);
    const to = indexes[destination(event.key, at < 0 ? indexes.length : at, indexes.length) ?? -1];
    if (to === undefined) return;
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
        {indexes.map((index) => {
          const step = plan.steps[index];
          if (step === undefined) return null;
          return <OutlineEntry key={step.id} run={run} step={step} index={index} shown={shown} onLook={look} />;
        })}
      </div>
      {only === null ? null : <p className="outline-rest">{lockdown('block-rest')}</p>}
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
  const text = useText();
  const { t } = text;
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
    step.origin === 'gate' ? 'is-gate' : '',
    step.origin === 'rollback' ? 'is-rollback' : '',
  ];
  const batch = batchOf(state, step);
  // Undone everywhere is a state of its own; undone here and there has to be said.
  const undone = standing === 'undone' ? '' : undoneWords(stands, text);
  return (
    <>
      {before?.phase === step.phase && !beginsRollback(state, index) ? null : (
        <div className="outline-phase" role="presentation">
          {phaseTitle(state, index, text)}
        </div>
      )}
      {batch === null || !beginsBatch(step, before) ? null : (
        <div className="outline-batch" role="presentation">
          {batchWords(batch, text)}
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
        <span className="outline-title">
          {stepTitle(text, step)} {step.origin === 'gate' ? <span className="tag">{t('gate-step')}</span> : null}
          {step.pointOfNoReturn === null ? null : <span className="tag">{t('no-return-tag')}</span>}
          {undone === '' ? null : <span className="outline-undone">{undone}</span>}
        </span>
        <span className="visually-hidden">{t(`state-${standing}`)}</span>
      </div>
    </>
  );
}

/** Each turning round has a heading of its own. */
function beginsRollback(state: RunState, index: number): boolean {
  return state.rollbacks.some(({ from, count }) => from === index && count > 0);
}

function phaseTitle(state: RunState, index: number, { t }: Text): string {
  const step = state.plan.steps[index];
  const phase = step === undefined ? undefined : state.plan.phases[step.phase];
  if (phase?.kind !== 'rollback') return phase?.title ?? '';
  const rollback = state.rollbacks.findLast(({ from }) => from <= index);
  if (rollback?.scope !== 'block') return t('rollback-phase');
  const title = state.plan.blocks[rollback.block ?? -1]?.title ?? '';
  return `${t('restore-phase')}: ${title}`;
}

function undoneWords(stands: StepState, text: Text): string {
  const undone = stands.targets.filter(isUndone).map(({ target }) => target);
  return undone.length === 0 ? '' : text.t('undone-on', { hosts: targetNames(text, undone) });
}
