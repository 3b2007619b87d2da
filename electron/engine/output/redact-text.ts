import { Matcher } from './matcher.ts';
import { Redactor } from './redactor.ts';
import { secretForms } from './secret-forms.ts';

/** A text with every known secret, in every spelling, replaced by the mark; for what goes into records and messages. */
export function redactText(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap(secretForms);
  if (forms.length === 0) return text;
  const matcher = new Matcher(forms);
  const redactor = new Redactor(() => matcher);
  return Buffer.concat([redactor.write(Buffer.from(text, 'utf8')), redactor.end()]).toString('utf8');
}
