import { createMatcherSource, Redactor } from './redactor.ts';

/** Texts come one by one with the same secrets, so the matcher is built once for as long as they stay the same. */
let secretsNow: readonly string[] = [];
const source = createMatcherSource({ values: () => secretsNow });

/** A text with every known secret, in every spelling, replaced by the mark; for what goes into records and messages. */
export function redactText(text: string, secrets: readonly string[]): string {
  secretsNow = secrets;
  if (source() === null) return text;
  const redactor = new Redactor(source);
  return Buffer.concat([redactor.write(Buffer.from(text, 'utf8')), redactor.end()]).toString('utf8');
}
