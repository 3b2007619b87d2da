import { keptTables, type ResultTable, type SqlExpectations } from '../../../shared/steps/actions/sql.ts';
import { checkText, compares, comparisonWords } from '../../../shared/steps/evaluate.ts';
import type { CheckResult, Comparison } from '../../../shared/steps/expectations.ts';
import type { SqlTable } from '../sql/session.ts';

/** Keeps the first results for the journal, within bounds, and the last one whole for the expectations. */
export class TableKeeper {
  readonly #kept: ResultTable[] = [];
  #characters = 0;
  #last: SqlTable | null = null;

  add(path: string, statement: number, table: SqlTable): void {
    this.#last = table;
    if (this.#kept.length >= keptTables.tables || this.#characters >= keptTables.characters) return;
    const rows = table.rows.slice(0, keptTables.rows).map((row) => [...row]);
    this.#characters += JSON.stringify(rows).length;
    this.#kept.push({ path, statement, columns: [...table.columns], rows, rowCount: table.rowCount });
  }

  get kept(): ResultTable[] {
    return this.#kept;
  }

  get last(): SqlTable | null {
    return this.#last;
  }
}

/** Holds what came out against what was expected. */
export function checkSql(expect: SqlExpectations, affected: number, last: SqlTable | null): CheckResult[] {
  const compared = (subject: string, wanted: Comparison, found: number | null): CheckResult => ({
    subject,
    expected: comparisonWords(wanted),
    found: found === null ? '–' : String(found),
    holds: found !== null && compares(found, wanted),
  });
  return [
    ...(expect.affected === null ? [] : [compared('affected', expect.affected, affected)]),
    ...(expect.rows === null ? [] : [compared('rows', expect.rows, last?.rowCount ?? null)]),
    ...expect.output.map((wanted) => checkText('result', wanted, wanted.test === 'json' ? jsonOf(last) : textOf(last))),
  ];
}

/** Only the rows kept can be looked at; where there were more, an answer may be left open. */
function observed(text: string, table: SqlTable | null) {
  return { text, complete: table === null || table.rows.length === table.rowCount, lines: table?.rowCount ?? 0 };
}

function textOf(table: SqlTable | null) {
  const lines = (table?.rows ?? []).map((row) => row.map((cell) => (cell === null ? 'NULL' : String(cell))).join('\t'));
  return observed(lines.map((line) => `${line}\n`).join(''), table);
}

function jsonOf(table: SqlTable | null) {
  const rows = (table?.rows ?? []).map((row) =>
    Object.fromEntries((table?.columns ?? []).map((column, index) => [column, row[index] ?? null])),
  );
  return observed(JSON.stringify(rows), table);
}
