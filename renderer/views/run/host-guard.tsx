import type { PlanHost, PlanStep } from '../../../shared/checklist/plan.ts';
import type { HostState, RunState, TargetState } from '../../../shared/run/state.ts';
import { isSettled } from '../../../shared/run/state.ts';
import { Glyph } from '../../components/glyph.tsx';
import { useText } from '../../components/use-text.ts';
import { shortFingerprint } from '../../model/identity.ts';
import { wallClock } from '../../model/time.ts';

interface Props {
  readonly state: RunState;
  readonly step: PlanStep;
  readonly target: TargetState;
}

/** Before a write, which host it really is, large; a wrong one is refused loudly, for reads as well. */
export function HostGuard({ state, step, target }: Props) {
  const { t } = useText();
  const index = state.plan.hosts.findIndex(({ name }) => name === target.target);
  const planned = state.plan.hosts[index];
  const host = state.hosts[index];
  if (planned === undefined || host === undefined) return null;
  if (host.identity?.holds === false) return <WrongHost host={host} />;
  if (step.effect === 'read' || isSettled(target.status)) return null;
  if (host.identity === null || host.identity.fingerprint !== (host.fingerprint ?? host.identity.fingerprint)) {
    return (
      <section className="guard">
        <p className="guard-host">
          <Glyph standing="todo" />
          {planned.name}
        </p>
        <p className="quiet">{t(planned.identity?.file == null ? 'guard-not-yet' : 'guard-not-yet-role')}</p>
      </section>
    );
  }
  return <Proved planned={planned} identity={host.identity} />;
}

function Proved({
  planned,
  identity,
}: {
  readonly planned: PlanHost;
  readonly identity: NonNullable<HostState['identity']>;
}) {
  const { t } = useText();
  const role = identity.checks.find(({ subject }) => subject === 'role-file')?.expected ?? null;
  return (
    <section className="guard proved">
      <p className="guard-host">
        <Glyph standing="sensed" />
        <span className="visually-hidden">{t('guard-proved')}</span>
        {identity.hostname}
      </p>
      <p className="guard-facts">
        <span>{planned.name}</span>
        <span>
          {t('guard-key')} <span className="mono">{shortFingerprint(identity.fingerprint)}</span>
        </span>
        {role === null ? null : (
          <span>
            {t('guard-role')} {role}
          </span>
        )}
        <span>{t('guard-at', { at: wallClock(new Date(identity.at)) })}</span>
      </p>
    </section>
  );
}

const subjects = ['host-key', 'hostname', 'role-file'] as const;

function WrongHost({ host: { name, identity } }: { readonly host: HostState }) {
  const { t } = useText();
  const wrong = identity?.checks.filter(({ holds }) => holds !== true) ?? [];
  return (
    <section className="guard wrong" role="alert">
      <p className="guard-host">
        <Glyph standing="failed" />
        {t('guard-wrong', { host: name })}
      </p>
      <p>{t('guard-wrong-text')}</p>
      <table className="table checks">
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">{t('check-result')}</span>
            </th>
            <th scope="col">{t('check-expected')}</th>
            <th scope="col">{t('check-found')}</th>
          </tr>
        </thead>
        <tbody>
          {wrong.map(({ subject, expected, found }) => {
            const known = subjects.find((one) => one === subject);
            return (
              <tr key={subject}>
                <td>{known === undefined ? subject : t(`guard-check-${known}`)}</td>
                <td className="mono">{expected}</td>
                <td className="mono">{found === '' ? '–' : found}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
