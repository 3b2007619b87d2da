import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { HistoryPage } from '../../../shared/contract/ipc/history.ts';
import { useText } from '../../components/use-text.ts';
import { useVerdicts } from '../../components/use-verdicts.ts';
import type { HistoryState } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';
import { HistoryRow } from './history-row.tsx';

/** A row without an excerpt. */
const ROW_PIXELS = 57;

interface Props {
  readonly page: HistoryPage;
  readonly history: HistoryState;
}

/** The runs that were found; however many there are, only those in sight are drawn. Arrow keys go from row to row. */
export function HistoryList({ page, history }: Props) {
  const { t, evidence } = useText();
  const { moreHistory } = useActions();
  const scroller = useRef<HTMLDivElement>(null);
  const { rows, total } = page;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    getItemKey: (index) => rows[index]?.runId ?? index,
    overscan: 8,
  });
  const inSight = virtual.getVirtualItems();
  const last = inSight.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 10 && rows.length < total) void moreHistory();
  }, [last, rows.length, total, moreHistory]);
  useVerdicts(
    inSight.flatMap(({ index }) => {
      const row = rows[index];
      return row === undefined || row.verdict !== null ? [] : [row.runId];
    }),
    page,
  );
  const onKeyDown = (event: KeyboardEvent<HTMLTableElement>): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const from = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null;
    const column = event.target instanceof Element ? event.target.closest('[data-column]') : null;
    if (step === 0 || from === null || column === null) return;
    const to = Number(from.dataset['index']) + step;
    if (to < 0 || to >= rows.length) return;
    event.preventDefault();
    virtual.scrollToIndex(to);
    const name = column.getAttribute('data-column');
    const place = `[data-index="${to}"] [data-column="${name}"]`;
    scroller.current?.querySelector<HTMLElement>(`${place} button, ${place} input`)?.focus();
  };
  return (
    <div className="history-scroll" ref={scroller}>
      <table
        className="history-table"
        aria-label={evidence('history-title')}
        aria-rowcount={total + 1}
        onKeyDown={onKeyDown}
      >
        <thead>
          <tr className="history-row" aria-rowindex={1}>
            <th scope="col">
              <span className="visually-hidden">{evidence('history-column-choose')}</span>
            </th>
            <th scope="col">{t('column-when')}</th>
            <th scope="col">{t('column-environment')}</th>
            <th scope="col">{t('column-release')}</th>
            <th scope="col">{t('column-state')}</th>
            <th scope="col">{evidence('history-column-took')}</th>
            <th scope="col">{evidence('history-column-people')}</th>
            <th scope="col">{evidence('history-column-verdict')}</th>
            <th scope="col">
              <span className="visually-hidden">{t('column-act')}</span>
            </th>
          </tr>
        </thead>
        <tbody style={{ height: virtual.getTotalSize() }}>
          {inSight.map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <HistoryRow
                key={row.runId}
                row={row}
                index={index}
                start={start}
                measure={virtual.measureElement}
                search={history.query.text}
                chosen={history.chosen.includes(row.runId)}
              />
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
