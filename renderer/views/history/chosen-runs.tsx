import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { HistoryRow } from '../../../shared/contract/ipc/history.ts';
import { useText } from '../../components/use-text.ts';
import { canCompare } from '../../model/history.ts';
import type { HistoryState } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';
import { RetireDialog } from './retire-dialog.tsx';

interface Props {
  readonly history: HistoryState;
  readonly rows: readonly HistoryRow[];
}

/** What can be done with the runs that are chosen. */
export function ChosenRuns({ history, rows }: Props) {
  const { evidence } = useText();
  const { openCompare, exportRun, chooseNone } = useActions();
  const [retiring, setRetiring] = useState<'archive' | 'remove' | null>(null);
  const chosen = history.chosen.flatMap((runId) => rows.find((row) => row.runId === runId) ?? []);
  const [only] = chosen;
  if (only === undefined) return null;
  const one = chosen.length === 1;
  const compare = (): void => {
    // The older run on the left, whichever was chosen first.
    const [left, right] = chosen.map(({ runId }) => runId).sort();
    if (left !== undefined && right !== undefined) void openCompare(left, right);
  };
  return (
    <div className="history-chosen">
      <span>{evidence('history-chosen', { count: chosen.length })}</span>
      <Button
        className="button"
        isDisabled={!canCompare(chosen)}
        {...(canCompare(chosen) ? {} : { 'aria-describedby': 'compare-why' })}
        onPress={compare}
      >
        {evidence('compare')}
      </Button>
      <Button
        className="button"
        isDisabled={history.busy || !one}
        {...(one ? {} : { 'aria-describedby': 'compare-why' })}
        onPress={() => void exportRun(only.runId)}
      >
        {evidence('export-run')}
      </Button>
      <Button className="button" isDisabled={history.busy} onPress={() => setRetiring('archive')}>
        {evidence('history-archive')}
      </Button>
      <Button className="button" isDisabled={history.busy} onPress={() => setRetiring('remove')}>
        {evidence('history-remove')}
      </Button>
      <Button className="button" onPress={chooseNone}>
        {evidence('history-choose-none')}
      </Button>
      {canCompare(chosen) && one ? null : (
        <span id="compare-why" className="why">
          {[canCompare(chosen) ? '' : evidence('history-compare-why'), one ? '' : evidence('history-export-why')].join(
            ' ',
          )}
        </span>
      )}
      {retiring === null ? null : <RetireDialog how={retiring} runs={chosen} onClose={() => setRetiring(null)} />}
    </div>
  );
}
