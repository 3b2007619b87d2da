import type { Refusal, RefusalCode } from '../../shared/contract/intents.ts';

/** What became of an intent. */
export type Answer = { readonly ok: true } | { readonly ok: false; readonly refusal: Refusal };

/** Builds a refusal answer. */
export function refused(code: RefusalCode, params: Readonly<Record<string, string>> = {}): Answer {
  return { ok: false, refusal: { code, params } };
}
