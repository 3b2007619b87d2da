import { ArrowLeft, History } from 'lucide-react';
import { Button } from 'react-aria-components';
import type { RunState } from '../../../shared/run/state.ts';
import { EnvironmentTag } from '../../components/badges.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { Glyph } from '../../components/glyph.tsx';
import { targetName } from '../../components/target-name.ts';
import { type Text, useText } from '../../components/use-text.ts';
import { exceptionsOf, type PlanException } from '../../model/exceptions.ts';
import { dateAndTime } from '../../model/time.ts';
import type { OpenRun } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';
import { PeopleRecord } from '../people/people-record.tsx';
import { RecordingDialog } from '../run/recording-dialog.tsx';
import { Analysis } from './analysis.tsx';
import { KnownExceptions } from './known-exceptions.tsx';
import { Notes } from './notes.tsx';
import { Reports } from './reports.tsx';
import { StepsTable } from './steps-table.tsx';
import { useClosed } from './use-closed.ts';

/** A finished run: how it ended in one sentence, what did not go by the plan, then everything else. */
export function FinishedView({ run }: { readonly run: OpenRun }) {
  const text = useText();
  const { t } = text;
  const actions = useActions();
  const { state } = run;
  const closed = useClosed(state.runId);
  const leave = async (): Promise<void> => {
    if (await actions.leaveRun()) await actions.goHome();
  };
  return (
    <div className={state.plan.production ? 'screen production-frame' : 'screen'}>
      <header className="top-bar">
        <Button className="icon-button" aria-label={t('back-home')} onPress={() => void leave()}>
          <ArrowLeft size={18} aria-hidden="true" />
        </Button>
        <EnvironmentTag name={state.plan.environment} production={state.plan.production} />
        <h1 className="top-title">{state.plan.title}</h1>
        <span className="spring" />
        <Button className="button" onPress={() => void actions.openReplay(state.runId)}>
          <History size={16} aria-hidden="true" />
          {text.evidence('replay-open')}
        </Button>
        <span className="quiet number">{dateAndTime(new Date(state.startedAt ?? state.createdAt))}</span>
      </header>
      <main className="finished">
        {run.unread === null ? null : (
          <FailureNotice failure={run.unread} title={text.evidence('added-unread')} alert />
        )}
        <section className={`result is-${state.result ?? 'abandoned'}`}>
          <Glyph standing={resultStanding(state)} />
          <div>
            <h2>{resultSentence(state, text)}</h2>
            {state.endReason === null ? null : <p className="decision">{state.endReason}</p>}
          </div>
        </section>
        <Analysis state={state} closed={closed} />
        <Exceptions state={state} />
        <KnownExceptions state={state} />
        <Reports state={state} />
        <section aria-labelledby="steps">
          <h2 id="steps">{t('steps')}</h2>
          <StepsTable state={state} onRecording={(attempt) => actions.showDialog('recording', attempt)} />
        </section>
        <Notes state={state} closed={closed} />
        <PeopleRecord state={state} />
        <Identity state={state} />
      </main>
      {run.dialog === 'recording' && run.recording !== null ? (
        <RecordingDialog
          state={state}
          attempt={run.recording}
          line={run.recordingLine}
          onClose={() => actions.showDialog(null)}
        />
      ) : null}
    </div>
  );
}

function resultStanding(state: RunState): 'passed' | 'overridden' | 'failed' {
  if (state.result === 'completed') return 'passed';
  return state.result === 'completed-except' ? 'overridden' : 'failed';
}

function resultSentence(state: RunState, { t, span: words }: Text): string {
  const started = Date.parse(state.startedAt ?? state.createdAt);
  const span = words(Date.parse(state.endedAt ?? state.at) - started);
  const step = state.plan.steps[state.current];
  const params = {
    environment: state.plan.environment,
    n: state.current,
    m: state.steps.length,
    span,
    step: step === undefined ? '' : `${step.code} ${step.title}`,
  };
  if (state.result === null || state.result === 'abandoned') {
    return t(step === undefined ? 'sentence-abandoned-at-end' : 'sentence-abandoned', params);
  }
  return t(`sentence-${state.result}`, { ...params, count: exceptionsOf(state).length });
}

function Exceptions({ state }: { readonly state: RunState }) {
  const text = useText();
  const found = exceptionsOf(state);
  // After an abandoned run the steps never begun are told as a number; the table below lists them.
  const told = found.filter(({ kind }) => kind !== 'not-done');
  const undone = found.length - told.length;
  return (
    <section aria-labelledby="exceptions">
      <h2 id="exceptions">{text.t('exceptions')}</h2>
      {found.length === 0 ? <p className="empty">{text.t('no-exceptions')}</p> : null}
      <ul className="exceptions">
        {told.map((exception) => (
          <ExceptionRow
            key={`${exception.step.id} ${exception.target} ${exception.kind} ${exception.reason}`}
            exception={exception}
          />
        ))}
        {undone > 0 ? (
          <li>
            <Glyph standing="todo" />
            <span>{text.t('n-not-done', { count: undone })}</span>
          </li>
        ) : null}
      </ul>
    </section>
  );
}

const glyphs = {
  deferred: 'deferred',
  overridden: 'overridden',
  'was-done': 'overridden',
  excluded: 'excluded',
  'declared-failed': 'failed',
  'judged-stop': 'failed',
  waived: 'countersign',
  'not-done': 'todo',
  repeated: 'inconclusive',
  unknown: 'unknown',
  failed: 'failed',
} as const;

function ExceptionRow({ exception }: { readonly exception: PlanException }) {
  const text = useText();
  const { step, target, kind, reason, by, owner, due } = exception;
  return (
    <li>
      <Glyph standing={glyphs[kind]} />
      <div>
        <p>
          <span className="code">{step.code}</span> {step.title}
          {target === null ? '' : ` · ${targetName(text, target)}`} · <strong>{text.t(`exception-${kind}`)}</strong>
        </p>
        {reason === null ? null : (
          <p className="decision">
            <q>{reason}</q>
            {by === null ? null : <span className="quiet">{by}</span>}
            {owner === null ? null : <span>{text.t('decision-owner', { owner })}</span>}
            {due === null ? null : <span>{text.t('decision-due', { due })}</span>}
          </p>
        )}
      </div>
    </li>
  );
}

function Identity({ state }: { readonly state: RunState }) {
  const { t } = useText();
  const people = [...new Set(state.sessions.map(({ person, machine }) => `${person} @ ${machine}`))];
  return (
    <section aria-labelledby="identity">
      <h2 id="identity">{t('identity')}</h2>
      <dl className="identity">
        <dt>{t('identity-run')}</dt>
        <dd className="mono">{state.runId}</dd>
        <dt>{t('identity-who')}</dt>
        <dd>{people.join(t('list-separator'))}</dd>
        <dt>{t('identity-source')}</dt>
        <dd className="path">{state.source}</dd>
        <dt>{t('identity-content')}</dt>
        <dd className="mono">{state.contentHash}</dd>
        <dt>{t('identity-head')}</dt>
        <dd className="mono">{state.head}</dd>
      </dl>
    </section>
  );
}
