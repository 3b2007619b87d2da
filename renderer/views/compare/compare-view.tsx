import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { ComparedRun, ComparedTarget, CompareView as View } from '../../../shared/contract/ipc/compare.ts';
import { EnvironmentTag } from '../../components/badges.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { Notice } from '../../components/notice.tsx';
import { useText } from '../../components/use-text.ts';
import { useVerdicts } from '../../components/use-verdicts.ts';
import { VerdictBadge } from '../../components/verdict-badge.tsx';
import { differenceWords } from '../../model/compare.ts';
import { dateAndTime } from '../../model/time.ts';
import type { CompareState } from '../../store/replay-state.ts';
import { useActions, useAppState } from '../../store/use-app.ts';
import { CompareOutputs } from './compare-outputs.tsx';
import { CompareTable } from './compare-table.tsx';

/** Two runs of the past side by side: what each step did on each target, and where they differ. */
export function CompareView() {
  const compare = useAppState((state) => state.compare);
  const { evidence } = useText();
  const { closeCompare } = useActions();
  if (compare === null) return null;
  return (
    <div className="screen">
      <header className="top-bar">
        <Button className="icon-button" aria-label={evidence('compare-leave')} onPress={closeCompare}>
          <ArrowLeft size={18} aria-hidden="true" />
        </Button>
        <h1 className="top-title">{evidence('compare-title')}</h1>
      </header>
      <main className="compare">
        <Content compare={compare} />
      </main>
    </div>
  );
}

function Content({ compare }: { readonly compare: CompareState }) {
  const { evidence } = useText();
  if (compare.failure !== null)
    return <FailureNotice failure={compare.failure} title={evidence('compare-failed')} alert />;
  if (compare.view === null)
    return (
      <p className="quiet" role="status">
        {evidence('compare-reading')}
      </p>
    );
  return <Compared view={compare.view} />;
}

/** True where something is not the same, a step that only one of them has included. */
export function isDifferent({ left, right, differs }: ComparedTarget): boolean {
  return left === null || right === null || differs.length > 0;
}

function Compared({ view }: { readonly view: View }) {
  const { evidence } = useText();
  const [only, setOnly] = useState(true);
  const [opened, setOpened] = useState<ComparedTarget | null>(null);
  const { left, right, targets } = view;
  const different = targets.filter(isDifferent);
  return (
    <>
      <Heads left={left} right={right} />
      {view.sameContent ? null : (
        <Notice tone="caution">
          <p>{evidence(view.sameChecklist ? 'compare-other-content' : 'compare-other-checklist')}</p>
        </Notice>
      )}
      <div className="compare-tools">
        <label className="replay-shorten">
          <input type="checkbox" checked={only} onChange={(event) => setOnly(event.target.checked)} />
          {evidence('compare-only')}
        </label>
        <span className="quiet" role="status">
          {evidence('compare-count', { count: different.length, total: targets.length })}
        </span>
        {view.sameContent ? <span className="quiet">{evidence('compare-same-content')}</span> : null}
      </div>
      {targets.length === 0 ? (
        <p className="empty">{evidence('compare-empty')}</p>
      ) : only && different.length === 0 ? (
        <p className="empty">{evidence('compare-none')}</p>
      ) : (
        <CompareTable targets={only ? different : targets} onOpen={setOpened} />
      )}
      {opened === null ? null : (
        <CompareOutputs target={opened} left={left.runId} right={right.runId} onClose={() => setOpened(null)} />
      )}
    </>
  );
}

/** Which two, and how long each took as a whole. */
function Heads({ left, right }: { readonly left: ComparedRun; readonly right: ComparedRun }) {
  const text = useText();
  useVerdicts([left.runId, right.runId], null);
  const { evidence } = text;
  return (
    <div className="compare-heads">
      <Head run={left} side={evidence('compare-left')} />
      <Head run={right} side={evidence('compare-right')} />
      <p className="compare-whole">
        <span className="quiet">{evidence('compare-difference')}</span>{' '}
        <strong className="number">{differenceWords(left.durationMs, right.durationMs, text.span)}</strong>
      </p>
    </div>
  );
}

function Head({ run, side }: { readonly run: ComparedRun; readonly side: string }) {
  const { t, span } = useText();
  const standing = useAppState((state) => state.verdicts[run.runId]);
  return (
    <section className="compare-head" aria-label={side}>
      <p>
        <strong className="compare-side">{side}</strong>{' '}
        <EnvironmentTag name={run.environment} production={run.production} />
      </p>
      <h2>{run.title}</h2>
      <p className="number">
        {dateAndTime(new Date(run.startedAt))} · {run.durationMs === null ? '–' : span(run.durationMs)}
      </p>
      <p className="compare-ending">
        {run.result === null ? '–' : t(`result-${run.result}`)} <VerdictBadge standing={standing ?? 'unknown'} />
      </p>
      <p className="mono quiet">{run.runId}</p>
    </section>
  );
}
