import type { PreflightCheck } from '../../shared/contract/lockdown.ts';
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
