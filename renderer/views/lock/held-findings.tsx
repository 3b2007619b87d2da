import { Button } from 'react-aria-components';
import { covers } from '../../../shared/run/decision-covers.ts';
import { needsDecision, openChecks } from '../../../shared/run/lockdown.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { beyondWords, checkWords } from '../../components/check-words.ts';
import { useText } from '../../components/use-text.ts';
import type { Acts } from '../run/use-acts.tsx';

interface Props {
  readonly state: RunState;
  /** Null for who can only look. */
  readonly acts: Acts | null;
}

/** What was found before the lock, each to be mended or gone past with a reason. */
export function HeldFindings({ state, acts }: Props) {
  const text = useText();
  const { lockdown } = text;
  const open = new Set(openChecks(state).map(({ item }) => item));
  const found = state.lockdown.checks.filter(({ status }) => needsDecision(status));
  if (found.length === 0) return null;
  return (
    <ul className="held-findings">
      {found.map((check) => {
        const { what, remedy } = checkWords(check, text);
        const decided = state.lockdown.decisions.findLast((one) => covers(one, check));
        const beyond = open.has(check.item) ? beyondWords(check, state.lockdown, text) : null;
        return (
          <li key={check.item}>
            <p>
              <strong>{lockdown(`item-${check.item}`)}</strong> {what}
            </p>
            {beyond === null ? null : <p>{beyond}</p>}
            {open.has(check.item) ? <p className="notice-remedy">{remedy}</p> : null}
            {decided === undefined ? null : (
              <p className="quiet">
                {lockdown('held-decided', { by: decided.by })} <q>{decided.reason}</q>
              </p>
            )}
            {acts === null || !open.has(check.item) ? null : (
              <Button
                className="button"
                aria-label={lockdown('decide-about', { what })}
                isDisabled={acts.refusal({ type: 'decide-check', item: check.item, reason: '-' }) !== null}
                onPress={() => acts.ask({ type: 'decide-check', item: check.item })}
              >
                {lockdown('decide-ask')}
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
