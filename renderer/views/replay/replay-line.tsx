import { type KeyboardEvent, useMemo, useState } from 'react';
import type { Plan } from '../../../shared/checklist/plan.ts';
import { stepIndex } from '../../../shared/checklist/plan-lookup.ts';
import type { ReplayMark, ReplayView as View } from '../../../shared/contract/ipc/replay.ts';
import { stepName } from '../../components/step-title.ts';
import { targetName } from '../../components/target-name.ts';
import { type Text, useText } from '../../components/use-text.ts';
import { FAR_MS, groupMarks, kindOf, type MarkGroup, NEAR_MS } from '../../model/replay.ts';
import { wallClockSeconds } from '../../model/time.ts';
import type { ReplayState } from '../../store/replay-state.ts';
import { useActions } from '../../store/use-app.ts';
import { MarkGlyph } from './mark-glyph.tsx';

/** Marks that have room beside each other. */
const PLACES = 80;

interface Props {
  readonly replay: ReplayState;
  readonly view: View;
  readonly plan: Plan;
}

/** What happened when: each mark a shape, its words on focus; where we are, quiet stretches, and what was found. */
export function ReplayLine({ replay, view, plan }: Props) {
  const text = useText();
  const { replayTo } = useActions();
  const groups = useMemo(() => groupMarks(view.marks, view.durationMs, PLACES), [view]);
  const [told, setTold] = useState<MarkGroup | null>(null);
  const share = (ms: number): string => `${view.durationMs === 0 ? 0 : (ms / view.durationMs) * 100}%`;
  const last = view.marks[replay.moment.seq];
  // Milliseconds are for the hand; the keys go as far as everywhere else on this screen.
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    const forward = ['ArrowRight', 'ArrowUp', 'PageUp'].includes(event.key);
    if (!forward && !['ArrowLeft', 'ArrowDown', 'PageDown'].includes(event.key)) return;
    event.preventDefault();
    const far = event.shiftKey || event.key.startsWith('Page');
    replayTo(replay.moment.ms + (forward ? 1 : -1) * (far ? FAR_MS : NEAR_MS));
  };
  const here = told === null ? markWords(last, view, plan, text) : groupWords(told, view, plan, text);
  return (
    <div className="replay-line">
      <Marks groups={groups} seq={replay.moment.seq} view={view} plan={plan} onTell={setTold} />
      <div className="replay-track">
        <span className="replay-past" style={{ width: share(replay.moment.ms) }} />
        {view.quiet.map(({ from, until }) => (
          <span
            key={from}
            className="replay-quiet"
            style={{ left: share(from), width: `calc(${share(until)} - ${share(from)})` }}
          />
        ))}
        {replay.search?.matches.slice(0, 400).map((match, index) => (
          <span
            key={`${match.attempt} ${match.line}`}
            className={index === replay.search?.at ? 'replay-hit is-shown' : 'replay-hit'}
            style={{ left: share(match.ms) }}
          />
        ))}
        <input
          type="range"
          min={0}
          max={Math.max(1, view.durationMs)}
          onKeyDown={onKeyDown}
          value={replay.moment.ms}
          aria-label={text.evidence('replay-line')}
          aria-valuetext={wallClockSeconds(new Date(Date.parse(view.startedAt) + replay.moment.ms))}
          onChange={(event) => replayTo(Number(event.target.value))}
        />
      </div>
      <p className="replay-told" aria-live="off">
        {here}
      </p>
    </div>
  );
}

interface MarksProps {
  readonly groups: readonly MarkGroup[];
  readonly seq: number;
  readonly view: View;
  readonly plan: Plan;
  readonly onTell: (group: MarkGroup | null) => void;
}

/** One stop of the Tab key; the arrow keys go from mark to mark. */
function Marks({ groups, seq, view, plan, onTell }: MarksProps) {
  const text = useText();
  const { replayToRecord } = useActions();
  const near = Math.max(
    0,
    groups.findLastIndex(({ mark }) => mark.seq <= seq),
  );
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const buttons = [...event.currentTarget.querySelectorAll('button')];
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    const to = event.key === 'ArrowRight' ? at + 1 : event.key === 'ArrowLeft' ? at - 1 : -1;
    const next = buttons[to];
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  };
  return (
    <div className="replay-marks" role="toolbar" aria-label={text.evidence('replay-marks')} onKeyDown={onKeyDown}>
      {groups.map((group, index) => (
        <button
          key={group.mark.seq}
          type="button"
          className={`replay-mark-at is-${group.kind}`}
          style={{ left: `${group.place * 100}%` }}
          tabIndex={index === near ? 0 : -1}
          aria-label={groupWords(group, view, plan, text)}
          aria-current={index === near ? 'true' : undefined}
          onClick={() => replayToRecord(group.mark.seq)}
          onFocus={() => onTell(group)}
          onBlur={() => onTell(null)}
          onPointerEnter={() => onTell(group)}
          onPointerLeave={() => onTell(null)}
        >
          <MarkGlyph kind={group.kind} />
        </button>
      ))}
    </div>
  );
}

function groupWords({ mark, count }: MarkGroup, view: View, plan: Plan, text: Text): string {
  const words = markWords(mark, view, plan, text);
  return count === 1 ? words : text.evidence('replay-mark-more', { words, count: count - 1 });
}

/** "22:04:11 · passed · C1 Stop tomcat · app1" */
export function markWords(mark: ReplayMark | undefined, view: View, plan: Plan, text: Text): string {
  if (mark === undefined) return '';
  const kind = kindOf(mark);
  const step = mark.step === null ? undefined : plan.steps[stepIndex(plan, mark.step)];
  const parts = [
    wallClockSeconds(new Date(Date.parse(view.startedAt) + mark.ms)),
    ...(kind === null ? [] : [text.evidence(`replay-mark-${kind}`)]),
    ...(step === undefined ? [] : [stepName(text, step)]),
    ...(mark.target === null ? [] : [targetName(text, mark.target)]),
  ];
  return parts.join(' · ');
}
