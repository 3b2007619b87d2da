import { Import } from 'lucide-react';
import { Button } from 'react-aria-components';
import { MovingNow } from '../../components/moving-now.tsx';
import { useText } from '../../components/use-text.ts';
import { useActions, useAppState } from '../../store/use-app.ts';

/** Takes up a run that somebody exported; what the verifier says of it is told in the history, where the run is. */
export function ImportAct() {
  const { evidence } = useText();
  const { importRun } = useActions();
  const busy = useAppState(({ history, moving }) => moving !== null || history?.busy === true);
  return (
    <div className="import-act">
      <MovingNow />
      <Button className="button" isDisabled={busy} onPress={() => void importRun()}>
        <Import size={16} aria-hidden="true" />
        {evidence('import-run')}
      </Button>
    </div>
  );
}
