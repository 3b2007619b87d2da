import { admittedChecker } from '../../../shared/run/people-policy.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { OpenRun } from '../../store/app-state.ts';
import { GlassBanner } from '../lock/glass-banner.tsx';
import type { Acts } from '../run/use-acts.tsx';
import { AskingBanner } from './asking-banner.tsx';
import { InterruptionsBanner } from './interruptions.tsx';

/** Inside a block only a checker who is missing is let in: without one nothing can be signed there. */
function waitsForBlock(state: RunState): boolean {
  return state.block !== null && admittedChecker(state)?.presence === 'here';
}

/** What other people want of the operator, across the screen; only for whoever holds the pen. */
export function PeopleBanners({ run, acts }: { readonly run: OpenRun; readonly acts: Acts }) {
  if (!run.live) return null;
  return (
    <div className="banners">
      <GlassBanner run={run} acts={acts} />
      {waitsForBlock(run.state) ? null : <AskingBanner run={run} acts={acts} />}
      <InterruptionsBanner run={run} />
    </div>
  );
}
