import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { RunState } from '../../../shared/run/state.ts';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { Notice } from '../../components/notice.tsx';
import { useLong } from '../../components/sending.tsx';
import { useText } from '../../components/use-text.ts';
import type { OpenRun } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';
import { PenNotice } from '../checker/pen-notice.tsx';
import { HeldNotice } from '../people/held-notice.tsx';
import type { Acts } from './use-acts.tsx';

/** True when a command whose end nobody saw was begun before this session; later ones speak for themselves. */
function wasInterrupted({ steps, current, sessions }: RunState): boolean {
  const opened = sessions.at(-1)?.openedAt ?? '';
  return (steps[current]?.targets ?? []).some(
    ({ status, attempts }) =>
      status === 'unknown' && attempts.some(({ purpose, startedAt }) => purpose === 'step' && startedAt < opened),
  );
}

/** What lies across the screen: a disk that refuses, a run taken up again, a hold, a refused act. */
export function Banners({ run, acts = null }: { readonly run: OpenRun; readonly acts?: Acts | null }) {
  const { t, refusal } = useText();
  const { dismissRefusal, showDialog } = useActions();
  const [read, setRead] = useState(false);
  const { state, journal } = run;
  const interrupted = wasInterrupted(state);
  const unanswered = useLong(run.pending);
  // The run keeps to what it froze, so what changed on disk can wait for the end of a block.
  const redlines = run.live && state.block !== null ? 0 : Object.keys(state.redlines).length;
  return (
    <div className="banners">
      <PenNotice run={run} />
      {journal.failure === null ? null : (
        <FailureNotice
          failure={journal.failure}
          alert
          title={journal.writable ? t('request-failed') : t('journal-unwritable-title')}
        />
      )}
      {run.refusal === null ? null : (
        <Notice tone="caution" alert onDismiss={dismissRefusal}>
          <p>{refusal(run.refusal)}</p>
        </Notice>
      )}
      {unanswered ? (
        <Notice tone="calm">
          <p>{t('unanswered')}</p>
        </Notice>
      ) : null}
      {run.live ? null : (
        <Notice tone="calm">
          <p>{t('only-looking')}</p>
        </Notice>
      )}
      {run.resumed && run.live && !read ? (
        <Notice tone={interrupted ? 'caution' : 'calm'} onDismiss={() => setRead(true)}>
          <p className="notice-title">{t('resumed-title')}</p>
          <p>{interrupted ? t('resumed-unknown') : t('resumed-text')}</p>
          {state.repairs > 0 ? <p>{t('resumed-repaired')}</p> : null}
        </Notice>
      ) : null}
      {redlines === 0 ? null : (
        <Notice tone="caution">
          <p className="notice-title">{t('redlines-title', { count: redlines })}</p>
          <p>{t('redlines-text')}</p>
          <Button className="link-button" onPress={() => showDialog('redlines')}>
            {t('redlines-show')}
          </Button>
        </Notice>
      )}
      <HeldNotice run={run} acts={acts} />
    </div>
  );
}
