import { useCallback, useEffect, useRef } from 'react';
import { useKeys, usePrimary } from '../../components/use-primary.ts';
import { blockFocus } from '../../model/block-focus.ts';
import { isLocked } from '../../model/lockdown/mark.ts';
import { interruptionQueue } from '../../model/people/interruptions.ts';
import { actionIdentity, primaryAction } from '../../model/primary-action.ts';
import { useActions, useRun } from '../../store/use-app.ts';
import { GlassDialog } from '../lock/glass-dialog.tsx';
import { usePageGuard } from '../lock/use-page-guard.ts';
import { WayRefused } from '../lock/way-refused.tsx';
import { HandedOver } from '../people/handed-over.tsx';
import { InterruptionsDialog } from '../people/interruptions.tsx';
import { InviteDialog } from '../people/invite-dialog.tsx';
import { PeopleBanners } from '../people/people-banners.tsx';
import { Banners } from './banners.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { Outline } from './outline.tsx';
import { OutputPanel } from './output-panel.tsx';
import { RecordingDialog } from './recording-dialog.tsx';
import { RedlinesDialog } from './redlines-dialog.tsx';
import { RollbackDialog } from './rollback-dialog.tsx';
import { StepPanel } from './step-panel.tsx';
import { TimeBar } from './time-bar.tsx';
import { TopBar } from './top-bar.tsx';
import { useActs } from './use-acts.tsx';

/** The operator's screen: outline, one step, the hosts' outputs, time. */
export function RunView() {
  const run = useRun((open) => open);
  const actions = useActions();
  const search = useRef<HTMLInputElement>(null);
  const { state } = run;
  const locked = run.live && isLocked(state, run.lock);
  const focus = run.live ? blockFocus(state) : null;
  // Inside a block no other step is looked at, whatever was before it was entered.
  const viewStep = focus === null || run.viewStep === null || focus.includes(run.viewStep) ? run.viewStep : null;
  useLock(locked);
  const action = primaryAction(state, { selected: viewStep === null ? run.viewTarget : null });
  const away = viewStep !== null && viewStep !== state.current;
  const acts = useActs(run, action, away);
  const identity = away ? `back/${viewStep}` : actionIdentity(action, state);
  const primary = usePrimary(identity, acts.why === null && !run.pending && acts.press !== null, () => acts.press?.());
  const showInterruptions = (): void => {
    if (interruptionQueue(state).length > 0) actions.showDialog('interruptions');
  };
  useKeys({
    onPrimary: primary.press,
    onShortcut: (shortcut) => {
      if (shortcut === 'search') search.current?.focus();
      else if (shortcut === 'interruptions') showInterruptions();
      else actions.showDialog(shortcut);
    },
  });
  const shown = viewStep ?? state.current;
  const closeDialog = useCallback(() => actions.showDialog(null), [actions]);
  // Opened again later, or as somebody's copy, it is a run that can be looked at.
  if (state.penWith !== null && run.live) return <HandedOver run={run} />;
  return (
    <div className={state.plan.production ? 'screen production-frame' : 'screen'}>
      <TopBar run={run} acts={acts} />
      <Banners run={run} acts={acts} />
      <PeopleBanners run={run} acts={acts} />
      <div className="run-body">
        <Outline run={run} shown={shown} only={focus} />
        <StepPanel run={run} shown={shown} doing={{ acts, primary }} away={away} />
        <OutputPanel run={run} shown={shown} search={search} />
      </div>
      <TimeBar state={state} over={<WayRefused run={run} />} />
      {acts.dialog}
      {run.dialog === 'glass' ? <GlassDialog run={run} onClose={closeDialog} /> : null}
      {run.dialog === 'invite' ? <InviteDialog run={run} onClose={closeDialog} /> : null}
      {run.dialog === 'interruptions' ? <InterruptionsDialog run={run} onClose={closeDialog} /> : null}
      {run.dialog === 'keys' ? <KeysDialog onClose={closeDialog} /> : null}
      {run.dialog === 'rollback' ? <RollbackDialog run={run} onClose={closeDialog} /> : null}
      {run.dialog === 'redlines' ? <RedlinesDialog state={state} onClose={closeDialog} /> : null}
      {run.dialog === 'recording' && run.recording !== null ? (
        <RecordingDialog state={state} attempt={run.recording} line={run.recordingLine} onClose={closeDialog} />
      ) : null}
    </div>
  );
}

/** Reads how the lock stands, keeps the page where it is, and closes what leads away from a locked run. */
function useLock(locked: boolean): void {
  const { readLock, refuseWay, showSettings } = useActions();
  useEffect(() => void readLock(), [readLock]);
  useEffect(() => {
    if (locked) showSettings(false);
  }, [locked, showSettings]);
  usePageGuard((way) => {
    if (locked) refuseWay(way);
  });
}
