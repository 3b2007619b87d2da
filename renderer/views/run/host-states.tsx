import type { RunState } from '../../../shared/run/state.ts';
import { Glyph } from '../../components/glyph.tsx';
import { useText } from '../../components/use-text.ts';

const standings = { connected: 'sensed', lost: 'unknown', failed: 'failed', 'never-connected': 'todo' } as const;

/** The run's hosts as we last sensed them. */
export function HostStates({ state }: { readonly state: RunState }) {
  const { t, span } = useText();
  if (state.hosts.length === 0) return null;
  return (
    <section>
      <h3>{t('hosts')}</h3>
      <ul className="host-states">
        {state.hosts.map(({ name, status, latencyMs }) => (
          <li key={name}>
            <Glyph standing={standings[status]} />
            <span>{name}</span>
            <span className="quiet">{t(`link-${status}`)}</span>
            <span className="number quiet">{latencyMs === null ? '' : span(latencyMs)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
