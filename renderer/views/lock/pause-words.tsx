import type { RunState } from '../../../shared/run/state.ts';
import { useNow } from '../../components/use-now.ts';
import { useText } from '../../components/use-text.ts';
import { pauseTimes } from '../../model/lockdown/pause.ts';
import { wallClock } from '../../model/time.ts';

/** Since when the run is on hold and until when that was meant; the same words on both screens, and calm when it is over. */
export function PauseWords({ state }: { readonly state: RunState }) {
  const { lockdown, span, ticking } = useText();
  const times = pauseTimes(state);
  const now = useNow(times !== null);
  if (times === null) return null;
  const { since, until, meantMs } = times;
  const from = wallClock(new Date(since));
  if (until === null || meantMs === null) {
    return <p className="number">{lockdown('pause-since', { from, span: ticking(now - since) })}</p>;
  }
  const to = wallClock(new Date(until));
  return (
    <p className="number">
      {now <= until
        ? lockdown('pause-until', { from, until: to, span: span(meantMs) })
        : lockdown('pause-over', { from, until: to, span: ticking(now - until) })}
    </p>
  );
}
