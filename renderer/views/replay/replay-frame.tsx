import { ArrowLeft, History } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useText } from '../../components/use-text.ts';

interface Props {
  readonly onLeave: () => void;
  /** Which run it is. */
  readonly where: ReactNode;
  /** When it is. */
  readonly when?: ReactNode;
  readonly children: ReactNode;
}

/** What nobody can take for a run that is under way: a frame, a ground and a mark of its own. */
export function ReplayFrame({ onLeave, where, when = null, children }: Props) {
  const { evidence } = useText();
  return (
    <div className="screen replay-screen">
      <header className="top-bar replay-top">
        <Button className="icon-button" aria-label={evidence('replay-leave')} onPress={onLeave}>
          <ArrowLeft size={18} aria-hidden="true" />
        </Button>
        <p className="replay-mark">
          <History size={18} aria-hidden="true" />
          <span>
            <strong>{evidence('replay-mark')}</strong> <small>{evidence('replay-mark-text')}</small>
          </span>
        </p>
        {where}
        {when}
      </header>
      {children}
    </div>
  );
}
