import { ArrowLeft, RotateCw } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Plan } from '../../../shared/checklist/plan.ts';
import { EnvironmentTag } from '../../components/badges.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { PrimaryButton } from '../../components/primary-button.tsx';
import { ProblemList } from '../../components/problem-list.tsx';
import { useKeys, usePrimary } from '../../components/use-primary.ts';
import { type Text, useText } from '../../components/use-text.ts';
import { hostsInUse, type Readiness, readiness } from '../../model/preflight.ts';
import type { PreflightState } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';
import { PreflightChecker } from '../people/preflight-checker.tsx';
import { ConfirmProduction } from './confirm-production.tsx';
import { HostTable } from './host-table.tsx';
import { Facts } from './plan-facts.tsx';
import { PlanOutline } from './plan-outline.tsx';
import { WentBefore } from './went-before.tsx';

/** Before anything runs: where, what exactly, with which values, and whether every host can be reached. */
export function PreflightView({ preflight }: { readonly preflight: PreflightState }) {
  const { t } = useText();
  const { leavePreflight, rereadPreflight } = useActions();
  const { plan } = preflight;
  return (
    <div className={plan?.production === true ? 'screen production-frame' : 'screen'}>
      <header className="top-bar">
        <Button className="icon-button" aria-label={t('back-home')} onPress={() => void leavePreflight()}>
          <ArrowLeft size={18} aria-hidden="true" />
        </Button>
        <EnvironmentTag name={preflight.environment} production={plan?.production === true} />
        <h1 className="top-title">{plan?.title ?? t('preflight')}</h1>
        <span className="quiet">{t('preflight')}</span>
        <span className="spring" />
        <Button className="button" onPress={() => void rereadPreflight()}>
          <RotateCw size={16} aria-hidden="true" />
          {t('reread-checklist')}
        </Button>
      </header>
      {plan === null ? (
        <main className="preflight-problems">
          <h2>{t('preflight-problems')}</h2>
          <p>{t('preflight-problems-text', { environment: preflight.environment })}</p>
          <ProblemList problems={preflight.problems} />
        </main>
      ) : (
        <Ready preflight={preflight} plan={plan} />
      )}
    </div>
  );
}

function Ready({ preflight, plan }: { readonly preflight: PreflightState; readonly plan: Plan }) {
  const { t } = useText();
  const { connect } = useActions();
  const used = hostsInUse(plan);
  // Outside production the hosts are connected at once; production waits to be asked.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each plan that is shown.
  useEffect(() => {
    if (!plan.production) void connect(used);
  }, [plan]);
  return (
    <>
      <main className="preflight">
        <section className="preflight-plan" aria-labelledby="what-runs">
          <h2 id="what-runs">{t('what-will-run')}</h2>
          <PlanOutline plan={plan} />
        </section>
        <div className="preflight-side">
          <WentBefore preflight={preflight} plan={plan} />
          <PreflightChecker plan={plan} />
          <section aria-labelledby="hosts">
            <h2 id="hosts">{t('hosts')}</h2>
            <HostTable plan={plan} used={used} hosts={preflight.hosts} onConnect={(names) => void connect(names)} />
          </section>
          <Facts plan={plan} />
        </div>
      </main>
      <StartBar preflight={preflight} plan={plan} />
    </>
  );
}

function StartBar({ preflight, plan }: { readonly preflight: PreflightState; readonly plan: Plan }) {
  const text = useText();
  const { connect, createRun, leaveForRun } = useActions();
  const [confirming, setConfirming] = useState(false);
  const stands = readiness(plan, preflight.hosts, preflight);
  const act = (): void => {
    if (stands.type === 'unexplained') return void leaveForRun(stands.runId);
    if (stands.type === 'connect' || stands.type === 'failed') void connect(stands.hosts);
    else if (plan.production) setConfirming(true);
    else void createRun();
  };
  const allowed = stands.type !== 'connecting' && stands.type !== 'unrehearsed' && !preflight.creating;
  const primary = usePrimary(stands.type + ('hosts' in stands ? stands.hosts.join() : ''), allowed, act);
  useKeys({ onPrimary: primary.press });
  return (
    <footer className="start-bar">
      {preflight.failure === null ? null : <FailureNotice failure={preflight.failure} alert />}
      <PrimaryButton primary={primary} why={whyNot(stands, text)}>
        {label(stands, plan, preflight.creating, text)}
      </PrimaryButton>
      {confirming ? (
        <ConfirmProduction
          environment={plan.environment}
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

function label(stands: Readiness, plan: Plan, creating: boolean, { t }: Text): string {
  if (creating) return t('starting');
  if (stands.type === 'unexplained') return t('unexplained-go');
  if (stands.type === 'ready' || stands.type === 'connecting' || stands.type === 'unrehearsed')
    return t('start-run-in', { environment: plan.environment });
  const key = stands.type === 'failed' ? 'connect-again' : 'connect-to';
  return t(key, { hosts: t('n-hosts', { count: stands.hosts.length }) });
}

function whyNot(stands: Readiness, { t }: Text): string | null {
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
    case 'ready':
      return null;
  }
}
