import { useState } from 'react';
import { assertNever } from '../../../shared/assert-never.ts';
import type { Plan } from '../../../shared/checklist/plan.ts';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { PrimaryButton } from '../../components/primary-button.tsx';
import { useKeys, usePrimary } from '../../components/use-primary.ts';
import { type Text, useText } from '../../components/use-text.ts';
import { type Readiness, readiness } from '../../model/preflight.ts';
import type { PreflightState } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';
import { ConfirmProduction } from './confirm-production.tsx';

interface Props {
  readonly preflight: PreflightState;
  readonly plan: Plan;
}

/** The one thing to do next: connect, settle what was found, or start; and why not yet. */
export function StartBar({ preflight, plan }: Props) {
  const text = useText();
  const { connect, createRun, leaveForRun } = useActions();
  const [confirming, setConfirming] = useState(false);
  const stands = readiness(plan, preflight.hosts, preflight, preflight);
  const act = (): void => {
    if (stands.type === 'unexplained') return void leaveForRun(stands.runId);
    if (stands.type === 'connect' || stands.type === 'failed') void connect(stands.hosts);
    else if (stands.type === 'open-checks') showCheck(stands.items[0]);
    else if (plan.production) setConfirming(true);
    else void createRun();
  };
  const waits = stands.type === 'connecting' || stands.type === 'checking' || stands.type === 'unrehearsed';
  const primary = usePrimary(identityOf(stands), !waits && !preflight.creating, act);
  useKeys({ onPrimary: primary.press });
  return (
    <footer className="start-bar">
      {preflight.failure === null ? null : <FailureNotice failure={preflight.failure} alert />}
      <PrimaryButton primary={primary} why={whyNot(stands, text)}>
        {label(stands, plan, preflight.creating, text)}
      </PrimaryButton>
      {confirming ? (
        <ConfirmProduction
          preflight={preflight}
          plan={plan}
          onClose={() => setConfirming(false)}
          onConfirm={() => {
            setConfirming(false);
            void createRun();
          }}
        />
      ) : null}
    </footer>
  );
}

/** Leads the eye and the keyboard to what was found. */
function showCheck(item: string | undefined): void {
  document.querySelector<HTMLElement>(`[data-check="${item}"]`)?.focus();
}

/** A press that was meant for something else is lost on purpose. */
function identityOf(stands: Readiness): string {
  if ('hosts' in stands) return stands.type + stands.hosts.join();
  return stands.type === 'open-checks' ? stands.type + stands.items.join() : stands.type;
}

function label(stands: Readiness, plan: Plan, creating: boolean, { t, lockdown }: Text): string {
  if (creating) return t('starting');
  switch (stands.type) {
    case 'unexplained':
      return t('unexplained-go');
    case 'failed':
    case 'connect': {
      const hosts = t('n-hosts', { count: stands.hosts.length });
      return t(stands.type === 'failed' ? 'connect-again' : 'connect-to', { hosts });
    }
    case 'open-checks': {
      const [first = 'notifications'] = stands.items;
      return lockdown('gate-settle', { count: stands.items.length, item: lockdown(`item-${first}`) });
    }
    case 'connecting':
    case 'checking':
    case 'unrehearsed':
    case 'ready':
      return t('start-run-in', { environment: plan.environment });
    default:
      return assertNever(stands);
  }
}

function whyNot(stands: Readiness, { t, lockdown }: Text): string | null {
  switch (stands.type) {
    case 'connecting':
      return t('connecting-n-of-m', { n: stands.done, m: stands.total });
    case 'failed':
      return t('start-needs-hosts', { hosts: stands.hosts.join(t('list-separator')) });
    case 'connect':
      return t('start-after-connecting');
    case 'unrehearsed':
      return t('start-needs-rehearsal');
    case 'unexplained':
      return t('unexplained-title');
    case 'checking':
      return lockdown('gate-start-checking', { n: stands.done, m: stands.total });
    case 'open-checks':
      return lockdown('gate-start-open');
    case 'ready':
      return null;
    default:
      return assertNever(stands);
  }
}
