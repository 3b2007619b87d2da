import { useEffect, useRef } from 'react';
import type { ReplayView as View } from '../../../shared/contract/ipc/replay.ts';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { Notice } from '../../components/notice.tsx';
import { pressOf } from '../../components/use-primary.ts';
import { useText } from '../../components/use-text.ts';
import { useVerdicts } from '../../components/use-verdicts.ts';
import { VerdictBadge } from '../../components/verdict-badge.tsx';
import { type VerdictWord, verdictWord } from '../../model/history.ts';
import { FAR_MS, NEAR_MS, type ReplayKey, replayKeyOf } from '../../model/replay.ts';
import { dateAndTime, wallClockSeconds } from '../../model/time.ts';
import type { OpenRun } from '../../store/app-state.ts';
import type { ReplayState } from '../../store/replay-state.ts';
import { useActions, useAppState } from '../../store/use-app.ts';
import { HeldNotice } from '../people/held-notice.tsx';
import { PresenceWord } from '../people/presence-word.tsx';
import { Outline } from '../run/outline.tsx';
import { OutputPanel } from '../run/output-panel.tsx';
import { RecordingDialog } from '../run/recording-dialog.tsx';
import { StepPanel } from '../run/step-panel.tsx';
import { TimeBar } from '../run/time-bar.tsx';
import { TopWhere } from '../run/top-bar.tsx';
import { ReplayBar } from './replay-bar.tsx';
import { ReplayFrame } from './replay-frame.tsx';

interface Props {
  readonly run: OpenRun;
  readonly replay: ReplayState;
  readonly view: View;
}

/** The operator's screen as it was at one moment, without its acts, and the time line below. */
export function ReplayView({ run, replay, view }: Props) {
  const actions = useActions();
  const search = useRef<HTMLInputElement>(null);
  const everywhere = useRef<HTMLInputElement>(null);
  const { state, viewStep } = run;
  const shown = viewStep ?? state.current;
  usePlaying(replay.playing);
  useReplayKeys(replay, () => everywhere.current?.focus());
  return (
    <ReplayFrame
      onLeave={actions.closeReplay}
      where={<TopWhere run={run} />}
      when={<When view={view} replay={replay} run={run} />}
    >
      <div className="banners">
        {replay.failure === null ? null : <FailureNotice failure={replay.failure} alert />}
        <Believed replay={replay} view={view} />
        <Standing view={view} run={run} />
        <Ended replay={replay} view={view} run={run} />
        <HeldNotice run={run} acts={null} />
      </div>
      <div className="run-body">
        <Outline run={run} shown={shown} />
        <StepPanel run={run} shown={shown} doing={null} away={viewStep !== null && viewStep !== state.current} />
        <OutputPanel run={run} shown={shown} search={search} />
      </div>
      <TimeBar state={state} />
      <ReplayBar replay={replay} view={view} plan={state.plan} search={everywhere} />
      {run.dialog === 'recording' && run.recording !== null ? (
        <RecordingDialog
          state={state}
          attempt={run.recording}
          line={run.recordingLine}
          onClose={() => actions.showDialog(null)}
        />
      ) : null}
    </ReplayFrame>
  );
}

/** The wall clock of that moment, how long it had been going, who was there and how the lock stood. */
function When({ view, replay, run }: Props) {
  const { evidence, people, ticking } = useText();
  // What was recorded after the end has a time of its own.
  const at = new Date(Math.max(Date.parse(view.startedAt) + replay.moment.ms, Date.parse(run.state.at)));
  const there = run.state.participants.filter(({ standing }) => standing === 'admitted');
  const operator = run.state.sessions.at(-1)?.person ?? null;
  const believed = useAppState((state) => state.verdicts[replay.runId]);
  return (
    <div className="replay-when">
      <VerdictBadge standing={believed ?? 'unknown'} />
      {operator === null ? null : (
        <span className="replay-person">
          <span className="quiet">{people('role-operator')}</span> {operator}
        </span>
      )}
      {there.map((one) => (
        <span key={one.participant} className="replay-person">
          {one.name} <PresenceWord one={one} />
        </span>
      ))}
      {run.state.lockdown.status === 'open' ? null : (
        <span className={run.state.lockdown.status === 'broken' ? 'is-failed' : 'quiet'}>
          {evidence(`replay-lock-${run.state.lockdown.status}`)}
        </span>
      )}
      <span className="replay-clock number">
        <span className="quiet">{dateAndTime(at).slice(0, 10)}</span> <strong>{wallClockSeconds(at)}</strong>
      </span>
      <span className="number">
        <span className="quiet">{evidence('replay-elapsed')}</span> {ticking(replay.moment.ms)}
      </span>
    </div>
  );
}

/** What cannot be believed of the run as a whole, wherever one is in it. */
function Believed({ replay, view }: Pick<Props, 'replay' | 'view'>) {
  const { evidence } = useText();
  const standing = useAppState((state) => state.verdicts[replay.runId]);
  useVerdicts([replay.runId], replay.runId);
  if (view.fault !== null)
    return (
      <Notice tone="caution" alert>
        <p>{evidence('replay-altered-shown', { line: view.fault.line })}</p>
      </Notice>
    );
  if (standing === undefined) return null;
  const word = verdictWord(standing);
  if (!doubtful.has(word)) return null;
  return (
    <Notice tone="caution" alert>
      <p>
        <strong>{evidence(`verdict-${word}`)}.</strong> {evidence(`verdict-${word}-what`)}
      </p>
    </Notice>
  );
}

const doubtful: ReadonlySet<VerdictWord> = new Set(['altered', 'mismatch', 'incomplete', 'unreadable', 'failed']);

/** How it ended, or that it never did, once one is there. */
function Ended({ replay, view, run }: Props) {
  const { t, evidence } = useText();
  if (replay.moment.ms < view.durationMs) return null;
  const { status, result, endReason } = run.state;
  const words =
    status !== 'ended' || result === null
      ? evidence('replay-never-ended')
      : [evidence('replay-ended', { result: t(`result-${result}`) }), ...(endReason === null ? [] : [endReason])].join(
          ' ',
        );
  return (
    <Notice tone="calm">
      <p>{words}</p>
    </Notice>
  );
}

/** What cannot be believed, or is not whole, of what the terminal shows; what was altered is told everywhere. */
function Standing({ view, run }: Pick<Props, 'view' | 'run'>) {
  const { evidence } = useText();
  const stands = run.state.steps[run.viewStep ?? run.state.current];
  const shown = new Set(stands?.targets.flatMap(({ attempts }) => attempts.map(({ attempt }) => attempt)) ?? []);
  const bad = view.recordings.filter(
    ({ attempt, standing }) => standing === 'altered' || (shown.has(attempt) && standing !== 'sealed'),
  );
  const kinds = [...new Set(bad.map(({ standing }) => standing))].filter((kind) => kind !== 'sealed');
  return kinds.map((kind) => (
    <Notice key={kind} tone="caution" alert={kind === 'altered'}>
      <p>
        {evidence(`replay-recording-${kind}`, {
          attempts: bad
            .filter(({ standing }) => standing === kind)
            .map(({ attempt }) => attempt)
            .join(', '),
        })}
      </p>
    </Notice>
  ));
}

/** Time passes while it plays: ten times a second is smooth enough for a checklist. */
function usePlaying(playing: boolean): void {
  const { replayPassed } = useActions();
  useEffect(() => {
    if (!playing) return;
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      replayPassed(now - last);
      last = now;
    }, 100);
    return () => clearInterval(timer);
  }, [playing, replayPassed]);
}

/** The replay's own keys, wherever the keyboard is but in a field. */
function useReplayKeys(replay: ReplayState, onSearch: () => void): void {
  const actions = useActions();
  const latest = useRef({ replay, onSearch });
  latest.current = { replay, onSearch };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const press = pressOf(event);
      const element = event.target instanceof Element ? event.target : null;
      const taken = press.prevented || press.composing || press.dialogOpen || press.inControl;
      const onButton = element?.closest('button, [role="button"], [role="option"], summary') != null;
      const key = replayKeyOf({ key: press.key, shift: event.shiftKey, modified: press.modified, taken, onButton });
      if (key === null) return;
      event.preventDefault();
      const { ms } = latest.current.replay.moment;
      const acts: Readonly<Record<ReplayKey, () => void>> = {
        play: actions.replayPlay,
        back: () => actions.replayTo(ms - NEAR_MS),
        forward: () => actions.replayTo(ms + NEAR_MS),
        'far-back': () => actions.replayTo(ms - FAR_MS),
        'far-forward': () => actions.replayTo(ms + FAR_MS),
        before: () => actions.replayNext(-1),
        next: () => actions.replayNext(1),
        search: latest.current.onSearch,
      };
      acts[key]();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [actions]);
}
