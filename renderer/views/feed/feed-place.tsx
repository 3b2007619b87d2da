import type { FeedView } from '../../../shared/contract/ipc/feed.ts';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { useText } from '../../components/use-text.ts';
import { dateAndTime } from '../../model/time.ts';

/** How far one place has got, why it takes nothing, and how the last test went. */
export function FeedPlace({ place }: { readonly place: FeedView['places'][number] }) {
  const { evidence } = useText();
  const { behind, lastSentAt, failure, tested } = place;
  const last = lastSentAt === null ? null : dateAndTime(new Date(lastSentAt));
  return (
    <div className="feed-place">
      <p>
        {behind === 0 ? evidence('feed-up-to-date') : evidence('feed-behind', { count: behind })}{' '}
        <span className="quiet">{last === null ? evidence('feed-never') : evidence('feed-last', { at: last })}</span>
      </p>
      {failure === null ? null : <FailureNotice failure={failure} title={evidence('feed-failing')} />}
      {tested === null ? null : tested.failure === null ? (
        <p role="status">{evidence('feed-tested', { at: dateAndTime(new Date(tested.at)) })}</p>
      ) : (
        <FailureNotice failure={tested.failure} title={evidence('feed-test-failed')} alert />
      )}
    </div>
  );
}
