import { ChevronDown, ChevronUp, ScrollText } from 'lucide-react';
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { DESK } from '../../../shared/checklist/plan-lookup.ts';
import type { AttemptState, StepState } from '../../../shared/run/state.ts';
import { Glyph } from '../../components/glyph.tsx';
import { targetName } from '../../components/target-name.ts';
import { type Text, useText } from '../../components/use-text.ts';
import { targetStanding } from '../../model/status.ts';
import { exactWords, stepRooms } from '../../steps/index.tsx';
import type { OpenRun } from '../../store/app-state.ts';
import { useActions } from '../../store/use-app.ts';
import { TerminalView } from '../../terminal/terminal-view.tsx';
import type { OutputTerminal } from '../../terminal/terminals.ts';
import { HostStates } from './host-states.tsx';
import { shownTarget } from './step-panel.tsx';

interface Props {
  readonly run: OpenRun;
  readonly shown: number;
  readonly search: RefObject<HTMLInputElement | null>;
}

/** The hosts' outputs: one tab a host, the live end of each, searchable, with the way to the whole recording. */
export function OutputPanel({ run, shown, search }: Props) {
  const text = useText();
  const { t } = text;
  const { look, showDialog } = useActions();
  const [picked, setPicked] = useState<string | null>(null);
  const [terminal, setTerminal] = useState<OutputTerminal | null>(null);
  const stands = run.state.steps[shown];
  const target = stands?.targets[stands === undefined ? 0 : shownTarget(stands, run.viewTarget)];
  const recorded = target?.attempts.filter(({ recordingPath }) => recordingPath !== null) ?? [];
  const attempt = recorded.find((one) => one.attempt === picked) ?? recorded.at(-1);
  const onShown = useCallback((found: OutputTerminal | null) => setTerminal(found), []);
  return (
    <aside className="outputs" aria-label={t('outputs')}>
      {stands === undefined || stands.targets.every((one) => one.target === DESK) ? null : (
        <HostTabs run={run} stands={stands} shown={shown} selected={target?.target ?? ''} onLook={look} />
      )}
      {attempt === undefined ? (
        <NoOutput run={run} shown={shown} />
      ) : (
        <>
          <div className="output-tools">
            <AttemptChoice attempts={recorded} chosen={attempt} onChoose={setPicked} />
            <SearchField terminal={terminal} search={search} />
            <Button className="button" onPress={() => showDialog('recording', attempt.attempt)}>
              <ScrollText size={16} aria-hidden="true" />
              {t('whole-recording')}
            </Button>
          </div>
          <TerminalView
            key={attempt.attempt}
            attempt={attempt.attempt}
            label={t('output-of', { target: targetName(text, target?.target ?? DESK) })}
            onShown={onShown}
          />
        </>
      )}
    </aside>
  );
}

interface TabsProps {
  readonly run: OpenRun;
  readonly stands: StepState;
  readonly shown: number;
  readonly selected: string;
  readonly onLook: (step: number, target: string) => void;
}

function HostTabs({ run, stands, shown, selected, onLook }: TabsProps) {
  const text = useText();
  const kind = run.state.plan.steps[shown]?.kind ?? 'run';
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = stands.targets.findIndex(({ target }) => target === selected);
    const next = stands.targets[event.key === 'ArrowRight' ? at + 1 : event.key === 'ArrowLeft' ? at - 1 : -1];
    if (next === undefined) return;
    event.preventDefault();
    onLook(shown, next.target);
    document.getElementById(`tab-${next.target}`)?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label={text.t('outputs')} onKeyDown={onKeyDown}>
      {stands.targets.map((one) => (
        <button
          key={one.target}
          id={`tab-${one.target}`}
          type="button"
          role="tab"
          className="tab"
          aria-selected={one.target === selected}
          tabIndex={one.target === selected ? 0 : -1}
          onClick={() => onLook(shown, one.target)}
        >
          <Glyph standing={targetStanding(one, stepRooms[kind].answeredByPerson)} />
          {targetName(text, one.target)}
        </button>
      ))}
    </div>
  );
}

function NoOutput({ run, shown }: { readonly run: OpenRun; readonly shown: number }) {
  const { t } = useText();
  const step = run.state.plan.steps[shown];
  // A step at the desk may still talk to a database or a web address, and then it has output.
  const desk =
    step === undefined || (step.targets.every((target) => target === DESK) && exactWords(step.action) === null);
  return (
    <div className="no-output">
      <p className="quiet">{desk ? t('no-output-desk') : t('no-output-yet')}</p>
      <HostStates state={run.state} />
    </div>
  );
}

interface ChoiceProps {
  readonly attempts: readonly AttemptState[];
  readonly chosen: AttemptState;
  readonly onChoose: (attempt: string) => void;
}

function AttemptChoice({ attempts, chosen, onChoose }: ChoiceProps) {
  const text = useText();
  if (attempts.length < 2) return null;
  return (
    <select
      className="select"
      aria-label={text.t('attempt-choice')}
      value={chosen.attempt}
      onChange={(event) => onChoose(event.target.value)}
    >
      {attempts.map((attempt) => (
        <option key={attempt.attempt} value={attempt.attempt}>
          {attemptName(attempt, attempts, text)}
        </option>
      ))}
    </select>
  );
}

/** Probes are counted by themselves; attempts have the number that the journal and the report give them. */
function attemptName(attempt: AttemptState, all: readonly AttemptState[], { t }: Text): string {
  const { number: n, choice } = attempt;
  if (attempt.purpose === 'step') return choice === null ? t('attempt-n', { n }) : t('attempt-n-choice', { n, choice });
  return t('probe-n', { n: all.filter(({ purpose }) => purpose === 'probe').indexOf(attempt) + 1 });
}

interface SearchProps {
  readonly terminal: OutputTerminal | null;
  readonly search: RefObject<HTMLInputElement | null>;
}

/** Searches the live window; matches further back are the whole recording's business. */
function SearchField({ terminal, search }: SearchProps) {
  const { t } = useText();
  const [sought, setSought] = useState('');
  const [found, setFound] = useState(true);
  useEffect(() => {
    setFound(true);
    if (sought === '') terminal?.search.clearDecorations();
  }, [sought, terminal]);
  const go = (backwards: boolean): void => {
    if (terminal === null || sought === '') return;
    setFound(backwards ? terminal.search.findPrevious(sought) : terminal.search.findNext(sought));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Enter') go(!event.shiftKey);
    else if (event.key === 'Escape') event.currentTarget.blur();
    else return;
    event.preventDefault();
  };
  return (
    <div className="search">
      <input
        ref={search}
        type="search"
        value={sought}
        placeholder={t('search-output')}
        aria-label={t('search-output')}
        aria-invalid={!found}
        onChange={(event) => setSought(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <button
        type="button"
        className="icon-button"
        aria-label={t('find-previous')}
        disabled={sought === ''}
        onClick={() => go(true)}
      >
        <ChevronUp size={16} aria-hidden="true" />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={t('find-next')}
        disabled={sought === ''}
        onClick={() => go(false)}
      >
        <ChevronDown size={16} aria-hidden="true" />
      </button>
      <span className="why" role="status">
        {found ? '' : t('nothing-found')}
      </span>
    </div>
  );
}
