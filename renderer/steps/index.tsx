import type { Action, StepKind } from '../../shared/steps/actions.ts';
import { approvalRoom } from './approval.tsx';
import { manualRoom } from './manual.tsx';
import type { RoomProps, StepRoom } from './room.ts';
import { runRoom } from './run.tsx';
import { waitRoom } from './wait.tsx';

/** Every step kind's door on the screen. */
export const stepRooms: { readonly [K in StepKind]: StepRoom<K> } = {
  manual: manualRoom,
  run: runRoom,
  wait: waitRoom,
  approval: approvalRoom,
};

/** Shows the action of a step in the room of its kind. */
export function StepAct(
  props: Omit<RoomProps<StepKind>, 'action'> & { readonly action: RoomProps<StepKind>['action'] },
) {
  const { action, ...rest } = props;
  return actOf(action.kind, action, rest);
}

/** The exact words an action sends, for the plan before the run; null where nothing is sent. */
export function exactWords(action: Action): string | null {
  return (stepRooms[action.kind] as StepRoom<StepKind>).exact(action);
}

/** One place where the compiler is told that an action belongs to the room of its own kind. */
function actOf<K extends StepKind>(kind: K, action: RoomProps<StepKind>['action'], rest: Omit<RoomProps<K>, 'action'>) {
  const { Act } = stepRooms[kind];
  const props = { ...rest, action } as RoomProps<K>;
  return <Act {...props} />;
}
