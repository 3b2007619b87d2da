import { useEffect, useRef } from 'react';
import { type BackOut, backOut } from '../../../shared/run/back-out.ts';
import { openRollback, type RunState } from '../../../shared/run/state.ts';
import { useText } from '../../components/use-text.ts';
import { wallClock } from '../../model/time.ts';
import { useActions } from '../../store/use-app.ts';

/** "If we back out now, we are back at …", the latest moment for it, and how near that is. */
export function BackOutClock({ state, now }: { readonly state: RunState; readonly now: number }) {
  const { t, ticking } = useText();
  const clock = backOut(state, new Date(now));
  const leftMs = clock.latest === null ? 0 : clock.latest.getTime() - now;
  useLevelHeard(clock.level, ticking(leftMs));
  if (clock.forward) {
    return (
      <div className="back-out is-forward">
        <dt>{t('back-out-forward')}</dt>
        <dd>{t('back-out-forward-what')}</dd>
      </div>
    );
  }
  if (clock.backAt === null) return null;
  const unknown = clock.uncertain && clock.takesMs === 0;
  const underWay = openRollback(state) !== null;
  return (
    <>
      <div className="back-out">
        <dt>{t(underWay ? 'back-at' : 'back-out-now')}</dt>
        <dd title={clock.uncertain ? t('back-out-uncertain') : undefined}>
          {unknown ? t('rollback-not-known') : `→ ${wallClock(clock.backAt)}${clock.uncertain ? '+' : ''}`}
        </dd>
      </div>
      {clock.latest === null || underWay ? null : (
        <div className={`back-out is-${clock.level}`}>
          <dt>{latestWords(clock, state, ticking(leftMs), t)}</dt>
          <dd>{wallClock(clock.latest)}</dd>
        </div>
      )}
    </>
  );
}

function latestWords({ level }: BackOut, state: RunState, left: string, t: ReturnType<typeof useText>['t']): string {
  if (level === 'calm') return t('back-out-latest');
  const by = state.plan.window?.backOutBy ?? null;
  if (level === 'past') return t('back-out-past', { by: by === null ? '' : wallClock(new Date(by)) });
  return t(level === 'alarm' ? 'back-out-alarm' : 'back-out-warn', { span: left });
}

const order: readonly BackOut['level'][] = ['calm', 'warn', 'alarm', 'past'];

/** Each worse level is said once; a screen that is opened in trouble says so too. */
function useLevelHeard(level: BackOut['level'], span: string): void {
  const { hear } = useActions();
  const worst = useRef(0);
  const left = useRef(span);
  left.current = span;
  useEffect(() => {
    const at = order.indexOf(level);
    if (level !== 'calm' && at > worst.current)
      hear({ urgent: level !== 'warn', key: `hear-back-out-${level}`, params: { span: left.current } });
    worst.current = at;
  }, [level, hear]);
}
