import { useState } from 'react';
import { Label, Radio, RadioGroup, Switch } from 'react-aria-components';
import type { Plan } from '../../../shared/checklist/plan.ts';
import type { DisplayView } from '../../../shared/contract/ipc/lock.ts';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { useText } from '../../components/use-text.ts';
import { canLock } from '../../model/preflight-checks.ts';
import type { PreflightState } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';

interface Props {
  readonly preflight: PreflightState;
  readonly plan: Plan;
}

/** Whether the hot phases are worked in lockdown, what that does and does not do, and on which display. */
export function LockdownChoice({ preflight, plan }: Props) {
  const { lockdown } = useText();
  return (
    <section aria-labelledby="lockdown" className="lockdown-choice">
      <h2 id="lockdown">{lockdown('lock-title')}</h2>
      {canLock(plan) ? (
        <Choice preflight={preflight} plan={plan} />
      ) : (
        <p className="quiet">{lockdown('lock-nothing')}</p>
      )}
    </section>
  );
}

function Choice({ preflight, plan }: Props) {
  const { lockdown } = useText();
  const { chooseLockdown } = useActions();
  const [asking, setAsking] = useState(false);
  const { on, reason } = preflight.lockdown;
  const onChange = (wanted: boolean): void => {
    if (!wanted && plan.production) setAsking(true);
    else chooseLockdown({ on: wanted, reason: null });
  };
  return (
    <>
      <Switch className="switch" isSelected={on} onChange={onChange} aria-describedby="lockdown-does lockdown-cannot">
        <span className="switch-track" aria-hidden="true" />
        {lockdown('lock-switch')}
      </Switch>
      {reason === null ? null : (
        <p className="lockdown-off is-overridden">{lockdown('lock-off-because', { reason })}</p>
      )}
      <p id="lockdown-does" className="quiet">
        {lockdown('lock-does')}
      </p>
      <p id="lockdown-cannot" className="quiet">
        {lockdown('lock-cannot')}
      </p>
      {on && preflight.displays.length > 1 ? <Displays displays={preflight.displays} /> : null}
      {asking ? (
        <ReasonDialog
          title={lockdown('lock-off-title', { environment: plan.environment })}
          consequence={lockdown('lock-off-text')}
          submit={lockdown('lock-off-submit')}
          onClose={() => setAsking(false)}
          onSubmit={(answer) => {
            setAsking(false);
            chooseLockdown({ on: false, reason: answer.reason });
          }}
        />
      ) : null}
    </>
  );
}

/** The checklist is on one display; the others are covered. */
function Displays({ displays }: { readonly displays: readonly DisplayView[] }) {
  const { lockdown } = useText();
  const { chooseDisplay } = useActions();
  const chosen = displays.find((display) => display.chosen);
  return (
    <RadioGroup
      className="field choices"
      value={chosen === undefined ? null : String(chosen.id)}
      onChange={(id) => void chooseDisplay(Number(id))}
    >
      <Label>{lockdown('lock-display')}</Label>
      {displays.map(({ id, label, width, height, primary }) => (
        <Radio key={id} value={String(id)} className="choice">
          {lockdown(primary ? 'lock-display-primary' : 'lock-display-one', { label, width, height })}
        </Radio>
      ))}
    </RadioGroup>
  );
}
