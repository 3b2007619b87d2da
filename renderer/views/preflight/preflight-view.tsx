import { ArrowLeft, RotateCw } from 'lucide-react';
import { useEffect } from 'react';
import { Button } from 'react-aria-components';
import type { Plan } from '../../../shared/checklist/plan.ts';
import { hostsInUse } from '../../../shared/checklist/plan-lookup.ts';
import { EnvironmentTag } from '../../components/badges.tsx';
import { ProblemList } from '../../components/problem-list.tsx';
import { useText } from '../../components/use-text.ts';
import type { PreflightState } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';
import { PreflightChecker } from '../people/preflight-checker.tsx';
import { ChecksSection } from './checks-section.tsx';
import { HostTable } from './host-table.tsx';
import { LockdownChoice } from './lockdown-choice.tsx';
import { Facts } from './plan-facts.tsx';
import { PlanOutline } from './plan-outline.tsx';
import { PrintChecklist } from './print-checklist.tsx';
import { StartBar } from './start-bar.tsx';
import { WentBefore } from './went-before.tsx';

/** Before anything runs: where, what exactly, with which values, whether every host can be reached, and whether this computer is fit. */
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
        {plan === null ? null : <PrintChecklist preflight={preflight} />}
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
          <ChecksSection preflight={preflight} plan={plan} />
          <LockdownChoice preflight={preflight} plan={plan} />
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
