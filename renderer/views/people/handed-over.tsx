import { useState } from 'react';
import { Button } from 'react-aria-components';
import { participantOf } from '../../../shared/run/people-policy.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { EnvironmentTag } from '../../components/badges.tsx';
import { useText } from '../../components/use-text.ts';
import { dateAndTime } from '../../model/time.ts';
import type { OpenRun } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';

/** The pen is with somebody else: nothing is left to do here but to follow them. */
export function HandedOver({ run }: { readonly run: OpenRun }) {
  const { people } = useText();
  const { goHome, leaveRun } = useActions();
  const [leaving, setLeaving] = useState(false);
  const { state } = run;
  const name = holderName(state);
  const leave = async (): Promise<void> => {
    if (leaving) return;
    setLeaving(true);
    if (await leaveRun()) await goHome();
    setLeaving(false);
  };
  return (
    <div className={state.plan.production ? 'screen production-frame' : 'screen'}>
      <header className="top-bar">
        <EnvironmentTag name={state.plan.environment} production={state.plan.production} />
        <h1 className="top-title">{state.plan.title}</h1>
      </header>
      <main className="handed-over">
        <h2>{people('away-title')}</h2>
        <p className="lead">{people('away-text', { name })}</p>
        <dl className="key-facts">
          <dt>{people('away-since')}</dt>
          <dd className="number">{dateAndTime(new Date(state.at))}</dd>
          <dt>{people('away-head')}</dt>
          <dd className="number">{state.seq}</dd>
        </dl>
        <p>{people('away-following', { name })}</p>
        <p className="quiet">{people('away-by-hand', { name })}</p>
        <Button className="button" isDisabled={leaving} onPress={() => void leave()}>
          {people('away-home')}
        </Button>
      </main>
    </div>
  );
}

function holderName(state: RunState): string {
  const id = state.penWith?.participant ?? '';
  return participantOf(state, id)?.name ?? id;
}
