import { Pause, Play, SkipBack, SkipForward } from 'lucide-react';
import { type FormEvent, type RefObject, useId, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Plan } from '../../../shared/checklist/plan.ts';
import type { ReplayView as View } from '../../../shared/contract/ipc/replay.ts';
import { useText } from '../../components/use-text.ts';
import { type Among, amongs, type Speed, speeds, typedTime } from '../../model/replay.ts';
import type { ReplayState } from '../../store/replay-state.ts';
import { useActions } from '../../store/use-app.ts';
import { ReplayLine } from './replay-line.tsx';
import { ReplaySearchField } from './replay-search.tsx';

interface Props {
  readonly replay: ReplayState;
  readonly view: View;
  readonly plan: Plan;
  readonly search: RefObject<HTMLInputElement | null>;
}

/** The time line of the replay and what moves along it. */
export function ReplayBar({ replay, view, plan, search }: Props) {
  const { evidence } = useText();
  const { replayNext } = useActions();
  return (
    <section className="replay-bar" aria-label={evidence('replay-line')}>
      <ReplayLine replay={replay} view={view} plan={plan} />
      <div className="replay-tools">
        <PlayButton replay={replay} />
        <div className="replay-events">
          <Button className="icon-button" aria-label={evidence('replay-before')} onPress={() => replayNext(-1)}>
            <SkipBack size={16} aria-hidden="true" />
          </Button>
          <AmongChoice replay={replay} />
          <Button className="icon-button" aria-label={evidence('replay-next')} onPress={() => replayNext(1)}>
            <SkipForward size={16} aria-hidden="true" />
          </Button>
        </div>
        <SpeedChoice replay={replay} />
        <GoTo view={view} />
        <ReplaySearchField replay={replay} view={view} plan={plan} field={search} />
      </div>
    </section>
  );
}

function PlayButton({ replay }: Pick<Props, 'replay'>) {
  const { evidence } = useText();
  const { replayPlay } = useActions();
  const Icon = replay.playing ? Pause : Play;
  return (
    <Button className="button" onPress={replayPlay}>
      <Icon size={16} aria-hidden="true" />
      {evidence(replay.playing ? 'replay-pause' : 'replay-play')}
    </Button>
  );
}

/** What one goes among from event to event. */
function AmongChoice({ replay }: Pick<Props, 'replay'>) {
  const { evidence } = useText();
  const { setReplay } = useActions();
  return (
    <select
      className="select"
      aria-label={evidence('replay-among')}
      value={replay.among}
      onChange={(event) => setReplay({ among: event.target.value as Among })}
    >
      {amongs.map((among) => (
        <option key={among} value={among}>
          {evidence(`replay-among-${among}`)}
        </option>
      ))}
    </select>
  );
}

function SpeedChoice({ replay }: Pick<Props, 'replay'>) {
  const { evidence } = useText();
  const { setReplay } = useActions();
  return (
    <>
      <select
        className="select"
        aria-label={evidence('replay-speed')}
        value={replay.speed}
        onChange={(event) => setReplay({ speed: Number(event.target.value) as Speed })}
      >
        {speeds.map((speed) => (
          <option key={speed} value={speed}>
            {speed}×
          </option>
        ))}
      </select>
      <label className="replay-shorten">
        <input
          type="checkbox"
          checked={replay.shorten}
          onChange={(event) => setReplay({ shorten: event.target.checked })}
        />
        {evidence('replay-shorten')}
      </label>
    </>
  );
}

/** A time is typed and gone to. */
function GoTo({ view }: Pick<Props, 'view'>) {
  const { evidence } = useText();
  const { replayTo } = useActions();
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const why = useId();
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    const ms = typedTime(typed, view.startedAt);
    setWrong(ms === null || ms > view.durationMs);
    if (ms !== null && ms <= view.durationMs) replayTo(ms);
  };
  return (
    <form className="replay-go" onSubmit={onSubmit}>
      <input
        type="text"
        className="number"
        value={typed}
        placeholder={evidence('replay-time-example')}
        aria-label={evidence('replay-time')}
        aria-invalid={wrong}
        aria-describedby={wrong ? why : undefined}
        onChange={(event) => {
          setTyped(event.target.value);
          setWrong(false);
        }}
      />
      {wrong ? (
        <span id={why} className="why" role="status">
          {evidence('replay-time-wrong')}
        </span>
      ) : null}
    </form>
  );
}
