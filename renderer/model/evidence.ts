import { assertNever } from '../../shared/assert-never.ts';
import type { EvidenceAnswer } from '../../shared/contract/intents.ts';
import type { EvidenceField } from '../../shared/steps/actions.ts';

/** What a person has typed so far into a step: every value as text, a file as its path. */
export interface EvidenceDraft {
  readonly values: Readonly<Record<string, string>>;
  readonly note: string;
  /** The text to be sent, once the person has changed the drafted one. */
  readonly text: string | null;
}

export const emptyDraft: EvidenceDraft = { values: {}, note: '', text: null };

export type FieldTrouble = 'missing' | 'not-a-number' | 'not-a-link';

/** What is wrong with one field's text, or null. */
export function fieldTrouble(field: EvidenceField, text: string): FieldTrouble | null {
  const value = text.trim();
  if (value === '') return field.required ? 'missing' : null;
  if (field.type === 'number') return Number.isFinite(Number(value)) ? null : 'not-a-number';
  if (field.type === 'link') return /^https?:\/\/[^\s]+$/i.test(value) ? null : 'not-a-link';
  return null;
}

/** The fields that stop the step from being confirmed, in the form's order. */
export function troubles(fields: readonly EvidenceField[], draft: EvidenceDraft): ReadonlyMap<string, FieldTrouble> {
  const found = new Map<string, FieldTrouble>();
  for (const field of fields) {
    const trouble = fieldTrouble(field, draft.values[field.name] ?? '');
    if (trouble !== null) found.set(field.name, trouble);
  }
  return found;
}

/** The answers as the intent carries them; empty optional fields are left out. */
export function answersOf(fields: readonly EvidenceField[], draft: EvidenceDraft): Record<string, EvidenceAnswer> {
  const answers: Record<string, EvidenceAnswer> = {};
  for (const field of fields) {
    const value = (draft.values[field.name] ?? '').trim();
    if (value !== '' && fieldTrouble(field, value) === null) answers[field.name] = answerOf(field, value);
  }
  return answers;
}

function answerOf(field: EvidenceField, value: string): EvidenceAnswer {
  switch (field.type) {
    case 'number':
      return Number(value);
    case 'file':
      return { path: value };
    case 'text':
    case 'link':
    case 'choice':
      return value;
    default:
      return assertNever(field.type);
  }
}
