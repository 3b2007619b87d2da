import { Package } from 'lucide-react';
import { useEffect } from 'react';
import { Button } from 'react-aria-components';
import { ExportRemarks } from '../../components/export-remarks.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { MovingNow } from '../../components/moving-now.tsx';
import { useText } from '../../components/use-text.ts';
import { useActions, useAppState } from '../../store/use-app.ts';

/** The whole run as one file for an auditor, with its verifier in it. */
export function ExportAct({ runId }: { readonly runId: string }) {
  const { evidence } = useText();
  const { exportFinished, readExport } = useActions();
  const busy = useAppState(({ moving, exporting }) => moving !== null || exporting?.standing.type === 'writing');
  const standing = useAppState(({ exporting }) => (exporting?.runId === runId ? exporting.standing : null));
  useEffect(() => {
    if (standing !== null && standing.type !== 'writing') readExport();
  }, [standing, readExport]);
  return (
    <div className="export-act">
      <div className="report-acts">
        <Button className="button" isDisabled={busy} onPress={() => void exportFinished(runId)}>
          <Package size={16} aria-hidden="true" />
          {evidence('export-run')}
        </Button>
        <MovingNow />
        <span className="quiet" role="status">
          {standing?.type === 'done' ? evidence('exported', { path: standing.exported.path }) : null}
          {standing?.type === 'stopped' ? evidence('moving-stopped') : null}
        </span>
      </div>
      {standing?.type === 'done' ? <ExportRemarks exported={standing.exported} /> : null}
      {standing?.type === 'failed' ? (
        <FailureNotice failure={standing.failure} title={evidence('export-failed')} alert />
      ) : null}
    </div>
  );
}
