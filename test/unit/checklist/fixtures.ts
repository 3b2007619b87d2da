import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseChecklist } from '../../../shared/checklist/parse.ts';
import type { Checklist } from '../../../shared/checklist/schema.ts';

/** The text of a realistic checklist in `test/fixtures/checklists/`. */
export function fixture(name: string): string {
  return readFileSync(resolve(import.meta.dirname, '../../fixtures/checklists', `${name}.yaml`), 'utf8');
}

/** A checklist that must be free of errors, in all environments or in one. */
export function sound(text: string, environment: string | null = null): Checklist {
  const { checklist, problems } = parseChecklist(text, 'a.yaml', environment);
  if (checklist === null) throw new Error(JSON.stringify(problems, null, 1));
  return checklist;
}

/** `12:5 error key-unknown` for each problem. */
export function placesOf(text: string, environment: string | null = null): readonly string[] {
  return parseChecklist(text, 'a.yaml', environment).problems.map(
    ({ line, column, severity, code }) => `${line}:${column} ${severity} ${code}`,
  );
}
