import { useEffect, useRef } from 'react';
import { Button } from 'react-aria-components';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { useNow } from '../../components/use-now.ts';
import { useText } from '../../components/use-text.ts';
import { useActions } from '../../store/use-app.ts';

/** Main hears of movement at most this often: the question comes after minutes, never after seconds. */
const TELL_EVERY_MS = 10_000;
const movements = ['keydown', 'pointerdown', 'wheel'] as const;

/** "Still there?" Any key or click answers. */
export function Challenge({ until }: { readonly until: string }) {
  const { checker, ticking } = useText();
  const { stillThere } = useActions();
  const now = useNow(true);
  return (
    <DialogFrame title={checker('challenge-title')} onClose={stillThere} alert>
      <p className="consequence">{checker('challenge-text')}</p>
      <p className="countdown-figure number" role="timer">
        {checker('challenge-left', { span: ticking(Date.parse(until) - now) })}
      </p>
      <div className="dialog-acts">
        <Button className="button solid" autoFocus onPress={stillThere}>
          {checker('challenge-here')}
        </Button>
      </div>
    </DialogFrame>
  );
}

/** Tells main that somebody moves here, so that nobody is asked who is plainly there; an open question is answered. */
export function useMovement(challenged: boolean, wanted: boolean): void {
  const { stillThere } = useActions();
  const told = useRef(0);
  useEffect(() => {
    if (!challenged && !wanted) return;
    const onMove = (): void => {
      if (!challenged && Date.now() - told.current < TELL_EVERY_MS) return;
      told.current = Date.now();
      stillThere();
    };
    for (const movement of movements) document.addEventListener(movement, onMove, { capture: true, passive: true });
    return () => {
      for (const movement of movements) document.removeEventListener(movement, onMove, { capture: true });
    };
  }, [challenged, wanted, stillThere]);
}
