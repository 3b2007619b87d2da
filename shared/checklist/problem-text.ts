import type { Translate } from '../text/translate.ts';
import type { Problem } from './problem.ts';

/** What is wrong and what to do about it, in the translator's language. */
export function problemText(
  problem: Problem,
  translate: Translate,
): { readonly message: string; readonly remedy: string } {
  return {
    message: translate(`problems:${problem.code}`, problem.params),
    remedy: translate(`problems:${problem.code}-remedy`, problem.params),
  };
}
