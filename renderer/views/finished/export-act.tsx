import { Package } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { ExportRemarks } from '../../components/export-remarks.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { MovingNow } from '../../components/moving-now.tsx';
import { useText } from '../../components/use-text.ts';
import type { Exported } from '../../store/app-state.ts';
import { useApp, useAppState } from '../../store/use-app.ts';

type Standing =
  | { readonly type: 'idle' | 'writing' | 'stopped' }
  | { readonly type: 'done'; readonly exported: Exported }
  | { readonly type: 'failed'; readonly failure: Failure };

/** The whole run as one file for an auditor, with its verifier in it. */
export function ExportAct({ runId }: { readonly runId: string }) {
  const { evidence } = useText();
  const { api } = useApp();
  const moving = useAppState((state) => state.moving !== null);
  const [standing, setStanding] = useState<Standing>({ type: 'idle' });
  const write = async (): Promise<void> => {
    setStanding({ type: 'writing' });
    try {
      const answer = await api.request('run:export', { runId });
      if (answer === null) setStanding({ type: 'idle' });
      else if (answer === 'stopped') setStanding({ type: 'stopped' });
      else if (answer.ok) setStanding({ type: 'done', exported: answer.value });
      else setStanding({ type: 'failed', failure: answer.failure });
    } catch (error) {
      setStanding({ type: 'failed', failure: failure('local-error', {}, error) });
    }
  };
  return (
    <div className="export-act">
      <div className="report-acts">
        <Button className="button" isDisabled={moving || standing.type === 'writing'} onPress={() => void write()}>
          <Package size={16} aria-hidden="true" />
          {evidence('export-run')}
        </Button>
        <MovingNow />
        <span className="quiet" role="status">
          {standing.type === 'done' ? evidence('exported', { path: standing.exported.path }) : null}
          {standing.type === 'stopped' ? evidence('moving-stopped') : null}
        </span>
      </div>
      {standing.type === 'done' ? <ExportRemarks exported={standing.exported} /> : null}
      {standing.type === 'failed' ? (
        <FailureNotice failure={standing.failure} title={evidence('export-failed')} alert />
      ) : null}
    </div>
  );
}
