import { RotateCw } from 'lucide-react';
import { useLayoutEffect, useRef } from 'react';
import { Button } from 'react-aria-components';
import type { Plan } from '../../../shared/checklist/plan.ts';
import { hostsInUse } from '../../../shared/checklist/plan-lookup.ts';
import { preflightItems } from '../../../shared/contract/lockdown.ts';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { type Text, useText } from '../../components/use-text.ts';

import { sensedSoFar, standingOf } from '../../model/preflight-checks.ts';
import type { PreflightState } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';
import { CheckRow } from './check-row.tsx';

interface Props {
  readonly preflight: PreflightState;
  readonly plan: Plan;
}

/** What was sensed of this computer and the way to the hosts, item by item; in production it stands before the start. */
export function ChecksSection({ preflight, plan }: Props) {
  const text = useText();
  const { lockdown } = text;
  const { checkItems } = useActions();
  useSensing(preflight, plan);
  const { done, total } = sensedSoFar(preflight);
  const summary = summaryOf(preflight, plan, text);
  return (
    <section aria-labelledby="checks" className="checks">
      <div className="checks-head">
        <h2 id="checks">{lockdown('gate-title')}</h2>
        <span className="spring" />
        <Button className="button" isPending={done < total} onPress={() => void checkItems(preflightItems)}>
          <RotateCw size={16} aria-hidden="true" />
          {lockdown('gate-all-again')}
        </Button>
      </div>
      <p className="quiet">
        <span className="checks-summary">
          {done < total ? lockdown('gate-sensing', { n: done, m: total }) : summary}
        </span>{' '}
        {lockdown(plan.production ? 'gate-production' : 'gate-elsewhere')}
      </p>
      {preflight.checksFailure === null ? null : (
        <FailureNotice failure={preflight.checksFailure} title={lockdown('gate-failed')} alert />
      )}
      <ul className="check-list">
        {preflightItems.map((item) => {
          const check = preflight.checks[item];
          const standing = standingOf(plan, preflight, item, allConnected(preflight, plan));
          return (
            <CheckRow
              key={item}
              item={item}
              standing={standing}
              check={check === undefined || check === 'sensing' ? null : check}
              reason={standing === 'decided' ? (preflight.decisions[item]?.reason ?? null) : null}
            />
          );
        })}
      </ul>
      <p className="visually-hidden" role="status">
        {done < total ? '' : summary}
      </p>
    </section>
  );
}

/** Senses everything when a plan is shown, and what hangs on the hosts whenever another set of them is connected. */
function useSensing({ hosts }: PreflightState, plan: Plan): void {
  const { checkItems } = useActions();
  const sensed = useRef<{ readonly plan: Plan; readonly connected: string } | null>(null);
  const connected = plan.hosts.flatMap(({ name }) => (hosts[name]?.status === 'connected' ? [name] : [])).join(' ');
  const connecting = plan.hosts.some(({ name }) => hosts[name]?.status === 'connecting');
  // Before the picture is drawn, so that nobody reads what was found of other hosts.
  useLayoutEffect(() => {
    const before = sensed.current;
    if (before?.plan === plan && (connecting || before.connected === connected)) return;
    sensed.current = { plan, connected };
    void checkItems(before?.plan === plan ? ['clock', 'hosts'] : preflightItems);
  }, [plan, connected, connecting, checkItems]);
}

function allConnected({ hosts }: PreflightState, plan: Plan): boolean {
  return hostsInUse(plan).every((name) => hosts[name]?.status === 'connected');
}

function summaryOf(preflight: PreflightState, plan: Plan, { lockdown }: Text): string {
  const connected = allConnected(preflight, plan);
  const standings = preflightItems.map((item) => standingOf(plan, preflight, item, connected));
  const open = standings.filter((standing) => standing === 'open' || standing === 'unasked').length;
  if (open > 0) return lockdown('gate-open', { count: open });
  if (standings.includes('to-connect')) return lockdown('gate-hosts-first');
  const advice = standings.filter((standing) => standing === 'advice').length;
  return advice > 0 ? lockdown('gate-advice', { count: advice }) : lockdown('gate-nothing-open');
}
