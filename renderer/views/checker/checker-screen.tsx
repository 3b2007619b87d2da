import { useAppState } from '../../store/use-app.ts';
import { WithTerminals } from '../run/run-screen.tsx';
import { CheckerView } from './checker-view.tsx';
import { LinkPage } from './link-page.tsx';
import { useWaits } from './use-waits.tsx';

/** The screen of who follows somebody else's run: the link while nothing is here yet, then the run's own picture. */
export function CheckerScreen() {
  const followed = useAppState((state) => state.followed);
  const run = useAppState((state) => state.run);
  const heard = useWaits(followed, run?.state ?? null);
  if (followed === null) return null;
  return (
    <>
      {run === null ? (
        <LinkPage followed={followed} />
      ) : (
        <WithTerminals key={run.state.runId}>
          <CheckerView run={run} followed={followed} />
        </WithTerminals>
      )}
      {heard}
    </>
  );
}
