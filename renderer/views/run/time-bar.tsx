import type { ReactNode } from 'react';
import type { RunState } from '../../../shared/run/state.ts';
import { useNow } from '../../components/use-now.ts';
import { useText } from '../../components/use-text.ts';
import { wallClock } from '../../model/time.ts';
import { type Bar, timeLine } from '../../model/timeline.ts';
import { BackOutClock } from './back-out-clock.tsx';

/**
 * Time at the bottom: the plan above, what really happened below, now, the window's marks, and the forecast. `over` may
 * lie over the rows for a moment; the figures stay in sight.
 */
export function TimeBar({ state, over = null }: { readonly state: RunState; readonly over?: ReactNode }) {
  const { t, span } = useText();
  const now = useNow(state.status !== 'ended');
  const line = timeLine(state, now);
  if (line === null) return <footer className="time-bar">{over}</footer>;
  const late = line.marks.find(({ kind, at }) => kind === 'end' && at.getTime() < line.forecastEnd.getTime());
  return (
    <footer className="time-bar">
      <div className="time-rows">
        <TimeRow name={t('time-plan')} bars={line.plan} current={state.steps[state.current]?.id} />
        <TimeRow name={t('time-actual')} bars={line.actual} current={undefined} />
        <div className="time-axis" aria-hidden="true">
          <span className="time-now" style={{ left: `${line.now * 100}%` }} />
          {line.marks.flatMap(({ kind, place }) =>
            place === null
              ? []
              : [<span key={kind} className={`time-mark is-${kind}`} style={{ left: `${place * 100}%` }} />],
          )}
        </div>
        {over}
      </div>
      <dl className="time-figures number">
        <div className="time-span">
          <dt>{t('time-planned')}</dt>
          <dd>{line.plannedMs === 0 ? '–' : span(line.plannedMs)}</dd>
        </div>
        <BackOutClock state={state} now={now} />
        {line.marks.map(({ kind, at }) => (
          <div key={kind} className={kind === 'end' && late !== undefined ? `mark is-${kind} late` : `mark is-${kind}`}>
            <dt>{t(`mark-${kind}`)}</dt>
            <dd>{wallClock(at)}</dd>
          </div>
        ))}
        <div>
          <dt>{t('time-forecast')}</dt>
          <dd title={line.unplanned > 0 ? t('time-unplanned', { count: line.unplanned }) : undefined}>
            {wallClock(line.forecastEnd)}
            {line.unplanned > 0 ? '+' : ''}
          </dd>
        </div>
      </dl>
    </footer>
  );
}

function TimeRow({
  name,
  bars,
  current,
}: {
  readonly name: string;
  readonly bars: readonly Bar[];
  readonly current: string | undefined;
}) {
  return (
    <div className="time-row">
      <span className="time-name">{name}</span>
      <div className="time-track" aria-hidden="true">
        {bars.map(({ step, from, to, tone }) => (
          <span
            key={step}
            className={`bar ${tone}${step === current ? ' current' : ''}`}
            style={{ left: `${from * 100}%`, width: `${Math.max(0, to - from) * 100}%` }}
          />
        ))}
      </div>
    </div>
  );
}
