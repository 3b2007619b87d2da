import { classify, type StatementNature } from '../../../shared/sql/classify.ts';
import type { Lexing } from '../../../shared/sql/dialect.ts';
import { splitSql } from '../../../shared/sql/split.ts';
import type { SqlStatement } from '../../../shared/steps/actions/sql.ts';

/** A statement with its words. */
export interface Statement extends SqlStatement {
  readonly text: string;
  readonly nature: StatementNature;
}

/** Statements that only change rows travel together inside a transaction, this many at most. */
const together = { statements: 250, characters: 256 * 1024 } as const;

/** The statements of a script in what is sent at once: alone, or several that only change rows. */
export function* batchesOf(
  { text, mode }: { readonly text: string; readonly mode: 'auto' | 'none' | 'read' },
  lexing: Lexing,
): Generator<readonly Statement[], void> {
  let batch: Statement[] = [];
  let characters = 0;
  let number = 0;
  for (const piece of splitSql(text, lexing)) {
    // What cannot be cut was refused before anything ran.
    if (piece.type !== 'statement') continue;
    const words = text.slice(piece.textStart, piece.textEnd);
    const nature = classify(words, lexing);
    const statement = { number: ++number, line: piece.line, verb: nature.verb.slice(0, 200), text: words, nature };
    const joins = mode === 'auto' && nature.rows && characters + words.length <= together.characters;
    if (batch.length > 0 && (!joins || batch.length >= together.statements)) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(statement);
    characters += words.length;
    if (mode === 'auto' && nature.rows) continue;
    yield batch;
    batch = [];
    characters = 0;
  }
  if (batch.length > 0) yield batch;
}
