import type { OpenRun } from '../../store/app-state.ts';
import type { Acts } from '../run/use-acts.tsx';
import { AskingBanner } from './asking-banner.tsx';
import { InterruptionsBanner } from './interruptions.tsx';

/** What other people want of the operator, across the screen; only for whoever holds the pen. */
export function PeopleBanners({ run, acts }: { readonly run: OpenRun; readonly acts: Acts }) {
  if (!run.live) return null;
  return (
    <div className="banners">
      <AskingBanner run={run} acts={acts} />
      <InterruptionsBanner run={run} />
    </div>
  );
}
