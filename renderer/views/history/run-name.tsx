import type { HistoryRow } from '../../../shared/contract/ipc/history.ts';
import { dateAndTime } from '../../model/time.ts';

interface Props {
  readonly run: Pick<HistoryRow, 'runId' | 'title' | 'environment' | 'startedAt'>;
}

/** Which run is spoken of, in full: when it began, what it is, where, and its id. */
export function RunName({ run: { runId, title, environment, startedAt } }: Props) {
  return (
    <>
      <span className="number">{dateAndTime(new Date(startedAt))}</span> {title}
      {environment === '' ? null : ` · ${environment}`} <span className="mono quiet">{runId}</span>
    </>
  );
}
