import type { ComponentType } from 'react';
import type { PlanStep } from '../../shared/checklist/plan.ts';
import type { TargetState } from '../../shared/run/state.ts';
import type { ActionOf, StepKind } from '../../shared/steps/actions.ts';
import type { UiKey } from '../components/use-text.ts';

export interface RoomProps<K extends StepKind> {
  readonly step: PlanStep;
  readonly action: ActionOf<K>;
  readonly target: TargetState;
  /** The step can be worked on now. */
  readonly open: boolean;
}

/** The screen's door to one step kind. */
export interface StepRoom<K extends StepKind> {
  /** What will happen in the exact words, and what counts as done. */
  readonly Act: ComponentType<RoomProps<K>>;
  /** The primary action's name; `{{targets}}` is filled in. */
  readonly words: { readonly first: UiKey; readonly again: UiKey; readonly busy: UiKey };
  /** The exact words that will be sent, for the plan before the run; null where nothing is sent. */
  readonly exact: (action: ActionOf<K>) => string | null;
  /** True when a person's word is all there is, so that a pass is not shown as sensed. */
  readonly answeredByPerson: boolean;
}
