import { useVirtualizer } from '@tanstack/react-virtual';
import { type FormEvent, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import type { PlanStep } from '../../../shared/checklist/plan.ts';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { OutputMatches } from '../../../shared/contract/ipc/output.ts';
import type { AttemptState, RunState } from '../../../shared/run/state.ts';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { stepTitle } from '../../components/step-title.ts';
import { targetName } from '../../components/target-name.ts';
import { useText } from '../../components/use-text.ts';
import { type LogMark, logMarks, markAt, nextNew } from '../../model/log-marks.ts';
import { nextMatch, placeOf, rowsIn, SEGMENT_LINES } from '../../model/segments.ts';
import { useApp } from '../../store/use-app.ts';
import { RecordingLines } from '../../terminal/recording-lines.ts';

const ROW_PIXELS = 20;

interface Props {
  readonly state: RunState;
  readonly attempt: string;
  /** Where it is opened, counted from 0; null: at its beginning. */
  readonly line: number | null;
  readonly onClose: () => void;
}

interface Found {
  readonly step: PlanStep | undefined;
  readonly target: string;
  readonly attempt: AttemptState;
}

function findAttempt({ plan, steps }: RunState, id: string): Found | null {
  for (const [index, step] of steps.entries()) {
    for (const { target, attempts } of step.targets) {
      const attempt = attempts.find((one) => one.attempt === id);
      if (attempt !== undefined) return { step: plan.steps[index], target, attempt };
    }
  }
  return null;
}

/** The whole recording of an attempt: every line can be reached and searched, only those in sight are fetched. */
export function RecordingDialog({ state, attempt, line: openedAt, onClose }: Props) {
  const text = useText();
  const { t } = text;
  const { api } = useApp();
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const lines = useMemo(() => new RecordingLines(api, attempt, redraw), [api, attempt]);
  const [segment, setSegment] = useState(0);
  const [marked, setMarked] = useState<number | null>(null);
  const [unsearched, setUnsearched] = useState<Failure | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => void lines.load(0), [lines]);
  const total = lines.total ?? 0;
  const trouble = lines.trouble ?? unsearched;
  const rows = useVirtualizer({
    count: rowsIn(segment, total),
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    overscan: 30,
  });
  const goTo = (line: number): void => {
    const place = placeOf(line);
    setSegment(place.segment);
    setMarked(line);
    // The part has its rows only after it was drawn.
    requestAnimationFrame(() => rows.scrollToIndex(place.row, { align: 'center' }));
  };
  // Only once: afterwards the person scrolls.
  const opening = useRef(openedAt);
  useEffect(() => {
    const line = opening.current;
    if (line === null || total <= line) return;
    opening.current = null;
    goTo(line);
  });
  const found = findAttempt(state, attempt);
  const marks = useMemo(() => logMarks(found?.attempt.result), [found?.attempt.result]);
  const seal = found?.attempt.recording ?? null;
  const title =
    found?.step === undefined
      ? t('whole-recording')
      : t('recording-of', { step: stepTitle(text, found.step), target: targetName(text, found.target) });
  const parts = Math.ceil(total / SEGMENT_LINES);
  const again = (): void => {
    setUnsearched(null);
    lines.again();
  };
  return (
    <DialogFrame title={title} onClose={onClose} size="full">
      <div className="recording-tools">
        <RecordingSearch attempt={attempt} from={marked} onFound={goTo} onTrouble={setUnsearched} />
        <NextNew marks={marks} after={marked} onFound={goTo} />
        <span className="spring" />
        {parts > 1 ? <Parts segment={segment} parts={parts} onChoose={setSegment} /> : null}
        <Button className="button" onPress={() => goTo(Math.max(0, total - 1))}>
          {t('jump-to-end')}
        </Button>
        <Button className="button" onPress={onClose}>
          {t('close')}
        </Button>
      </div>
      {trouble === null ? null : (
        <FailureNotice failure={trouble} alert>
          <Button className="button" onPress={again}>
            {t('try-again')}
          </Button>
        </FailureNotice>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard. */}
      <section className="recording" ref={scroller} tabIndex={0} aria-label={t('whole-recording')}>
        {lines.total === null && trouble === null ? <p className="empty">{t('loading')}</p> : null}
        {lines.total === 0 ? <p className="empty">{t('recording-empty')}</p> : null}
        <div className="recording-rows" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const number = segment * SEGMENT_LINES + index;
            const line = lines.line(number);
            const mark = markAt(marks, number);
            return (
              <div
                key={number}
                className={rowClass(number === marked, mark)}
                title={
                  mark === null ? undefined : t(mark.isNew ? 'log-mark-new' : 'log-mark-known', { name: mark.name })
                }
                style={{ transform: `translateY(${start}px)` }}
              >
                <span className="recording-number">{number + 1}</span>
                <span className="recording-line">{line ?? '…'}</span>
              </div>
            );
          })}
        </div>
      </section>
      <p className="recording-foot">
        {lines.total === null ? null : <span>{t('n-lines', { count: lines.total })}</span>}
        {seal === null ? <span>{t('recording-open')}</span> : <span className="mono">{`SHA-256 ${seal.sha256}`}</span>}
        {seal !== null && seal.undecodable > 0 ? (
          <span>{t('recording-undecodable', { count: seal.undecodable })}</span>
        ) : null}
      </p>
    </DialogFrame>
  );
}

function rowClass(marked: boolean, mark: LogMark | null): string {
  const exception = mark === null ? '' : mark.isNew ? ' is-new-exception' : ' is-known-exception';
  return `recording-row${marked ? ' marked' : ''}${exception}`;
}

interface NextNewProps {
  readonly marks: readonly LogMark[];
  readonly after: number | null;
  readonly onFound: (line: number) => void;
}

/** From one new exception to the next. */
function NextNew({ marks, after, onFound }: NextNewProps) {
  const { t } = useText();
  const next = nextNew(marks, after);
  if (next === null) return null;
  return (
    <Button className="button" onPress={() => onFound(next.from)}>
      {t('log-next-new')}
    </Button>
  );
}

function Parts({
  segment,
  parts,
  onChoose,
}: {
  readonly segment: number;
  readonly parts: number;
  readonly onChoose: (segment: number) => void;
}) {
  const { t } = useText();
  return (
    <span className="parts">
      <Button className="button" isDisabled={segment === 0} onPress={() => onChoose(segment - 1)}>
        {t('part-earlier')}
      </Button>
      <span className="number">{t('part-n-of-m', { n: segment + 1, m: parts })}</span>
      <Button className="button" isDisabled={segment === parts - 1} onPress={() => onChoose(segment + 1)}>
        {t('part-later')}
      </Button>
    </span>
  );
}

interface SearchProps {
  readonly attempt: string;
  readonly from: number | null;
  readonly onFound: (line: number) => void;
  readonly onTrouble: (trouble: Failure | null) => void;
}

function RecordingSearch({ attempt, from, onFound, onTrouble }: SearchProps) {
  const { t } = useText();
  const { api } = useApp();
  const [sought, setSought] = useState('');
  const [result, setResult] = useState<{ readonly text: string; readonly found: OutputMatches } | null>(null);
  const [busy, setBusy] = useState(false);
  const go = async (backwards: boolean): Promise<void> => {
    if (sought === '' || busy) return;
    let known = result?.text === sought ? result.found : null;
    if (known === null) {
      setBusy(true);
      try {
        const answer = await api.request('output:search', { attempt, text: sought });
        onTrouble(answer.ok ? null : answer.failure);
        if (!answer.ok) return;
        known = answer.value;
      } catch (error) {
        return onTrouble(failure('local-error', {}, error));
      } finally {
        setBusy(false);
      }
      setResult({ text: sought, found: known });
    }
    const line = nextMatch(known.matches, from, backwards);
    if (line !== null) onFound(line);
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void go(false);
  };
  const count = result?.text === sought ? result.found : null;
  return (
    <form className="recording-search" onSubmit={onSubmit}>
      <TextField value={sought} onChange={setSought} aria-label={t('search-recording')} autoFocus>
        <Label className="visually-hidden">{t('search-recording')}</Label>
        <Input placeholder={t('search-recording')} maxLength={500} />
      </TextField>
      <Button className="button" type="submit" isDisabled={sought === ''}>
        {t('find-next')}
      </Button>
      <Button className="button" isDisabled={sought === ''} onPress={() => void go(true)}>
        {t('find-previous')}
      </Button>
      <span className="quiet" role="status">
        {busy
          ? t('searching')
          : count === null
            ? ''
            : t(count.truncated ? 'matches-truncated' : 'matches', { count: count.matches.length })}
      </span>
    </form>
  );
}
