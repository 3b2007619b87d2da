import { Button } from 'react-aria-components';
import type { Plan, PlanHost } from '../../../shared/checklist/plan.ts';
import type { PreflightHost } from '../../../shared/contract/ipc/preflight.ts';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { Glyph } from '../../components/glyph.tsx';
import { useText } from '../../components/use-text.ts';

interface Props {
  readonly plan: Plan;
  /** Hosts that some step works on. */
  readonly used: readonly string[];
  readonly hosts: Readonly<Record<string, PreflightHost>>;
  readonly onConnect: (names: readonly string[]) => void;
}

/** The environment's hosts as they connect: key, latency, way; a failure says why and what to do. */
export function HostTable({ plan, used, hosts, onConnect }: Props) {
  const { t } = useText();
  if (plan.hosts.length === 0) return <p className="empty">{t('no-hosts')}</p>;
  return (
    <ul className="hosts">
      {plan.hosts.map((host) => (
        <HostRow
          key={host.name}
          planned={host}
          host={hosts[host.name] ?? null}
          used={used.includes(host.name)}
          onConnect={onConnect}
        />
      ))}
    </ul>
  );
}

interface RowProps {
  readonly planned: PlanHost;
  readonly host: PreflightHost | null;
  readonly used: boolean;
  readonly onConnect: Props['onConnect'];
}

function HostRow({ planned, host, used, onConnect }: RowProps) {
  const { t, span } = useText();
  const status = host?.status ?? 'idle';
  const via = host?.via ?? [];
  const account = host?.user ?? planned.user;
  const port = planned.port === null ? '' : `:${planned.port}`;
  // A connected host's address comes with its port; the checklist's own words do not.
  const address = host?.address ?? `${planned.address}${port}`;
  return (
    <li className={`host is-${status}`}>
      <div className="host-line">
        <Glyph standing={standings[status]} />
        <strong>{planned.name}</strong>
        <span className="mono quiet">
          {account === null ? '' : `${account}@`}
          {address}
        </span>
        <span className="spring" />
        <span className={`host-word is-${status}`}>
          {used || status !== 'idle' ? t(`host-${status}`) : t('host-not-used')}
        </span>
        {host?.latencyMs == null ? null : <span className="number">{span(host.latencyMs)}</span>}
      </div>
      {via.length > 0 ? <p className="host-detail">{t('host-via', { via: via.join(' → ') })}</p> : null}
      {host?.fingerprint == null ? null : (
        <p className="host-detail mono">{`${host.keyType ?? ''} ${host.fingerprint}`}</p>
      )}
      {host?.failure == null ? null : (
        <FailureNotice failure={host.failure}>
          <Button className="button" onPress={() => onConnect([planned.name])}>
            {t('connect-host-again', { host: planned.name })}
          </Button>
        </FailureNotice>
      )}
    </li>
  );
}

const standings = { idle: 'todo', connecting: 'running', connected: 'sensed', failed: 'failed' } as const;
