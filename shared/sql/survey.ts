import { classify, type StatementNature, type StatementRefusal } from './classify.ts';
import type { Lexing } from './dialect.ts';
import { type SplitRefusal, type SqlPiece, splitSql } from './split.ts';

/** One statement worth naming, by its number (from 1) and line in its script. */
export interface NamedStatement {
  readonly number: number;
  readonly line: number;
  readonly verb: string;
}

/** What stands in a script, as far as its words tell. Lists are cut at `named`; the counts are whole. */
export interface ScriptSurvey {
  readonly statements: number;
  /** Statements with which MySQL commits by itself. */
  readonly commits: number;
  readonly commitsNamed: readonly NamedStatement[];
  readonly irreversible: number;
  readonly irreversibleNamed: readonly NamedStatement[];
  /** The first statement that begins, ends or sets up transactions. */
  readonly controls: NamedStatement | null;
  /** The first statement that PostgreSQL refuses inside a transaction. */
  readonly outsideOnly: NamedStatement | null;
  /** The first statement that does not only look. */
  readonly changes: NamedStatement | null;
  /** Where and why the script cannot be run at all. */
  readonly refusal: {
    readonly line: number;
    readonly code: SplitRefusal | StatementRefusal;
    readonly detail: string;
  } | null;
}

/** How many statements of one sort are named. */
const named = 20;

/** Looks through a script statement by statement; `statements()` lets a caller breathe between them. */
export class Surveyor {
  readonly #source: string;
  readonly #lexing: Lexing;
  #statements = 0;
  #commits = 0;
  #irreversible = 0;
  readonly #commitsNamed: NamedStatement[] = [];
  readonly #irreversibleNamed: NamedStatement[] = [];
  #controls: NamedStatement | null = null;
  #outsideOnly: NamedStatement | null = null;
  #changes: NamedStatement | null = null;
  #refusal: ScriptSurvey['refusal'] = null;

  constructor(source: string, lexing: Lexing) {
    this.#source = source;
    this.#lexing = lexing;
  }

  *statements(): Generator<number, void> {
    for (const piece of splitSql(this.#source, this.#lexing)) {
      this.#take(piece);
      if (this.#refusal !== null) return;
      yield this.#statements;
    }
  }

  survey(): ScriptSurvey {
    return {
      statements: this.#statements,
      commits: this.#commits,
      commitsNamed: this.#commitsNamed,
      irreversible: this.#irreversible,
      irreversibleNamed: this.#irreversibleNamed,
      controls: this.#controls,
      outsideOnly: this.#outsideOnly,
      changes: this.#changes,
      refusal: this.#refusal,
    };
  }

  #take(piece: SqlPiece): void {
    if (piece.type === 'gap') return;
    if (piece.type === 'refusal') {
      this.#refusal = { line: piece.line, code: piece.code, detail: piece.detail };
      return;
    }
    this.#statements += 1;
    const nature = classify(this.#source.slice(piece.textStart, piece.textEnd), this.#lexing);
    const which = { number: this.#statements, line: piece.line, verb: nature.verb };
    if (nature.refusal !== null) {
      this.#refusal = { line: piece.line, code: nature.refusal, detail: nature.verb };
      return;
    }
    this.#count(nature, which);
  }

  #count(nature: StatementNature, which: NamedStatement): void {
    if (nature.commits) {
      this.#commits += 1;
      if (this.#commitsNamed.length < named) this.#commitsNamed.push(which);
    }
    if (nature.irreversible !== null) {
      this.#irreversible += 1;
      const told = { ...which, verb: nature.irreversible };
      if (this.#irreversibleNamed.length < named) this.#irreversibleNamed.push(told);
    }
    if (nature.controls) this.#controls ??= which;
    if (nature.outsideOnly) this.#outsideOnly ??= which;
    if (!nature.looks) this.#changes ??= which;
  }
}

export type Objection =
  | SplitRefusal
  | StatementRefusal
  | 'script-empty'
  | 'controls-transactions'
  | 'outside-transactions'
  | 'not-only-looking';

/** Why a script is not run as it is to be run, and where; null when nothing speaks against it. */
export function objectionTo(
  survey: ScriptSurvey,
  how: { readonly looks: boolean; readonly transaction: 'auto' | 'none' },
): { readonly code: Objection; readonly line: number; readonly detail: string } | null {
  if (survey.refusal !== null) return survey.refusal;
  if (survey.statements === 0) return { code: 'script-empty', line: 1, detail: '' };
  const about = (code: Objection, { line, verb }: NamedStatement) => ({ code, line, detail: verb });
  if (how.looks) return survey.changes === null ? null : about('not-only-looking', survey.changes);
  if (how.transaction === 'none') return null;
  if (survey.controls !== null) return about('controls-transactions', survey.controls);
  return survey.outsideOnly === null ? null : about('outside-transactions', survey.outsideOnly);
}

/** A whole script at once, for short ones. */
export function surveyScript(source: string, lexing: Lexing): ScriptSurvey {
  const surveyor = new Surveyor(source, lexing);
  for (const _ of surveyor.statements());
  return surveyor.survey();
}
