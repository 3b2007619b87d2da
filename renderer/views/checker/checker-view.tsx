import { useRef, useState } from 'react';
import { useText } from '../../components/use-text.ts';
import type { OpenRun } from '../../store/app-state.ts';
import type { Followed } from '../../store/mirror-link-state.ts';
import { useActions } from '../../store/use-app.ts';
import { usePageGuard } from '../lock/use-page-guard.ts';
import { Outline } from '../run/outline.tsx';
import { OutputPanel } from '../run/output-panel.tsx';
import { StepPanel } from '../run/step-panel.tsx';
import { TimeBar } from '../run/time-bar.tsx';
import { Challenge, useMovement } from './challenge.tsx';
import { type CheckerDialog, CheckerDialogs } from './checker-dialogs.tsx';
import { CheckerTopBar } from './checker-top-bar.tsx';
import { EvidenceSection } from './evidence-section.tsx';
import { InterruptionsSection } from './interruptions-section.tsx';
import { LinkBanners } from './link-banners.tsx';
import { LockSection } from './lock-section.tsx';
import { PresenceSection } from './presence-section.tsx';
import { RunSection } from './run-section.tsx';
import { useCheckerKeys } from './use-checker-keys.ts';
import { useSigning } from './use-signing.ts';

interface Props {
  readonly run: OpenRun;
  readonly followed: Followed;
}

/** The checker's screen: the operator's picture without its acts, and one column of the checker's own. */
export function CheckerView({ run, followed }: Props) {
  const { checker } = useText();
  const actions = useActions();
  const search = useRef<HTMLInputElement>(null);
  const [dialog, setDialog] = useState<CheckerDialog | null>(null);
  const [logging, setLogging] = useState(false);
  const { state, viewStep } = run;
  const { link } = followed;
  const signing = useSigning(run, followed);
  const openEvidence = (): void => {
    if (signing.evidence === null) return;
    signing.open();
    setDialog({ type: 'evidence', step: signing.evidence.step.id, mode: signing.evidence.mode });
  };
  const isChecker = link.role === 'checker';
  useCheckerKeys({
    inEvidence: dialog?.type === 'evidence' && run.dialog === null,
    onKey: (key) => {
      if (key === 'search') search.current?.focus();
      else if (key === 'keys') actions.showDialog('keys');
      else if (!isChecker) return;
      else if (key === 'interruption') setLogging(state.status !== 'ended');
      else if (key === 'hold') {
        if (state.status === 'running' && state.holdRequest === null) setDialog({ type: 'hold' });
      } else if (signing.stage === 'to-sign') signing.sign.press();
      else if (dialog?.type === 'evidence') signing.open();
      else if (signing.canOpen) openEvidence();
    },
  });
  // Nothing that is dropped here, and no link, takes the run from the screen.
  usePageGuard(() => {});
  useMovement(link.challengeUntil !== null, isChecker && state.plan.people.challengeMs !== null);
  const shown = viewStep ?? state.current;
  // What has ended is what it was, with or without a link.
  const stale = link.status !== 'connected' && state.status !== 'ended';
  return (
    <div className={state.plan.production ? 'screen production-frame' : 'screen'}>
      <CheckerTopBar run={run} followed={followed} onLeave={() => setDialog({ type: 'leave' })} />
      <LinkBanners
        state={state}
        followed={followed}
        onOffer={() => setDialog({ type: 'handover' })}
        onRefuseGlass={() => setDialog({ type: 'refuse-glass' })}
      />
      <div className={stale ? 'run-body checker-body is-stale' : 'run-body checker-body'}>
        <Outline run={run} shown={shown} />
        <StepPanel run={run} shown={shown} doing={null} away={viewStep !== null && viewStep !== state.current} />
        <OutputPanel run={run} shown={shown} search={search} />
        <aside className="desk" aria-label={checker(isChecker ? 'column' : 'column-observer')}>
          <div className="desk-scroll">
            <EvidenceSection
              followed={followed}
              signing={signing}
              onOpen={openEvidence}
              onReject={() => setDialog({ type: 'reject' })}
            />
            <PresenceSection state={state} followed={followed} />
            <LockSection state={state} />
            <InterruptionsSection state={state} followed={followed} open={logging} onOpen={setLogging} />
          </div>
          {isChecker ? (
            <RunSection
              state={state}
              followed={followed}
              onHold={() => setDialog({ type: 'hold' })}
              onTakeOver={() => setDialog({ type: 'take-over' })}
            />
          ) : null}
        </aside>
      </div>
      <TimeBar state={state} />
      <CheckerDialogs run={run} followed={followed} signing={signing} dialog={dialog} onDialog={setDialog} />
      {link.challengeUntil === null ? null : <Challenge until={link.challengeUntil} />}
    </div>
  );
}
