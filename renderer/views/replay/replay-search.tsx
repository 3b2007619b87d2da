import { ChevronDown, ChevronUp } from 'lucide-react';
import { type FormEvent, type RefObject, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Plan } from '../../../shared/checklist/plan.ts';
import type { ReplayMatch, ReplayView as View } from '../../../shared/contract/ipc/replay.ts';
import { useText } from '../../components/use-text.ts';
import type { ReplayState } from '../../store/replay-state.ts';
import { useActions } from '../../store/use-app.ts';
import { markWords } from './replay-line.tsx';

interface Props {
  readonly replay: ReplayState;
  readonly view: View;
  readonly plan: Plan;
  readonly field: RefObject<HTMLInputElement | null>;
}

/** Looks for a text in all outputs of the run; the finds stand on the time line, and one is gone to at a time. */
export function ReplaySearchField({ replay, view, plan, field }: Props) {
  const { evidence, t } = useText();
  const { searchReplay, showMatch } = useActions();
  const [typed, setTyped] = useState(replay.search?.text ?? '');
  const found = replay.search;
  const match = found?.matches[found.at];
  const go = (direction: 1 | -1): void => {
    const count = found?.matches.length ?? 0;
    if (count > 0) showMatch(((found?.at ?? -1) + direction + count) % count);
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (found?.text === typed && typed !== '') go(1);
    else void searchReplay(typed);
  };
  return (
    <form className="replay-search" onSubmit={onSubmit}>
      <p className="replay-found" role="status">
        {found === null ? '' : found.busy ? t('searching') : countWords()}
        {found === null || found.missing.length === 0 ? null : (
          <span className="why">
            {evidence('replay-not-searched', { attempts: found.missing.join(t('list-separator')) })}
          </span>
        )}
        {match === undefined ? null : <FoundWords match={match} view={view} plan={plan} />}
      </p>
      <input
        ref={field}
        type="search"
        value={typed}
        maxLength={500}
        placeholder={evidence('replay-search')}
        aria-label={evidence('replay-search')}
        onChange={(event) => {
          setTyped(event.target.value);
          if (event.target.value === '') void searchReplay('');
        }}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
      />
      <Button
        className="icon-button"
        aria-label={t('find-previous')}
        isDisabled={found === null || found.matches.length === 0}
        onPress={() => go(-1)}
      >
        <ChevronUp size={16} aria-hidden="true" />
      </Button>
      <Button
        className="icon-button"
        aria-label={t('find-next')}
        isDisabled={found === null || found.matches.length === 0}
        onPress={() => go(1)}
      >
        <ChevronDown size={16} aria-hidden="true" />
      </Button>
    </form>
  );

  function countWords(): string {
    if (found === null || found.matches.length === 0) return t('nothing-found');
    const count = found.matches.length;
    if (found.at < 0) return evidence(found.truncated ? 'replay-found-more' : 'replay-found', { count });
    return evidence('replay-found-at', { n: found.at + 1, count });
  }
}

/** The line that was found, with where it stands. */
function FoundWords({ match, view, plan }: { readonly match: ReplayMatch } & Pick<Props, 'view' | 'plan'>) {
  const text = useText();
  const began = view.marks.find(({ type, attempt }) => type === 'attempt-started' && attempt === match.attempt);
  const words = markWords(began === undefined ? undefined : { ...began, ms: match.ms }, view, plan, text);
  return (
    <>
      {' '}
      <span className="mono replay-found-line" title={`${words}\n${match.text}`}>
        {match.text.trim()}
      </span>
    </>
  );
}
