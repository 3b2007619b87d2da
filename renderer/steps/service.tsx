import { DESK } from '../../shared/checklist/plan-lookup.ts';
import type { ProcessRef } from '../../shared/steps/actions/process.ts';
import type { ActionOf } from '../../shared/steps/actions.ts';
import { describeProof, serviceCommands } from '../../shared/steps/describe-service.ts';
import { CommandBlock } from '../components/command-block.tsx';
import { useHostAccount } from '../components/use-host-account.ts';
import { useText } from '../components/use-text.ts';
import type { AttemptProgress } from '../store/app-state.ts';
import { ProcessList, Proof } from './process.tsx';
import type { ResultProps, RoomProps, StepRoom } from './room.ts';

function ServiceAct({ action, target }: RoomProps<'service'>) {
  const { step } = useText();
  const account = useHostAccount(target.target);
  const last = target.attempts.findLast((attempt) => attempt.purpose === 'step');
  const sent = last?.choice == null || last.choice.startsWith('only-') ? (last?.sent ?? null) : null;
  return (
    <>
      {serviceCommands(action).map((command, index) => (
        <CommandBlock
          key={command.command}
          command={command.command}
          host={target.target === DESK ? null : target.target}
          account={last?.account ?? account}
          sudo={command.sudo}
          sent={index === 0 ? sent : null}
        />
      ))}
      <Proof lines={describeProof(action, step)} />
    </>
  );
}

/** What is waited for, and how long already. */
function ServiceProgress({ progress: { done, of, label } }: { readonly progress: AttemptProgress }) {
  const { t, ticking } = useText();
  return (
    <div className="progress">
      <p className="progress-words">
        <span className="progress-label">{t('service-waits-for', { what: label })}</span>
        <span className="number quiet">
          {of === null
            ? ticking(done * 1_000)
            : t('service-waited', { done: ticking(done * 1_000), of: ticking(of * 1_000) })}
        </span>
      </p>
      <progress max={Math.max(1, of ?? done)} value={Math.min(of ?? done, done)} aria-label={label} />
    </div>
  );
}

function ServiceResult({ result }: ResultProps<'service'>) {
  const { t, span } = useText();
  const times = [
    ...(result.stopMs === null ? [] : [t('service-stopped-after', { span: span(result.stopMs) })]),
    ...(result.startMs === null ? [] : [t('service-ready-after', { span: span(result.startMs) })]),
  ];
  const lists: readonly (readonly [string, readonly ProcessRef[]])[] = [
    // What is still there stands under its own heading.
    [t('service-before'), result.before.filter(({ pid }) => !result.left.some((left) => left.pid === pid))],
    [t('service-left'), result.left],
    [t('service-after'), result.after],
  ];
  return (
    <>
      {times.length === 0 ? null : <p className="lead">{times.join(' · ')}</p>}
      {lists.map(([title, refs]) => (refs.length === 0 ? null : <ProcessList key={title} title={title} refs={refs} />))}
      {result.lines.length === 0 ? null : (
        <details className="cause">
          <summary>{t('service-last-lines', { count: result.lines.length })}</summary>
          <pre>{result.lines.join('\n')}</pre>
        </details>
      )}
    </>
  );
}

/** The shortest name a person knows the service by. */
function thingOf({ identity }: ActionOf<'service'>): string {
  switch (identity.by) {
    case 'pattern':
      return identity.pattern;
    case 'pid-file':
      return identity.pattern ?? identity.path;
    case 'port':
      return `:${identity.port}`;
    case 'systemd':
      return identity.unit;
    case 'supervisor':
      return identity.program;
  }
}

/** A service stopped, started or restarted, proved by its process. */
export const serviceRoom: StepRoom<'service'> = {
  Act: ServiceAct,
  Result: ServiceResult,
  Progress: ServiceProgress,
  words: ({ does }) => ({
    first: `service-${does.type}-on`,
    again: `service-${does.type}-again-on`,
    busy: `service-${does.type}-busy`,
  }),
  exact: (action) =>
    serviceCommands(action)
      .map(({ command }) => command)
      .join('\n'),
  answeredByPerson: false,
  thing: thingOf,
};
