import { Button } from 'react-aria-components';
import type { Plan } from '../../../shared/checklist/plan.ts';
import type { Rehearsal } from '../../../shared/contract/events.ts';
import { Glyph } from '../../components/glyph.tsx';
import { useText } from '../../components/use-text.ts';
import { refusesUnrehearsed } from '../../model/preflight.ts';
import { dateAndTime } from '../../model/time.ts';
import type { PreflightState } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';

/** What earlier runs say about this one: a rollback nobody explained, and what was rehearsed. */
export function WentBefore({ preflight, plan }: { readonly preflight: PreflightState; readonly plan: Plan }) {
  return (
    <>
      <Unexplained preflight={preflight} plan={plan} />
      <Rehearsed plan={plan} rehearsal={preflight.rehearsal} />
    </>
  );
}

function Unexplained({ preflight, plan }: { readonly preflight: PreflightState; readonly plan: Plan }) {
  const { t } = useText();
  const { leaveForRun } = useActions();
  const { unexplained } = preflight;
  if (unexplained === null) return null;
  return (
    <div className="notice failure" role="alert">
      <div className="notice-body">
        <p className="notice-title">{t('unexplained-title')}</p>
        <p>{t('unexplained-text', { environment: plan.environment, title: unexplained.title })}</p>
        <Button className="button" onPress={() => void leaveForRun(unexplained.runId)}>
          {t('unexplained-go')}
        </Button>
      </div>
    </div>
  );
}

/** Nothing is said where nobody rehearses: outside production, and where the environment does not care. */
function Rehearsed({ plan, rehearsal }: { readonly plan: Plan; readonly rehearsal: Rehearsal | null }) {
  const { t } = useText();
  const { leaveForRun } = useActions();
  if (!plan.production || (rehearsal === null && plan.rehearsal === 'off')) return null;
  const same = rehearsal?.sameContent === true;
  const refuses = refusesUnrehearsed(plan, { rehearsal });
  const params = {
    environment: rehearsal?.environment ?? '',
    at: rehearsal === null ? '' : dateAndTime(new Date(rehearsal.endedAt)),
  };
  return (
    <section aria-labelledby="rehearsal" className="rehearsal">
      <h2 id="rehearsal">{t('rehearsal')}</h2>
      <div className="rehearsal-line">
        <Glyph standing={same ? 'sensed' : refuses ? 'failed' : 'overridden'} />
        <div>
          <p>{t(rehearsal === null ? 'rehearsal-none' : same ? 'rehearsal-same' : 'rehearsal-changed', params)}</p>
          {rehearsal === null || same ? null : (
            <ul className="changed-files">
              {rehearsal.changed.map((path) => (
                <li key={path} className="mono">
                  {path.replace(/^checklist\//, '')}
                </li>
              ))}
            </ul>
          )}
          {same || plan.rehearsal === 'off' ? null : (
            <p className={refuses ? 'is-failed' : 'quiet'}>
              {t(refuses ? 'rehearsal-refuses' : 'rehearsal-warns', { environment: plan.environment })}
            </p>
          )}
          {rehearsal === null ? null : (
            <Button className="link-button" onPress={() => void leaveForRun(rehearsal.runId)}>
              {t('rehearsal-see')}
            </Button>
          )}
        </div>
      </div>
    </section>
  );
}
