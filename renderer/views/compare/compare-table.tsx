import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { Button } from 'react-aria-components';
import type { ComparedSide, ComparedTarget } from '../../../shared/contract/ipc.ts';
import { StateWord } from '../../components/glyph.tsx';
import { targetName } from '../../components/target-name.ts';
import { useText } from '../../components/use-text.ts';
import { differenceWords } from '../../model/compare.ts';
import type { Standing } from '../../model/status.ts';

interface Props {
  readonly targets: readonly ComparedTarget[];
  readonly onOpen: (target: ComparedTarget) => void;
}

const ROW_PIXELS = 56;

/** Step by step and target by target; of many hundred rows only those in sight are drawn. */
export function CompareTable({ targets, onOpen }: Props) {
  const { evidence } = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: targets.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    // Before anything was measured (and where nothing ever is) the first rows stand there.
    initialRect: { width: 1_000, height: 800 },
    overscan: 10,
  });
  const shown = rows.getVirtualItems();
  const before = shown[0]?.start ?? 0;
  const after = rows.getTotalSize() - (shown.at(-1)?.end ?? 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
    <section className="compare-scroll" ref={scroller} tabIndex={0} aria-label={evidence('compare-title')}>
      <table className="table compare-table" aria-rowcount={targets.length + 1}>
        <thead>
          <tr>
            <th scope="col">{evidence('compare-step')}</th>
            <th scope="col">{evidence('compare-target')}</th>
            <th scope="col">{evidence('compare-left')}</th>
            <th scope="col">{evidence('compare-right')}</th>
            <th scope="col">{evidence('compare-difference')}</th>
            <th scope="col">{evidence('compare-what')}</th>
          </tr>
        </thead>
        <tbody>
          <Gap height={before} />
          {shown.map(({ index, key }) => {
            const target = targets[index];
            if (target === undefined) return null;
            return <Row key={key} target={target} index={index} measure={rows.measureElement} onOpen={onOpen} />;
          })}
          <Gap height={after} />
        </tbody>
      </table>
    </section>
  );
}

/** The rows that are not drawn. */
function Gap({ height }: { readonly height: number }) {
  if (height <= 0) return null;
  return (
    <tr className="compare-gap">
      <td colSpan={6} style={{ height }} />
    </tr>
  );
}

interface RowProps {
  readonly target: ComparedTarget;
  readonly index: number;
  readonly measure: (element: HTMLElement | null) => void;
  readonly onOpen: (target: ComparedTarget) => void;
}

function Row({ target, index, measure, onOpen }: RowProps) {
  const text = useText();
  const { evidence } = text;
  const { left, right, differs } = target;
  return (
    <tr ref={measure} data-index={index} aria-rowindex={index + 2}>
      <th scope="row">
        <span className="code">{target.code}</span> {target.title}
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
      <td>
        {differs.map((what) => evidence(`compare-differs-${what}`)).join(text.t('list-separator'))}
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
    <>
      <StateWord standing={side.status as Standing} />
      <span className="compare-facts number">
        {side.durationMs === null ? '' : span(side.durationMs)}
        {side.attempts > 1 ? ` · ${evidence('compare-attempts', { count: side.attempts })}` : ''}
      </span>
    </>
  );
}
