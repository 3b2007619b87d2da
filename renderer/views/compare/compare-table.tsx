import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { ComparedSide, ComparedTarget } from '../../../shared/contract/ipc/compare.ts';
import { StateWord } from '../../components/glyph.tsx';
import { targetName } from '../../components/target-name.ts';
import { useText } from '../../components/use-text.ts';
import { differenceWords } from '../../model/compare.ts';
import type { Standing } from '../../model/status.ts';

interface Props {
  readonly targets: readonly ComparedTarget[];
  readonly onOpen: (target: ComparedTarget) => void;
}

/** Rows that are drawn at first, and with each press more. */
const ROWS = 500;

/** Step by step and target by target. */
export function CompareTable({ targets, onOpen }: Props) {
  const { evidence } = useText();
  const [room, setRoom] = useState(ROWS);
  const shown = targets.slice(0, room);
  const more = Math.min(ROWS, targets.length - shown.length);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
    <section className="compare-scroll" tabIndex={0} aria-label={evidence('compare-title')}>
      <table className="table compare-table">
        <thead>
          <tr>
            <th scope="col">{evidence('compare-step')}</th>
            <th scope="col">{evidence('compare-target')}</th>
            <th scope="col">{evidence('compare-left')}</th>
            <th scope="col">{evidence('compare-right')}</th>
            <th scope="col" className="number">
              {evidence('compare-difference')}
            </th>
            <th scope="col">{evidence('compare-what')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {shown.map((target, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a step may come several times; the list never changes.
            <Row key={`${target.step} ${target.target} ${index}`} target={target} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
      {more <= 0 ? null : (
        <Button className="button" onPress={() => setRoom(room + ROWS)}>
          {evidence('compare-more', { count: more })}
        </Button>
      )}
    </section>
  );
}

interface RowProps {
  readonly target: ComparedTarget;
  readonly onOpen: (target: ComparedTarget) => void;
}

function Row({ target, onOpen }: RowProps) {
  const text = useText();
  const { evidence } = text;
  const { left, right, differs } = target;
  return (
    <tr>
      <th scope="row">
        <span className="compare-code mono">{target.code}</span>
        {target.title}
      </th>
      <td>{targetName(text, target.target)}</td>
      <td>
        <Side side={left} />
      </td>
      <td>
        <Side side={right} />
      </td>
      <td className={differs.includes('duration') ? 'number is-different' : 'number'}>
        {differenceWords(left?.durationMs ?? null, right?.durationMs ?? null, text.span)}
      </td>
      <td>{differs.map((what) => evidence(`compare-differs-${what}`)).join(text.t('list-separator'))}</td>
      <td className="act">
        {left?.attempt == null && right?.attempt == null ? null : (
          <Button className="link-button" onPress={() => onOpen(target)}>
            {evidence('compare-output')}
          </Button>
        )}
      </td>
    </tr>
  );
}

function Side({ side }: { readonly side: ComparedSide | null }) {
  const { evidence, span } = useText();
  if (side === null) return <span className="quiet">{evidence('compare-missing')}</span>;
  return (
    <div className="compare-cell">
      <StateWord standing={side.status as Standing} />
      <span className="compare-facts number">
        {side.attempts > 1 ? `${evidence('compare-attempts', { count: side.attempts })} · ` : ''}
        {side.durationMs === null ? '' : span(side.durationMs)}
      </span>
    </div>
  );
}
