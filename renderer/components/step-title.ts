import type { PlanStep } from '../../shared/checklist/plan.ts';
import type { Text } from './use-text.ts';

/** A step's title; one that undoes another bears its name and says so. */
export function stepTitle({ t }: Pick<Text, 't'>, step: Pick<PlanStep, 'title' | 'undoes'>): string {
  return step.undoes.length === 0 ? step.title : t('undo-title', { title: step.title });
}

/** A step's code and title: "C1 Stop tomcat". */
export function stepName(text: Pick<Text, 't'>, step: Pick<PlanStep, 'code' | 'title' | 'undoes'>): string {
  return `${step.code} ${stepTitle(text, step)}`;
}
