import { Button } from 'react-aria-components';
import { linePatternWords } from '../../shared/logs/pattern-words.ts';
import { readWatchProgress } from '../../shared/logs/watch-progress.ts';
import type { ActionOf } from '../../shared/steps/actions.ts';
import { CommandBlock } from '../components/command-block.tsx';
import { StateWord } from '../components/glyph.tsx';
import { useHostAccount } from '../components/use-host-account.ts';
import { useText } from '../components/use-text.ts';
import type { AttemptProgress } from '../store/app-state.ts';
import { useActions } from '../store/use-app.ts';
import type { ResultProps, RoomProps, StepRoom } from './room.ts';

type Watch = NonNullable<ActionOf<'log'>['watch']>;

function LogAct({ action, target }: RoomProps<'log'>) {
  const { t } = useText();
  const account = useHostAccount(target.target);
  const last = target.attempts.findLast((attempt) => attempt.purpose === 'step');
  const { watch, files, sudo } = action;
  return (
    <>
      <p className="lead">{t(watch === null ? 'log-mark-lead' : 'log-lead')}</p>
      <CommandBlock command={files.join('\n')} host={target.target} account={account} sudo={sudo} />
      {watch === null || (last !== undefined && last.checks.length > 0) ? null : target.status === 'running' ? (
        // How far it is matters more now, and must be in sight.
        <details className="cause">
          <summary>{t('counts-as-done')}</summary>
          <Wanted watch={watch} />
        </details>
      ) : (
        <section className="facts">
          <h3>{t('counts-as-done')}</h3>
          <Wanted watch={watch} />
        </section>
      )}
    </>
  );
}

/** What the watch looks for, before it has begun. */
function Wanted({ watch }: { readonly watch: Watch }) {
  const { t, step, span } = useText();
  const { from, baseline, expect, forbid, silenceMs, forMs, restart } = watch;
  return (
    <ul>
      <li>{t('log-for', { span: span(forMs) })}</li>
      <li>{step(`log-from-${from.type}`, { step: from.type === 'step' ? from.step : '' })}</li>
      <li>{baseline === null ? step('log-no-baseline') : step('log-baseline', { file: baseline.path })}</li>
      {expect.map((one) => (
        <li key={linePatternWords(one)}>{step('log-expect', { line: linePatternWords(one) })}</li>
      ))}
      {forbid.map((one) => (
        <li key={linePatternWords(one)}>{step('log-forbid', { line: linePatternWords(one) })}</li>
      ))}
      <li>{step('log-silence', { time: span(silenceMs ?? forMs) })}</li>
      {restart === null ? null : <li>{step('log-restart')}</li>}
    </ul>
  );
}

/** Time left, and what there is so far. */
function LogProgress({ progress }: { readonly progress: AttemptProgress }) {
  const { t, ticking } = useText();
  const seen = readWatchProgress(progress.label);
  if (seen === null) return null;
  const whole = progress.of ?? 0;
  const left = Math.max(0, whole - progress.done);
  const trouble = seen.state === 'away' ? t('log-away') : seen.state === 'reading' ? t('log-reading') : null;
  return (
    <div className="log-progress">
      {whole === 0 ? null : (
        <div className="countdown" role="timer">
          <span className="countdown-figure">{ticking(left + 999)}</span>
          <span>{t('time-left')}</span>
          <progress max={whole} value={Math.min(whole, progress.done)} aria-label={t('time-left')} />
        </div>
      )}
      {trouble === null ? null : <StateWord standing="inconclusive" word={trouble} />}
      {seen.absent === 0 ? null : <StateWord standing="inconclusive" word={t('log-absent', { count: seen.absent })} />}
      <dl className="variables">
        <div>
          <dt>{t('log-lines')}</dt>
          <dd className="number">{t('log-lines-rate', { count: seen.lines, rate: seen.rate })}</dd>
        </div>
        <div>
          <dt>{t('log-kinds')}</dt>
          <dd className="number">{t('log-kinds-so-far', { fresh: seen.fresh, known: seen.known })}</dd>
        </div>
        {seen.restarts === 0 ? null : (
          <div>
            <dt>{t('log-restarts')}</dt>
            <dd className="number">{seen.restarts}</dd>
          </div>
        )}
      </dl>
    </div>
  );
}

/** Groups that are drawn; all that were kept are in the journal. */
const shown = 100;

function LogResult({ attempt, action, result }: ResultProps<'log'>) {
  const { t, span } = useText();
  const { showDialog } = useActions();
  if (action.watch === null) return null;
  const { groups, lines, events, knownEvents, watchedMs, beyond } = result;
  return (
    <>
      <p className="lead">{t('log-seen', { span: span(watchedMs), lines, events, known: knownEvents })}</p>
      {beyond === 0 ? null : <p className="lead">{t('log-beyond', { count: beyond })}</p>}
      {groups.length === 0 ? null : (
        <table className="table checks">
          <caption>{t('log-exceptions')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('check-result')}</th>
              <th scope="col">{t('log-exception')}</th>
              <th scope="col">{t('log-count')}</th>
              <th scope="col">{t('log-lines')}</th>
            </tr>
          </thead>
          <tbody>
            {groups.slice(0, shown).map((group) => (
              <tr key={group.fingerprint}>
                <td>
                  {group.known === null ? (
                    <StateWord standing="inconclusive" word={t('log-new')} />
                  ) : (
                    <StateWord standing="passed" word={t('log-known')} />
                  )}
                </td>
                <td className="mono">{group.known ?? group.name}</td>
                <td className="number">{group.count}</td>
                <td>
                  <Button
                    className="button"
                    aria-label={t('log-show-lines-of', { name: group.known ?? group.name })}
                    onPress={() => showDialog('recording', attempt.attempt, group.first.from)}
                  >
                    {t('log-line-n', { number: group.first.from + 1 })}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {groups.length <= shown ? null : <p className="quiet">{t('snapshot-more', { shown, count: groups.length })}</p>}
    </>
  );
}

/** Log files followed for a time. */
export const logRoom: StepRoom<'log'> = {
  Act: LogAct,
  Result: LogResult,
  Progress: LogProgress,
  words: () => ({ first: 'log-on', again: 'log-again-on', busy: 'log-busy' }),
  exact: ({ files }) => files.join('\n'),
  answeredByPerson: false,
};
