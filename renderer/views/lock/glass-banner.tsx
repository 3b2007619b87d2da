import { useState } from 'react';
import { Button } from 'react-aria-components';
import { Notice } from '../../components/notice.tsx';
import { useText } from '../../components/use-text.ts';
import { glassNeed, glassRefused } from '../../model/lockdown/glass.ts';
import { wallClock } from '../../model/time.ts';
import type { OpenRun } from '../../store/app-state.ts';
import type { Acts } from '../run/use-acts.tsx';

interface Props {
  readonly run: OpenRun;
  readonly acts: Acts;
}

/** The glass waits for the checker's signature, or they refused it: who and why. */
export function GlassBanner({ run, acts }: Props) {
  const { lockdown } = useText();
  const [read, setRead] = useState('');
  const need = glassNeed(run.state);
  const refused = glassRefused(run.state);
  if (need.type === 'waits') {
    return (
      <Notice tone="caution">
        <p className="notice-title">{lockdown('glass-waits', { name: need.name })}</p>
        <p>
          {lockdown('glass-waits-since', { at: wallClock(new Date(need.at)) })} <q>{need.reason}</q>
        </p>
        <Button className="button" isDisabled={run.pending} onPress={() => acts.send({ type: 'withdraw-glass' })}>
          {lockdown('glass-withdraw')}
        </Button>
      </Notice>
    );
  }
  if (refused === null || read === refused.at) return null;
  return (
    <Notice tone="caution" onDismiss={() => setRead(refused.at)}>
      <p className="notice-title">{lockdown('glass-refused', { name: refused.name })}</p>
      <p>
        <q>{refused.answer}</q>
      </p>
    </Notice>
  );
}
