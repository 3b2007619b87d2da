import type { PreflightCheck } from '../../../shared/contract/lockdown.ts';
import type { Text } from '../../components/use-text.ts';

/** What was found, as a sentence, and what can be done about it; `remedy` is empty where nothing has to be. */
export function checkWords(
  { code, params, status }: PreflightCheck,
  { lockdown }: Pick<Text, 'lockdown'>,
): { readonly what: string; readonly remedy: string } {
  const what = lockdown(`check-${code}`, params);
  if (status === 'ok' || status === 'later') return { what, remedy: '' };
  return { what, remedy: lockdown(`check-${code}-remedy` as Parameters<Text['lockdown']>[0], params) };
}
