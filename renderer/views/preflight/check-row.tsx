import { RotateCw } from 'lucide-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { PreflightCheck, PreflightItem } from '../../../shared/contract/lockdown.ts';
import { checkWords } from '../../components/check-words.ts';
import { Glyph } from '../../components/glyph.tsx';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { useText } from '../../components/use-text.ts';
import type { CheckStanding } from '../../model/preflight-checks.ts';
import type { Standing } from '../../model/status.ts';
import { useActions } from '../../store/use-app.ts';

interface Props {
  readonly item: PreflightItem;
  readonly standing: CheckStanding;
  /** What was found; null while nothing is known. */
  readonly check: PreflightCheck | null;
  /** Why the person goes on although this was found, or null. */
  readonly reason: string | null;
}

/** One item of preflight: a line while all is well; what was found, what helps and what can be decided where not. */
export function CheckRow({ item, standing, check, reason }: Props) {
  const text = useText();
  const { lockdown } = text;
  const [row, onSettled] = useRowFocus();
  const words = check === null ? null : checkWords(check, text);
  const name = lockdown(`item-${item}`);
  const calm = ['ok', 'sensing', 'to-connect', 'later'].includes(standing);
  const asks = standing === 'open' || standing === 'decided' || standing === 'unasked';
  return (
    <li
      ref={row}
      className={`check is-${standing} found-${check?.status ?? 'nothing'}`}
      aria-labelledby={`check-${item}`}
      data-check={item}
      tabIndex={-1}
    >
      <div className="check-line">
        <Glyph standing={glyphOf(standing, check)} />
        <strong id={`check-${item}`} className="check-name">
          {name}
        </strong>
        {calm && words !== null ? (
          <span className="check-calm">{standing === 'later' ? `${words.what} ${words.remedy}` : words.what}</span>
        ) : (
          <span className="spring" />
        )}
        <span className={`check-word is-${glyphOf(standing, check)}`}>
          {lockdown(`gate-word-${wordOf(standing, check)}`)}
        </span>
        {asks ? null : <CheckAgain item={item} small isPending={standing === 'sensing'} />}
      </div>
      {standing === 'sensing' ? <span className="moving" aria-hidden="true" /> : null}
      {calm ? null : (
        <div className="check-detail">
          <p>{words?.what ?? lockdown('gate-unasked-text')}</p>
          {words === null || standing === 'decided' ? null : <p className="check-remedy">{words.remedy}</p>}
          {reason === null ? null : <p className="check-reason">{lockdown('gate-decided', { reason })}</p>}
          {asks ? (
            <div className="check-acts">
              <CheckAgain item={item} onPressed={onSettled} />
              <Decision item={item} standing={standing} finding={words?.what ?? ''} onSettled={onSettled} />
            </div>
          ) : null}
        </div>
      )}
    </li>
  );
}

/** Brings the keyboard back to the row once a decision is made: the button that was pressed means something else now. */
function useRowFocus(): readonly [RefObject<HTMLLIElement | null>, () => void] {
  const row = useRef<HTMLLIElement>(null);
  const [settled, setSettled] = useState(0);
  useEffect(() => {
    if (settled === 0) return;
    // A closing dialog gives the keyboard back in the next frame; this comes after it.
    const frame = requestAnimationFrame(() => row.current?.focus());
    return () => cancelAnimationFrame(frame);
  }, [settled]);
  return [row, () => setSettled((times) => times + 1)];
}

interface AgainProps {
  readonly item: PreflightItem;
  readonly small?: boolean;
  /** Being sensed just now: cannot be pressed, but keeps the keyboard. */
  readonly isPending?: boolean;
  readonly onPressed?: () => void;
}

function CheckAgain({ item, small = false, isPending = false, onPressed }: AgainProps) {
  const { lockdown } = useText();
  const { checkItems } = useActions();
  const label = lockdown('gate-again-item', { item: lockdown(`item-${item}`) });
  return (
    <Button
      className={small ? 'icon-button' : 'button'}
      aria-label={label}
      isPending={isPending}
      onPress={() => {
        void checkItems([item]);
        onPressed?.();
      }}
    >
      <RotateCw size={small ? 14 : 16} aria-hidden="true" />
      {small ? null : lockdown('gate-again')}
    </Button>
  );
}

interface DecisionProps {
  readonly item: PreflightItem;
  readonly standing: CheckStanding;
  readonly finding: string;
  readonly onSettled: () => void;
}

/** Going past a finding takes a reason that names it; until the start it can be taken back. */
function Decision({ item, standing, finding, onSettled }: DecisionProps) {
  const { lockdown } = useText();
  const { goPast, takeBack } = useActions();
  const [asking, setAsking] = useState(false);
  const name = lockdown(`item-${item}`);
  if (standing === 'decided') {
    const onTakeBack = (): void => {
      takeBack(item);
      onSettled();
    };
    return (
      <Button className="button" aria-label={lockdown('gate-take-back-item', { item: name })} onPress={onTakeBack}>
        {lockdown('gate-take-back')}
      </Button>
    );
  }
  if (standing !== 'open') return null;
  return (
    <>
      <Button
        className="button"
        aria-label={lockdown('gate-go-past-item', { item: name })}
        onPress={() => setAsking(true)}
      >
        {lockdown('gate-go-past')}
      </Button>
      {asking ? (
        <ReasonDialog
          title={lockdown('gate-go-past-title')}
          consequence={lockdown('gate-go-past-text', { finding })}
          submit={lockdown('gate-go-past-submit')}
          onClose={() => setAsking(false)}
          onSubmit={({ reason }) => {
            setAsking(false);
            goPast(item, reason);
            onSettled();
          }}
        />
      ) : null}
    </>
  );
}

type Word = 'ok' | 'later' | 'warning' | 'failed' | 'unknown' | 'sensing' | 'unasked' | 'to-connect' | 'decided';

/** What was found is named as it is; only a decision puts its own word over it. */
function wordOf(standing: CheckStanding, check: PreflightCheck | null): Word {
  if (standing === 'open' || standing === 'advice') return check?.status ?? 'unasked';
  return standing;
}

function glyphOf(standing: CheckStanding, check: PreflightCheck | null): Standing {
  return glyphs[wordOf(standing, check)];
}

const glyphs: Readonly<Record<Word, Standing>> = {
  ok: 'sensed',
  later: 'todo',
  warning: 'overridden',
  failed: 'failed',
  unknown: 'unknown',
  sensing: 'running',
  unasked: 'unknown',
  'to-connect': 'todo',
  decided: 'overridden',
};
