import { Lock, LockOpen } from 'lucide-react';
import type { LockdownState, RunState } from '../../../shared/run/state.ts';
import { type Text, useText } from '../../components/use-text.ts';
import { type LockStory, lockStory } from '../../model/lockdown/story.ts';
import { wallClock, wallClockSeconds } from '../../model/time.ts';

/** So many gaps are shown, the newest first; all of them stand in the report. */
const GAPS = 5;

/** How the operator's lock stands, in words, as the history tells it. */
export function LockSection({ state }: { readonly state: RunState }) {
  const text = useText();
  const { checker } = text;
  const story = lockStory(state);
  if (story === null) return null;
  const Icon = story.standing === 'locked' ? Lock : LockOpen;
  return (
    <section className="desk-part desk-lock" aria-labelledby="desk-lock">
      <h2 id="desk-lock">{checker('lock-title')}</h2>
      <p className={`lock-state is-${isCaution(story) ? 'caution' : 'calm'}`}>
        <Icon size={16} aria-hidden="true" />
        {checker(`lock-${story.standing}`, { at: story.since === null ? '' : wallClock(new Date(story.since)) })}
      </p>
      {story.offReason === null ? null : (
        <p>
          {checker('lock-off-reason')} <q>{story.offReason}</q>
        </p>
      )}
      {story.windowVerified ? null : <p className="is-flaw">{checker('lock-window')}</p>}
      {story.standing === 'off' ? null : <LockFacts story={story} text={text} />}
    </section>
  );
}

/** Open where it should be closed, for another reason than a pause. */
function isCaution({ standing, gaps }: LockStory): boolean {
  return standing === 'off' || standing === 'broken' || gaps.some(({ until }) => until === null);
}

function LockFacts({ story, text }: { readonly story: LockStory; readonly text: Text }) {
  const { checker } = text;
  const { quiet, quietSince, gaps, refused } = story;
  const at = quietSince === null ? '' : wallClock(new Date(quietSince));
  return (
    <dl className="desk-facts">
      {quiet === null ? null : (
        <>
          <dt>{checker('lock-notifications')}</dt>
          <dd className={quiet === 'quiet' ? '' : 'is-flaw'}>{checker(`lock-${quiet}`, { at })}</dd>
        </>
      )}
      <dt>{checker('lock-gaps')}</dt>
      <dd>
        {gaps.length === 0 ? checker('lock-gaps-none') : null}
        {gaps.slice(0, GAPS).map((gap) => (
          <p key={`${gap.gap} ${gap.from}`} className={gap.until === null ? 'is-flaw' : ''}>
            {gapWords(gap, text)}
          </p>
        ))}
        {gaps.length > GAPS ? (
          <p className="quiet">{checker('lock-gaps-more', { count: gaps.length - GAPS })}</p>
        ) : null}
      </dd>
      {refused === 0 ? null : (
        <>
          <dt>{checker('lock-refused')}</dt>
          <dd>{checker('lock-refused-times', { count: refused })}</dd>
        </>
      )}
    </dl>
  );
}

function gapWords({ gap, from, until, durationMs }: LockdownState['gaps'][number], text: Text): string {
  const { checker, lockdown, span } = text;
  const params = { at: wallClockSeconds(new Date(from)), gap: lockdown(`gap-${gap}`) };
  if (until === null) return checker('lock-gap-open', params);
  if (durationMs === null) return checker('lock-gap-unknown', params);
  return checker('lock-gap-closed', { ...params, span: span(durationMs) });
}
