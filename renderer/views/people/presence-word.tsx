import type { ParticipantState } from '../../../shared/run/state.ts';
import { useNow } from '../../components/use-now.ts';
import { type Text, useText } from '../../components/use-text.ts';
import { type Presence, presenceOf } from '../../model/people/presence.ts';
import { wallClock } from '../../model/time.ts';
import { useAppState } from '../../store/use-app.ts';

/** Whether somebody is there, told anew every second. */
export function usePresence(one: ParticipantState): Presence {
  const mirror = useAppState((state) => state.mirror);
  const now = useNow(one.presence === 'here');
  return presenceOf(one, mirror, now);
}

/** Whether somebody is there: shape, word and colour. */
export function PresenceWord({ one }: { readonly one: ParticipantState }) {
  const text = useText();
  const presence = usePresence(one);
  return (
    <span className={`presence is-${presence.type}`}>
      <span className="presence-shape" aria-hidden="true" />
      <span className="number">{presenceWords(presence, text)}</span>
    </span>
  );
}

/** The same in words alone. */
export function presenceWords(presence: Presence, { people, ticking }: Pick<Text, 'people' | 'ticking'>): string {
  switch (presence.type) {
    case 'silent':
      return people('presence-silent', { span: ticking(presence.ms) });
    case 'gone':
      return people('presence-gone', { time: wallClock(new Date(presence.since)) });
    case 'here':
    case 'unheard':
      return people(`presence-${presence.type}`);
  }
}

/** Why somebody counts as gone, in words. */
export function goneWords(cause: ParticipantState['cause'], { people }: Pick<Text, 'people'>): string {
  return people(`gone-${cause ?? 'link'}`);
}
