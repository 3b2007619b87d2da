import { OctagonAlert } from 'lucide-react';
import { Button } from 'react-aria-components';
import type { RunState } from '../../../shared/run/state.ts';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { Notice } from '../../components/notice.tsx';
import { useText } from '../../components/use-text.ts';
import { wallClockSeconds } from '../../model/time.ts';
import type { Followed } from '../../store/mirror-link-state.ts';
import { useActions } from '../../store/use-app.ts';
import { HeldFindings } from '../lock/held-findings.tsx';
import { PauseWords } from '../lock/pause-words.tsx';
import { GlassRequest } from './glass-request.tsx';
import { operatorName } from './names.ts';
import { RefusedNote } from './refused-note.tsx';

interface Props {
  readonly state: RunState;
  readonly followed: Followed;
  readonly onOffer: () => void;
  readonly onRefuseGlass: () => void;
}

/** What lies across the mirror: an alarm, a lost link, its end, a hold, an offer, a refused request. */
export function LinkBanners({ state, followed, onOffer, onRefuseGlass }: Props) {
  const { link } = followed;
  return (
    <div className="banners">
      {link.status === 'altered' ? <Altered state={state} followed={followed} /> : null}
      <GlassRequest state={state} followed={followed} onRefuse={onRefuseGlass} />
      {link.status === 'over' || link.status === 'refused' || state.status === 'ended' ? (
        <Over state={state} followed={followed} />
      ) : null}
      {followed.lost === null || link.status === 'over' ? null : <Lost state={state} followed={followed} />}
      {link.status === 'connected' && link.failure !== null ? <FailureNotice failure={link.failure} alert /> : null}
      <RefusedNote followed={followed} />
      <Offer state={state} followed={followed} onOffer={onOffer} />
      <Held state={state} />
    </div>
  );
}

function Altered({ state, followed: { link } }: Pick<Props, 'state' | 'followed'>) {
  const { checker } = useText();
  return (
    <div className="alarm" role="alert">
      <OctagonAlert size={28} aria-hidden="true" />
      <div>
        <h2>{checker('altered-title')}</h2>
        {link.failure === null ? null : <FailureNotice failure={link.failure} />}
        <h3>{checker('altered-do')}</h3>
        <ol>
          <li>{checker('altered-do-1')}</li>
          <li>{checker('altered-do-2')}</li>
          <li>{checker('altered-do-3', { seq: state.seq })}</li>
          <li>{checker('altered-do-4')}</li>
        </ol>
      </div>
    </div>
  );
}

function Lost({ state, followed: { lost, link } }: Pick<Props, 'state' | 'followed'>) {
  const { checker } = useText();
  if (lost === null) return null;
  const at = wallClockSeconds(new Date(lost.since));
  return (
    <Notice tone="caution" alert>
      <p className="notice-title">{checker('lost-title', { at })}</p>
      <p>{checker('lost-text', { at: wallClockSeconds(new Date(state.at)), seq: state.seq })}</p>
      {lost.tries === 0 ? null : <p className="number">{checker('lost-tries', { count: lost.tries })}</p>}
      {link.failure?.cause == null ? null : <p className="quiet">{link.failure.cause}</p>}
    </Notice>
  );
}

function Over({ state, followed: { link } }: Pick<Props, 'state' | 'followed'>) {
  const { checker, t } = useText();
  const actions = useActions();
  const ended = state.status === 'ended';
  const openCopy = async (): Promise<void> => {
    await actions.stopFollowing();
    await actions.openRun(state.runId);
  };
  return (
    <>
      {link.failure === null ? null : <FailureNotice failure={link.failure} alert />}
      <Notice tone={ended ? 'calm' : 'caution'} alert>
        <p className="notice-title">
          {checker(`over-${ended ? 'ended' : (link.bye ?? 'unknown')}`, {
            result: t(`result-${state.result ?? 'abandoned'}`),
          })}
        </p>
        <div className="notice-acts">
          {ended ? (
            <Button className="button" onPress={() => void openCopy()}>
              {checker('over-copy')}
            </Button>
          ) : null}
          <Button className="button" onPress={() => void actions.stopFollowing()}>
            {checker('over-home')}
          </Button>
        </div>
      </Notice>
    </>
  );
}

function Offer({ state, followed: { link }, onOffer }: Omit<Props, 'onRefuseGlass'>) {
  const { checker } = useText();
  if (state.handover === null || state.handover.participant !== link.participant) return null;
  return (
    <Notice tone="caution" alert>
      <p className="notice-title">{checker('offer-title', { name: operatorName(state) })}</p>
      <p>
        {checker('offer-reason')} <q>{state.handover.reason}</q>
      </p>
      <Button className="button solid" onPress={onOffer} isDisabled={link.status !== 'connected'}>
        {checker('offer-answer')}
      </Button>
    </Notice>
  );
}

function Held({ state }: { readonly state: RunState }) {
  const { checker } = useText();
  const { status, holdCause, holdReason } = state;
  if (status !== 'held') return null;
  return (
    <Notice tone="caution">
      <p className="notice-title">{checker('held')}</p>
      <PauseWords state={state} />
      <p>
        {checker(`held-by-${holdCause ?? 'operator'}`)} {holdCause === 'lockdown' ? null : <q>{holdReason}</q>}
      </p>
      {holdCause === 'lockdown' ? <HeldFindings state={state} acts={null} /> : null}
    </Notice>
  );
}
