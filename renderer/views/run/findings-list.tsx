import { ChevronDown, ChevronRight } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Judgement } from '../../../shared/contract/events.ts';
import { lastAttempt, type TargetState } from '../../../shared/run/state.ts';
import { StateWord } from '../../components/glyph.tsx';
import { dialogIsOpen } from '../../components/use-primary.ts';
import { useText } from '../../components/use-text.ts';
import { findingsOf, type JudgedFinding, nextFinding } from '../../model/findings.ts';
import type { Standing } from '../../model/status.ts';
import { dateAndTime } from '../../model/time.ts';
import { useActions } from '../../store/use-app.ts';

interface Props {
  readonly target: TargetState;
  /** Asks for a judgement of the finding; null where nothing can be judged now. */
  readonly onJudge: ((finding: string, judgement: Judgement | null) => void) | null;
}

/**
 * What a person must judge one by one, open ones first. The next open one is unfolded and has the focus after each
 * judgement, so that Enter goes on with it.
 */
export function FindingsList({ target, onJudge }: Props) {
  const { t } = useText();
  const all = findingsOf(target);
  const next = nextFinding(target);
  const linesAround = useLinesAround(target);
  const [unfolded, setUnfolded] = useState<ReadonlyMap<string, boolean>>(new Map());
  const list = useFocusOnNext(next);
  if (all.length === 0) return null;
  const open = all.filter(({ judgement }) => judgement === null).length;
  return (
    <section className="findings" aria-labelledby="findings-title">
      <h3 id="findings-title">
        {t('judge-findings')}{' '}
        <span className="quiet number">{open === 0 ? t('judge-none-open') : t('judge-open', { count: open })}</span>
      </h3>
      <ul ref={list} className="finding-list">
        {all.map((judged) => {
          const { id } = judged.finding;
          const shown = unfolded.get(id) ?? id === next;
          return (
            <FindingRow
              key={id}
              judged={judged}
              next={id === next}
              unfolded={shown}
              onFold={() => setUnfolded(new Map(unfolded).set(id, !shown))}
              onLines={linesAround(id)}
              onJudge={onJudge === null ? null : () => onJudge(id, judged.judgement?.judgement ?? null)}
            />
          );
        })}
      </ul>
    </section>
  );
}

/** Where each finding of a log watch stands in its recording. */
function useLinesAround(target: TargetState): (finding: string) => (() => void) | null {
  const { showDialog } = useActions();
  const attempt = lastAttempt(target);
  const groups = attempt?.result?.kind === 'log' ? attempt.result.groups : [];
  return (finding) => {
    const group = groups.find(({ fingerprint }) => fingerprint === finding);
    if (attempt === null || group === undefined) return null;
    return () => showDialog('recording', attempt.attempt, group.first.from);
  };
}

/** Once a finding was judged, the keyboard goes to the next one: after the dialog has given the focus back. */
function useFocusOnNext(next: string | null) {
  const list = useRef<HTMLUListElement>(null);
  const before = useRef(next);
  useEffect(() => {
    if (before.current === next) return;
    before.current = next;
    if (next === null) return;
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        if (!dialogIsOpen()) list.current?.querySelector<HTMLElement>('[data-next]')?.focus();
      });
    });
    return () => cancelAnimationFrame(frame);
  }, [next]);
  return list;
}

const standings: Readonly<Record<Judgement, Standing>> = { known: 'passed', harmless: 'passed', stop: 'failed' };

interface RowProps {
  readonly judged: JudgedFinding;
  readonly next: boolean;
  readonly unfolded: boolean;
  readonly onFold: () => void;
  /** Shows the lines around it in the recording; null where it does not stand in one. */
  readonly onLines: (() => void) | null;
  readonly onJudge: (() => void) | null;
}

function FindingRow({ judged: { finding, judgement }, next, unfolded, onFold, onLines, onJudge }: RowProps) {
  const { t } = useText();
  const Chevron = unfolded ? ChevronDown : ChevronRight;
  return (
    <li
      className={judgement === null ? 'finding open' : 'finding'}
      // Not a control, so that Enter on it is the primary action: to judge it.
      tabIndex={-1}
      data-next={next ? '' : undefined}
      aria-current={next ? 'true' : undefined}
      onKeyDown={(event) => {
        if (event.key === 'x' && !event.ctrlKey && !event.metaKey && !event.altKey) onLines?.();
      }}
    >
      <button type="button" className="finding-head" aria-expanded={unfolded} onClick={onFold}>
        <Chevron size={16} aria-hidden="true" />
        <span className="finding-title">{finding.title}</span>
        {judgement === null ? (
          <StateWord standing="inconclusive" word={t('judge-todo')} />
        ) : (
          <StateWord standing={standings[judgement.judgement]} word={t(`judgement-${judgement.judgement}`)} />
        )}
        {finding.count > 1 ? <span className="quiet number">{t('judge-count', { count: finding.count })}</span> : null}
      </button>
      {unfolded ? (
        <div className="finding-body">
          {finding.detail === '' ? null : (
            <Sample label={t('judge-sample')}>
              <pre>{finding.detail}</pre>
            </Sample>
          )}
          {judgement === null ? null : (
            <p className="decision">
              {t('judge-by', { by: judgement.by, at: dateAndTime(new Date(judgement.at)) })}
              <q>{judgement.reason}</q>
            </p>
          )}
          {onLines === null ? null : (
            <Button className="button" onPress={onLines} aria-keyshortcuts="x">
              {t('log-lines-around')} <kbd>x</kbd>
            </Button>
          )}
          {onJudge === null ? null : (
            <Button className="button" onPress={onJudge}>
              {judgement === null ? t('judge-act') : t('judge-anew')}
            </Button>
          )}
        </div>
      ) : null}
    </li>
  );
}

/** A sample that may be longer than its place; scrolled with the keyboard too. */
export function Sample({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long sample is scrolled with the keyboard.
    <section className="sample" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
