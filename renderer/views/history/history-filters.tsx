import { Search } from 'lucide-react';
import { type ChangeEvent, useEffect, useId, useRef, useState } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import type { HistoryPage } from '../../../shared/contract/ipc/history.ts';
import type { RequestOf } from '../../../shared/contract/ipc.ts';
import { useText } from '../../components/use-text.ts';
import { isEverything } from '../../model/history.ts';
import type { HistoryFilters as Filters } from '../../store/app-state.ts';
import { everything } from '../../store/history-actions.ts';
import { useActions } from '../../store/use-app.ts';

type Result = NonNullable<RequestOf<'history:find'>['result']>;
const resultOrder = [
  'completed',
  'completed-except',
  'rolled-back',
  'abandoned',
  'open',
  'unreadable',
] as const satisfies readonly Result[];

/** How long nothing is typed before it is searched for. */
const PAUSE_MS = 150;

interface Props {
  readonly query: Filters;
  readonly page: HistoryPage | null;
}

/** The box to search in, and what the list is narrowed by. */
export function HistoryFilters({ query, page }: Props) {
  const { t, evidence } = useText();
  const { searchHistory } = useActions();
  const facets = {
    environment: page?.environments ?? [],
    checklist: page?.checklists ?? [],
    person: page?.people ?? [],
    host: page?.hosts ?? [],
  };
  const results = resultOrder.map((value) => ({
    value,
    label: value === 'open' ? t('run-running') : value === 'unreadable' ? t('run-unreadable') : t(`result-${value}`),
  }));
  const select = (key: keyof typeof facets) => (
    <Filter
      label={evidence(`history-filter-${key}`)}
      value={query[key]}
      options={facets[key].map((value) => ({ value, label: value }))}
      onChange={(value) => void searchHistory({ [key]: value })}
    />
  );
  return (
    <search className="history-filters">
      <SearchBox text={query.text} onSearch={(text) => void searchHistory({ text })} />
      {select('environment')}
      {select('checklist')}
      <Filter
        label={evidence('history-filter-result')}
        value={query.result}
        options={results}
        onChange={(value) => void searchHistory({ result: results.find((one) => one.value === value)?.value ?? null })}
      />
      {select('person')}
      {select('host')}
      {isEverything(query) ? null : (
        <Button className="button" onPress={() => void searchHistory(everything)}>
          {evidence('history-clear')}
        </Button>
      )}
    </search>
  );
}

/** `/` goes to it from wherever nothing is being typed. */
function SearchBox({ text, onSearch }: { readonly text: string; readonly onSearch: (text: string) => void }) {
  const { evidence } = useText();
  const [typed, setTyped] = useState(text);
  const box = useRef<HTMLInputElement>(null);
  const search = useRef(onSearch);
  search.current = onSearch;
  // Cleared by the button beside it.
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed === text) return;
    const timer = setTimeout(() => search.current(typed), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, text]);
  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      const typing = event.target instanceof Element && event.target.matches('input, textarea, select');
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector('[role=dialog], [role=alertdialog]') !== null) return;
      event.preventDefault();
      box.current?.focus();
      box.current?.select();
    };
    document.addEventListener('keydown', focus);
    return () => document.removeEventListener('keydown', focus);
  }, []);
  return (
    <TextField className="field history-search" value={typed} onChange={setTyped} type="search">
      <Label>
        <Search size={14} aria-hidden="true" /> {evidence('history-search')}{' '}
        <span className="kbd" aria-hidden="true">
          /
        </span>
      </Label>
      <Input ref={box} maxLength={500} placeholder={evidence('history-search-hint')} />
    </TextField>
  );
}

interface FilterProps {
  readonly label: string;
  readonly value: string | null;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string | null) => void;
}

function Filter({ label, value, options, onChange }: FilterProps) {
  const { evidence } = useText();
  const id = useId();
  // A filter that is set stays visible even where no run has it any more.
  const known = value === null || options.some((one) => one.value === value);
  const all = known ? options : [...options, { value: value ?? '', label: value ?? '' }];
  const change = (event: ChangeEvent<HTMLSelectElement>): void =>
    onChange(event.currentTarget.value === '' ? null : event.currentTarget.value);
  return (
    <div className="field history-filter">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="select" value={value ?? ''} onChange={change}>
        <option value="">{evidence('history-any')}</option>
        {all.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
      </select>
    </div>
  );
}
