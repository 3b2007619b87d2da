import { Button } from 'react-aria-components';
import { useActions, useAppState } from '../store/use-app.ts';
import { useText } from './use-text.ts';

/** The run that is being exported, taken up or put away: how far it is, and the way to stop it. */
export function MovingNow() {
  const { evidence } = useText();
  const { stopMoving } = useActions();
  const moving = useAppState((state) => state.moving);
  if (moving === null) return null;
  const { what, done, of, stopping } = moving;
  const words = evidence(stopping ? 'moving-stopping' : `moving-${what}`);
  return (
    <div className="moving-now">
      <span role="status">{words}</span>
      {of === 0 ? (
        <span className="progress-open" aria-hidden="true">
          <span className="moving" />
        </span>
      ) : (
        <progress max={of} value={done} aria-label={words} />
      )}
      <span className="number quiet" aria-hidden="true">
        {of === 0 ? '' : evidence('moving-percent', { percent: Math.floor((100 * done) / of) })}
      </span>
      <Button className="button" isDisabled={stopping} onPress={stopMoving}>
        {evidence('moving-stop')}
      </Button>
    </div>
  );
}
