import { FailureNotice } from '../../components/failure-notice.tsx';
import { Notice } from '../../components/notice.tsx';
import { useText } from '../../components/use-text.ts';
import type { Followed } from '../../store/mirror-link-state.ts';
import { useActions } from '../../store/use-app.ts';

/** Why the last thing that was asked for was not done. */
export function RefusedNote({ followed: { refused, failure } }: { readonly followed: Followed }) {
  const { checker, refusal } = useText();
  const { dismissAnswer } = useActions();
  if (failure !== null) return <FailureNotice failure={failure} alert />;
  if (refused === null) return null;
  return (
    <Notice tone="caution" alert onDismiss={dismissAnswer}>
      <p className="notice-title">{checker('refused-title')}</p>
      <p>{refusal(refused.refusal)}</p>
    </Notice>
  );
}
