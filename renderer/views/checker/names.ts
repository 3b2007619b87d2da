import type { LinkView } from '../../../shared/contract/ipc/people.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { Text } from '../../components/use-text.ts';

/** Whose run it is: the person of the session that has the pen. */
export function operatorName({ sessions }: RunState): string {
  const last = sessions.at(-1);
  return last?.identity?.name ?? last?.person ?? '';
}

/** What this window is in the run, in one word. */
export function roleWord({ role }: Pick<LinkView, 'role'>, { checker }: Pick<Text, 'checker'>): string {
  return checker(role === null ? 'role-joining' : `role-${role}`);
}
