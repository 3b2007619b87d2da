import type { PreflightCheck } from '../../shared/contract/lockdown.ts';
import { covers } from '../../shared/run/decision-covers.ts';
import type { LockdownState } from '../../shared/run/state.ts';
import type { LockdownKey, Text } from './use-text.ts';

type RemedyKey = Extract<LockdownKey, `check-${string}-remedy`>;

/** What a check of preflight found, as a sentence, and what can be done about it; `remedy` is empty where all is well. */
export function checkWords(
  { code, params, status }: PreflightCheck,
  { lockdown }: Pick<Text, 'lockdown'>,
): { readonly what: string; readonly remedy: string } {
  // Every finding that is not ok has its remedy; the tests of the texts hold them to it.
  const remedy = status === 'ok' ? '' : lockdown(`check-${code}-remedy` as RemedyKey, params);
  return { what: lockdown(`check-${code}`, params), remedy };
}

/** That an open finding is not what somebody went past any more, and what it was then; null where nobody went past any. */
export function beyondWords(
  check: PreflightCheck,
  { decisions }: Pick<LockdownState, 'decisions'>,
  { lockdown }: Pick<Text, 'lockdown'>,
): string | null {
  const before = decisions.findLast(({ code }) => code === check.code);
  if (before?.params == null || covers(before, check)) return null;
  const { by, reason, params } = before;
  return lockdown('beyond-decided', { by, reason, was: lockdown(`check-${check.code}`, params) });
}
