import type { ComponentType } from 'react';
import type { PlanStep } from '../../shared/checklist/plan.ts';
import type { AttemptState, RunState, TargetState } from '../../shared/run/state.ts';
import type { ActionOf, StepKind } from '../../shared/steps/actions.ts';
import type { StepText } from '../../shared/steps/kind.ts';
import type { StepResult } from '../../shared/steps/results.ts';
import type { UiKey } from '../components/use-text.ts';
import type { AttemptProgress } from '../store/app-state.ts';

export interface RoomProps<K extends StepKind> {
  readonly step: PlanStep;
  readonly action: ActionOf<K>;
  readonly target: TargetState;
  /** The step can be worked on now. */
  readonly open: boolean;
}

export interface ResultProps<K extends StepKind> {
  readonly step: PlanStep;
  readonly action: ActionOf<K>;
  readonly target: TargetState;
  readonly attempt: AttemptState;
  readonly result: Extract<StepResult, { kind: K }>;
}

/** The names of an act: the first time, again, and while it is under way. */
export interface ActWords {
  readonly first: UiKey;
  readonly again: UiKey;
  readonly busy: UiKey;
}

/** The screen's door to one step kind. */
export interface StepRoom<K extends StepKind> {
  /** What will happen in the exact words, and what counts as done. */
  readonly Act: ComponentType<RoomProps<K>>;
  /** What the kind has to say of an ended attempt beyond verdict, checks and findings. */
  readonly Result?: ComponentType<ResultProps<K>>;
  /** How far a running attempt is, where a bar with the label beside it would not say it well. */
  readonly Progress?: ComponentType<{ readonly progress: AttemptProgress }>;
  /** The primary action's name, which says what is done; `{{place}}` is filled in. */
  readonly words: (action: ActionOf<K>) => ActWords;
  /** The exact words that will be sent, for the plan before the run; null where nothing is sent. */
  readonly exact: (action: ActionOf<K>) => string | null;
  /** True when a person's word is all there is, so that a pass is not shown as sensed. */
  readonly answeredByPerson: boolean;
  /** The thing that an offered move is about ("tomcat"), as `{{thing}}` in its words. Left out: the step's title. */
  readonly thing?: (action: ActionOf<K>) => string;
  /** The text that is sent unless the person changes it (`draft.text`). Left out: the kind sends no text. */
  readonly draft?: (state: RunState, step: PlanStep, action: ActionOf<K>, words: StepText) => string;
}
