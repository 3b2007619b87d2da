import { DESK } from '../../shared/checklist/plan-lookup.ts';
import { lastAttempt, type TargetState } from '../../shared/run/state.ts';
import type { ActionOf } from '../../shared/steps/actions.ts';
import { CommandBlock } from '../components/command-block.tsx';
import { useHostAccount } from '../components/use-host-account.ts';
import { useText } from '../components/use-text.ts';

interface Props {
  readonly look: ActionOf<'snapshot'>['look'];
  readonly target: TargetState;
}

/** What a snapshot looks at, in the exact words: a command on the host, or a query to a database. */
export function SnapshotLook({ look, target }: Props) {
  const { t } = useText();
  const account = useHostAccount(target.target);
  const last = lastAttempt(target);
  if (look.kind === 'query') {
    return (
      <figure className="command">
        <figcaption>
          <span>{t('snapshot-asks', { database: look.database })}</span>
        </figcaption>
        <pre>{look.text}</pre>
      </figure>
    );
  }
  return (
    <CommandBlock
      command={look.command}
      host={target.target === DESK ? null : target.target}
      account={last?.account ?? account}
      sudo={look.sudo}
      sent={last?.sent ?? null}
    />
  );
}
