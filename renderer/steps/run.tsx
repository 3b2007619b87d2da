import { DESK } from '../../shared/checklist/plan-lookup.ts';
import { CommandBlock } from '../components/command-block.tsx';
import { Expectations } from '../components/expectations.tsx';
import { useHostAccount } from '../components/use-host-account.ts';
import type { RoomProps, StepRoom } from './room.ts';

function RunAct({ action, target }: RoomProps<'run'>) {
  const account = useHostAccount(target.target);
  const last = target.attempts.findLast((attempt) => attempt.purpose === 'step');
  return (
    <>
      <CommandBlock
        command={action.command}
        host={target.target === DESK ? null : target.target}
        account={last?.account ?? account}
        sudo={action.sudo}
        sent={last?.sent ?? null}
      />
      {/* Once there are findings, they say expected and found side by side. */}
      {last !== undefined && last.checks.length > 0 ? null : (
        <Expectations expect={action.expect} timeoutMs={action.timeoutMs} />
      )}
    </>
  );
}

/** A command on a host. */
export const runRoom: StepRoom<'run'> = {
  Act: RunAct,
  words: () => ({ first: 'run-on', again: 'run-again-on', busy: 'running-on' }),
  exact: (action) => action.command,
  answeredByPerson: false,
};
