import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from 'react';
import { useText } from '../../components/use-text.ts';

interface Props {
  readonly label: string;
  /** How long it is held before it does its work, in milliseconds. */
  readonly holdMs: number;
  readonly isDisabled: boolean;
  /** What it did is not answered yet; once it is, and this button is still there, it can be held again. */
  readonly isAsking: boolean;
  readonly onDone: () => void;
}

type Stage = 'idle' | 'holding' | 'let-go' | 'done';

/** A button that works only when it is held down: with the pointer, Space or Enter. Letting go earlier does nothing. */
export function HoldToDo({ label, holdMs, isDisabled, isAsking, onDone }: Props) {
  const { lockdown } = useText();
  const help = useId();
  const { stage: held, left, begin, letGo } = useHeld(holdMs, onDone);
  const stage = held === 'done' && !isAsking ? 'idle' : held;
  const seconds = holdMs / 1_000;
  const holding = stage === 'holding';
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    if (!event.repeat && !isDisabled) begin();
  };
  const onKeyUp = (event: KeyboardEvent): void => {
    if (event.key === ' ' || event.key === 'Enter') letGo();
  };
  const onPointerDown = (event: PointerEvent<HTMLButtonElement>): void => {
    if (event.button !== 0 || isDisabled) return;
    begin();
  };
  return (
    <div className="hold-to-do">
      <button
        type="button"
        className={`button solid danger hold-button is-${stage}`}
        aria-disabled={isDisabled}
        aria-describedby={help}
        style={{ '--hold-ms': `${holdMs}ms` } as React.CSSProperties}
        onKeyDown={onKeyDown}
        onKeyUp={onKeyUp}
        onPointerDown={onPointerDown}
        onPointerUp={letGo}
        onPointerLeave={letGo}
        onPointerCancel={letGo}
        onBlur={letGo}
        onContextMenu={(event) => event.preventDefault()}
      >
        <span className="hold-fill" aria-hidden="true" />
        <span className="hold-words">{holding ? lockdown('glass-holding', { seconds: left }) : label}</span>
      </button>
      <p id={help} className="why">
        {lockdown('glass-help', { seconds })}
      </p>
      <p className="why" role="status">
        {stage === 'let-go' ? lockdown('glass-let-go') : stage === 'done' ? lockdown('glass-done') : ''}
      </p>
    </div>
  );
}

/** Counts whole seconds down while something is held. */
function useHeld(holdMs: number, onDone: () => void) {
  const seconds = Math.ceil(holdMs / 1_000);
  const [stage, setStage] = useState<Stage>('idle');
  const [left, setLeft] = useState(seconds);
  const latest = useRef(onDone);
  latest.current = onDone;
  const holding = stage === 'holding';
  useEffect(() => {
    if (!holding) return;
    const done = setTimeout(() => {
      setStage('done');
      latest.current();
    }, holdMs);
    const tick = setInterval(() => setLeft((now) => Math.max(1, now - 1)), 1_000);
    return () => {
      clearTimeout(done);
      clearInterval(tick);
    };
  }, [holding, holdMs]);
  return {
    stage,
    left,
    begin: () => {
      if (stage === 'holding') return;
      setLeft(seconds);
      setStage('holding');
    },
    letGo: () => {
      if (stage === 'holding') setStage('let-go');
    },
  };
}
