import { DESK } from '../../shared/checklist/plan-lookup.ts';
import type { Text } from './use-text.ts';

/** A target as people call it: the host's name, or "your desk". */
export function targetName({ t }: Pick<Text, 't'>, target: string): string {
  return target === DESK ? t('desk') : target;
}

/** A list of targets, shortened to a count from the fourth on. */
export function targetNames(text: Pick<Text, 't'>, targets: readonly string[]): string {
  if (targets.length > 3) return text.t('n-hosts', { count: targets.length });
  return targets.map((target) => targetName(text, target)).join(text.t('list-separator'));
}

/** " on app2" for the end of an act's name; nothing for what happens at the desk. */
export function placeOf(text: Pick<Text, 't'>, targets: readonly string[]): string {
  if (targets.length === 0 || targets.every((target) => target === DESK)) return '';
  return text.t('place', { targets: targetNames(text, targets) });
}
