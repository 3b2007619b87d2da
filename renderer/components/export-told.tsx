import { Button } from 'react-aria-components';
import { useActions, useAppState } from '../store/use-app.ts';
import { ExportedNotice } from './exported-notice.tsx';
import { FailureNotice } from './failure-notice.tsx';
import { Notice } from './notice.tsx';
import { useText } from './use-text.ts';

/** What became of the export of a run whose screen was left meanwhile, until that was read. */
export function ExportTold() {
  const { t, evidence } = useText();
  const { forgetExport } = useActions();
  const exporting = useAppState((state) => state.exporting);
  if (exporting === null || exporting.told) return null;
  const { standing } = exporting;
  if (standing.type === 'writing') return null;
  if (standing.type === 'done') return <ExportedNotice exported={standing.exported} onDismiss={forgetExport} />;
  if (standing.type === 'failed')
    return (
      <FailureNotice failure={standing.failure} title={evidence('export-failed')} alert>
        <Button className="button" onPress={forgetExport}>
          {t('dismiss')}
        </Button>
      </FailureNotice>
    );
  return (
    <Notice tone="calm" onDismiss={forgetExport}>
      <p>{evidence('moving-stopped')}</p>
    </Notice>
  );
}
