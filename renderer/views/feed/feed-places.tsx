import type { FeedView } from '../../../shared/contract/ipc.ts';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { useText } from '../../components/use-text.ts';
import { dateAndTime } from '../../model/time.ts';

/** How far each place has got, why it takes nothing, and how the last test went. */
export function FeedPlaces({ view }: { readonly view: FeedView }) {
  const { evidence } = useText();
  return (
    <ul className="feed-places">
      {view.places.map(({ kind, behind, lastSentAt, failure, tested }) => (
        <li key={kind}>
          <p>
            <strong>{evidence(`feed-${kind}`)}</strong>{' '}
            {behind === 0 ? evidence('feed-up-to-date') : evidence('feed-behind', { count: behind })}{' '}
            <span className="quiet">
              {lastSentAt === null
                ? evidence('feed-never')
                : evidence('feed-last', { at: dateAndTime(new Date(lastSentAt)) })}
            </span>
          </p>
          {failure === null ? null : <FailureNotice failure={failure} title={evidence('feed-failing')} />}
          {tested === null ? null : tested.failure === null ? (
            <p role="status">{evidence('feed-tested', { at: dateAndTime(new Date(tested.at)) })}</p>
          ) : (
            <FailureNotice failure={tested.failure} title={evidence('feed-test-failed')} alert />
          )}
        </li>
      ))}
    </ul>
  );
}
