import type { PlanStep } from '../../shared/checklist/plan.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Action, StepKind } from '../../shared/steps/actions.ts';
import type { StepText } from '../../shared/steps/kind.ts';
import { ProgressBar } from '../components/progress-bar.tsx';
import type { AttemptProgress } from '../store/app-state.ts';
import { announceRoom } from './announce.tsx';
import { approvalRoom } from './approval.tsx';
import { artifactRoom } from './artifact.tsx';
import { compareRoom } from './compare.tsx';
import { configRoom } from './config.tsx';
import { httpRoom } from './http.tsx';
import { logRoom } from './log.tsx';
import { manualRoom } from './manual.tsx';
import { processRoom } from './process.tsx';
import type { ActWords, ResultProps, RoomProps, StepRoom } from './room.ts';
import { runRoom } from './run.tsx';
import { serviceRoom } from './service.tsx';
import { snapshotRoom } from './snapshot.tsx';
import { sqlRoom } from './sql.tsx';
import { uploadRoom } from './upload.tsx';
import { waitRoom } from './wait.tsx';

/** Every step kind's door on the screen. */
export const stepRooms: { readonly [K in StepKind]: StepRoom<K> } = {
  manual: manualRoom,
  run: runRoom,
  wait: waitRoom,
  approval: approvalRoom,
  artifact: artifactRoom,
  upload: uploadRoom,
  config: configRoom,
  snapshot: snapshotRoom,
  compare: compareRoom,
  http: httpRoom,
  announce: announceRoom,
  log: logRoom,
  process: processRoom,
  service: serviceRoom,
  sql: sqlRoom,
};

/** Shows the action of a step in the room of its kind. */
export function StepAct(props: RoomProps<StepKind>) {
  const { Act } = roomOf(props.action.kind);
  return <Act {...props} />;
}

/** The names of an act, as the primary button and those who listen get to know it. */
export function actWords(action: Action): ActWords {
  return roomOf(action.kind).words(action);
}

/** The exact words an action sends, for the plan before the run; null where nothing is sent. */
export function exactWords(action: Action): string | null {
  return roomOf(action.kind).exact(action);
}

/** What the kind of step has to say of an ended attempt; nothing where it has nothing to add. */
export function StepOutcome(props: Omit<ResultProps<StepKind>, 'result'>) {
  const { attempt, action } = props;
  const { Result } = roomOf(action.kind);
  if (Result === undefined || attempt.result?.kind !== action.kind) return null;
  return <Result {...props} result={attempt.result as ResultProps<StepKind>['result']} />;
}

/** How far a running attempt is, in the words of its kind of step. */
export function StepProgress({ kind, progress }: { readonly kind: StepKind; readonly progress: AttemptProgress }) {
  const { Progress = ProgressBar } = roomOf(kind);
  return <Progress progress={progress} />;
}

/** The thing that an offered move is about, in words. */
export function thingOf(step: PlanStep, action: Action): string {
  return roomOf(action.kind).thing?.(action) ?? step.title;
}

/** The text that a step sends unless the person changes it; null where it sends none. */
export function draftOf(state: RunState, step: PlanStep, action: Action, words: StepText): string | null {
  return roomOf(action.kind).draft?.(state, step, action, words) ?? null;
}

/** One place where the compiler is told that an action belongs to the room of its own kind. */
function roomOf(kind: StepKind): StepRoom<StepKind> {
  return stepRooms[kind] as unknown as StepRoom<StepKind>;
}
