import type { SaidRecord } from '../../shared/run/said.ts';
import type { RunState } from '../../shared/run/state.ts';
import { stepName } from '../components/step-title.ts';
import { targetName } from '../components/target-name.ts';
import type { Text } from '../components/use-text.ts';

/** What kind of record it is, and what it says in one word. */
export function saidWords({ evidence }: Text, { type, word }: Pick<SaidRecord, 'type' | 'word'>): string {
  const name = evidence(`said-${type}`);
  return word === null ? name : evidence('said-what', { type: name, word: evidence(`word-${word}`) });
}

/** What of the run something is about. */
export function aboutWords(
  text: Text,
  { plan }: RunState,
  { step: id, target }: { readonly step: string | null; readonly target: string | null },
): string {
  const step = plan.steps.find((one) => one.id === id);
  if (step === undefined) return text.evidence('note-run');
  const named = stepName(text, step);
  return target === null ? named : text.evidence('note-here', { step: named, target: targetName(text, target) });
}
