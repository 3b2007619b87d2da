import { Button } from 'react-aria-components';
import type { RunState } from '../../../shared/run/state.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { useText } from '../../components/use-text.ts';
import { useActions, useAppState } from '../../store/use-app.ts';
import { operatorName } from './names.ts';

/** Leaving is asked once, with what it does to the run. */
export function LeaveDialog({ state, onClose }: { readonly state: RunState; readonly onClose: () => void }) {
  const { checker } = useText();
  const { stopFollowing } = useActions();
  const pending = useAppState(({ followed }) => followed?.pending != null);
  const isChecker = useAppState(({ followed }) => followed?.link.role === 'checker');
  const holds = isChecker && state.plan.production && state.status !== 'ended';
  return (
    <DialogFrame title={checker('leave-title', { name: operatorName(state) })} onClose={onClose} alert>
      <p className="consequence">{checker(holds ? 'leave-text-production' : 'leave-text')}</p>
      <div className="dialog-acts">
        <Button className="button" autoFocus onPress={onClose}>
          {checker('cancel')}
        </Button>
        <Button className="button solid" isDisabled={pending} onPress={() => void stopFollowing()}>
          {checker('leave-submit')}
        </Button>
      </div>
    </DialogFrame>
  );
}
