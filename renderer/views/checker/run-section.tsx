import { useId } from 'react';
import { Button } from 'react-aria-components';
import { noTakeOver } from '../../../shared/people/take-over.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { useText } from '../../components/use-text.ts';
import { wallClock } from '../../model/time.ts';
import type { Followed } from '../../store/mirror-link-state.ts';

interface Props {
  readonly state: RunState;
  readonly followed: Followed;
  readonly onHold: () => void;
  readonly onTakeOver: () => void;
}

/** What the checker may ask of the run as a whole: a pause, and going on with it where the operator cannot. */
export function RunSection({ state, followed, onHold, onTakeOver }: Props) {
  const { checker } = useText();
  const why = useId();
  const { link } = followed;
  const no = noTakeOver(state, link);
  const mayHold =
    link.status === 'connected' &&
    state.status === 'running' &&
    state.holdRequest === null &&
    followed.pending === null;
  return (
    <div className="desk-part desk-run">
      <HoldAsked state={state} />
      <div className="desk-acts">
        <Button className="button" isDisabled={!mayHold} onPress={onHold}>
          {checker('hold-ask')}
          <kbd>F9</kbd>
        </Button>
        <Button
          className="button danger"
          isDisabled={no !== null || followed.pending !== null}
          onPress={onTakeOver}
          aria-describedby={why}
        >
          {checker('take-over')}
        </Button>
      </div>
      {no === null ? null : (
        <p id={why} className="why">
          {checker(`no-take-over-${no}`)}
        </p>
      )}
    </div>
  );
}

function HoldAsked({ state: { holdRequest, block, plan } }: { readonly state: RunState }) {
  const { checker } = useText();
  if (holdRequest === null) return null;
  return (
    <p className="hold-asked" role="status">
      {checker('hold-asked', { by: holdRequest.by, at: wallClock(new Date(holdRequest.at)) })}{' '}
      {block === null
        ? checker('hold-asked-soon')
        : checker('hold-asked-block', { block: plan.blocks[block]?.title ?? '' })}
    </p>
  );
}
