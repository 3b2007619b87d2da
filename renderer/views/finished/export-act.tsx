import { Package } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { Answers } from '../../../shared/contract/ipc.ts';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { useText } from '../../components/use-text.ts';
import { useApp } from '../../store/use-app.ts';

type Exported = Extract<Answers['run:export'], { ok: true }>['value'];
type Standing =
  | { readonly type: 'idle' }
  | { readonly type: 'writing'; readonly percent: number | null }
  | { readonly type: 'done'; readonly exported: Exported }
  | { readonly type: 'failed'; readonly failure: Failure };

/** The whole run as one file for an auditor, with its verifier in it. */
export function ExportAct({ runId }: { readonly runId: string }) {
  const { evidence } = useText();
  const { api } = useApp();
  const [standing, setStanding] = useState<Standing>({ type: 'idle' });
  useEffect(
    () =>
      api.subscribe('run:exporting', ({ runId: of, done, of: all }) => {
        if (of !== runId) return;
        const percent = all === 0 ? null : Math.floor((100 * done) / all);
        // The last word is the answer's.
        setStanding((before) => (before.type === 'writing' ? { type: 'writing', percent } : before));
      }),
    [api, runId],
  );
  const write = async (): Promise<void> => {
    setStanding({ type: 'writing', percent: null });
    try {
      const answer = await api.request('run:export', { runId });
      if (answer === null) setStanding({ type: 'idle' });
      else if (answer.ok) setStanding({ type: 'done', exported: answer.value });
      else setStanding({ type: 'failed', failure: answer.failure });
    } catch (error) {
      setStanding({ type: 'failed', failure: failure('local-error', {}, error) });
    }
  };
  const writing = standing.type === 'writing';
  return (
    <div className="export-act">
      <div className="report-acts">
        <Button className="button" isDisabled={writing} onPress={() => void write()}>
          <Package size={16} aria-hidden="true" />
          {evidence('export')}
        </Button>
        {writing && standing.percent !== null ? (
          <progress max={100} value={standing.percent} aria-label={evidence('exporting')} />
        ) : null}
        <span className="quiet" role="status">
          {writing ? evidence('exporting') : null}
          {standing.type === 'done' ? evidence('exported', { path: standing.exported.path }) : null}
        </span>
      </div>
      {standing.type === 'done' ? <Remarks exported={standing.exported} /> : null}
      {standing.type === 'failed' ? <FailureNotice failure={standing.failure} alert /> : null}
    </div>
  );
}

/** What whoever hands the file on has to know of it. */
function Remarks({ exported: { complete, leftOut } }: { readonly exported: Exported }) {
  const { evidence } = useText();
  return (
    <>
      {complete ? null : <p>{evidence('export-not-over')}</p>}
      {leftOut.length === 0 ? null : <p>{evidence('export-left-out', { paths: leftOut.join(', ') })}</p>}
    </>
  );
}
