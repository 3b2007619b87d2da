import type { Lexing } from './dialect.ts';
import { SqlLexer, type Unfinished } from './lexer.ts';

/** Why a script cannot be cut into statements (sentences: `shared/text/*\/sql.ts`). */
export type SplitRefusal =
  | `unfinished-${Unfinished}`
  | 'client-command'
  | 'client-variable'
  | 'delimiter-invalid'
  | 'delimiter-inside'
  | 'delimiter-in-comment'
  | 'body-needs-delimiter'
  | 'several-statements';

/**
 * A stretch of a script. Pieces follow each other without a gap, so that together they are the source again. Offsets
 * are UTF-16 units, lines begin at 1.
 */
export type SqlPiece =
  | {
      readonly type: 'statement';
      readonly start: number;
      readonly end: number;
      /** The words for the server: from the first token that is no comment to the last, without the delimiter. */
      readonly textStart: number;
      readonly textEnd: number;
      readonly line: number;
    }
  /** White space, comments, empty statements, `DELIMITER` lines. */
  | { readonly type: 'gap'; readonly start: number; readonly end: number }
  /** Always the last piece. */
  | {
      readonly type: 'refusal';
      readonly start: number;
      readonly end: number;
      readonly line: number;
      readonly code: SplitRefusal;
      readonly detail: string;
    };

/** First words that only the mysql client knows; the server would call them a mistake after half the script. */
const clientWords = new Set(
  'source system tee notee pager nopager prompt connect rehash resetconnection status warnings nowarning quit exit ego edit clear charset'.split(
    ' ',
  ),
);

/**
 * Cuts a script into statements as the mysql client and psql would, lazily and in linear time. What those programs
 * would do themselves (backslash commands, `source`, `COPY` data) is refused at its line: nothing is guessed.
 */
export function* splitSql(source: string, lexing: Lexing): Generator<SqlPiece, void> {
  yield* new Splitter(source, lexing).pieces();
}

class Splitter {
  readonly #source: string;
  readonly #mysql: boolean;
  readonly #lexer: SqlLexer;
  #delimiter = ';';
  /** Where the piece under way began. */
  #from = 0;
  #textStart = -1;
  #textEnd = -1;
  #parentheses = 0;
  /** The statement's first words in capitals. */
  #words: string[] = [];
  #body = new Body();
  /** A semicolon was seen where something else is the delimiter. */
  #semicolon = false;
  #lines: LineCounter;

  constructor(source: string, lexing: Lexing) {
    this.#source = source;
    this.#mysql = lexing.dialect === 'mysql';
    this.#lexer = new SqlLexer(source, lexing);
    this.#lines = new LineCounter(source);
  }

  *pieces(): Generator<SqlPiece, void> {
    const lexer = this.#lexer;
    while (lexer.next()) {
      if (this.#atDelimiter()) {
        lexer.end = lexer.start + this.#delimiter.length;
        const refusal = this.#endRefusal();
        if (refusal !== null) return yield refusal;
        yield this.#close(lexer.end);
        continue;
      }
      const refusal = this.#take();
      if (refusal !== null) return yield refusal;
      if (this.#delimiterLine !== null) {
        yield this.#close(this.#delimiterLine);
        this.#delimiterLine = null;
      }
    }
    const last = this.#textStart === -1 ? null : this.#endRefusal();
    if (last !== null) yield last;
    else if (this.#from < this.#source.length) yield this.#close(this.#source.length);
  }

  /** The end of a `DELIMITER` line just read. */
  #delimiterLine: number | null = null;

  #atDelimiter(): boolean {
    const { kind, start } = this.#lexer;
    if (kind === 'space') return false;
    if (!this.#source.startsWith(this.#delimiter, start)) return false;
    return this.#mysql || (this.#parentheses === 0 && !this.#body.open);
  }

  /** Looks at one token; a refusal when the script cannot be followed any further. */
  #take(): SqlPiece | null {
    const { kind } = this.#lexer;
    if (kind === 'space' || kind === 'comment') return null;
    if (kind === 'unfinished') return this.#refuse(`unfinished-${this.#lexer.unfinished}`);
    if (kind === 'backslash') return this.#refuse('client-command', this.#lineRest());
    if (kind === 'word') {
      const refusal = this.#takeWord();
      if (refusal !== null || this.#delimiterLine !== null) return refusal;
    } else if (kind === 'open') this.#parentheses += 1;
    else if (kind === 'close') this.#parentheses = Math.max(0, this.#parentheses - 1);
    else if (kind === 'symbol' && !this.#mysql && this.#isClientVariable()) {
      return this.#refuse('client-variable', this.#lineRest());
    }
    // Between other delimiters only a routine's body may hold semicolons: what stands there is one statement.
    if (this.#semicolon && !this.#body.routine) return this.#refuse('several-statements', this.#lineRest());
    this.#semicolon ||= this.#mysql && kind === 'symbol' && this.#source[this.#lexer.start] === ';';
    this.#extend();
    return null;
  }

  #extend(): void {
    if (this.#textStart === -1) this.#textStart = this.#lexer.start;
    this.#textEnd = this.#lexer.end;
  }

  #takeWord(): SqlPiece | null {
    if (this.#mysql && this.#lexer.end - this.#lexer.start === 9 && /^delimiter$/i.test(this.#lexer.word())) {
      // The mysql client reads it at the beginning of a line only; elsewhere it would reach the server as a mistake.
      if (this.#textStart === -1 && this.#beginsLine()) return this.#takeDelimiter();
      if (this.#textStart === -1 || this.#beginsLine()) return this.#refuse('delimiter-inside', this.#lineRest());
    }
    if (this.#words.length < 12 || this.#body.routine) {
      const word = this.#lexer.word().toUpperCase();
      if (this.#mysql && this.#textStart === -1 && clientWords.has(word.toLowerCase())) {
        return this.#refuse('client-command', this.#lineRest());
      }
      if (this.#words.length < 12) this.#words.push(word);
      this.#body.take(word, this.#words, this.#mysql, this.#parentheses);
    }
    return null;
  }

  /** `DELIMITER` takes the next word of its line, and the rest of the line is ignored. */
  #takeDelimiter(): SqlPiece | null {
    const rest = this.#lineRest().slice('delimiter'.length);
    const wanted = /^[ \t]+(\S+)/.exec(rest)?.[1] ?? '';
    if (!/^[^\p{L}\p{N}_'"`\\#\s]{1,16}$/u.test(wanted) || /^(?:--|\/\*)/.test(wanted)) {
      return this.#refuse('delimiter-invalid', wanted);
    }
    this.#delimiter = wanted;
    this.#lexer.dollarInWords = !wanted.includes('$');
    const newline = this.#source.indexOf('\n', this.#lexer.end);
    this.#lexer.end = newline === -1 ? this.#source.length : newline;
    this.#delimiterLine = this.#lexer.end;
    return null;
  }

  #beginsLine(): boolean {
    const before = this.#source.slice(this.#source.lastIndexOf('\n', this.#lexer.start - 1) + 1, this.#lexer.start);
    return before.trim() === '';
  }

  /** psql puts `:'name'` in; `::` is a cast. */
  #isClientVariable(): boolean {
    const { start } = this.#lexer;
    if (this.#source[start] !== ':' || this.#source[start - 1] === ':') return false;
    return this.#source[start + 1] === "'" || this.#source[start + 1] === '"';
  }

  /** What is wrong with ending the statement here. */
  #endRefusal(): SqlPiece | null {
    if (this.#textStart === -1) return null;
    if (this.#lexer.executable) return this.#refuse('delimiter-in-comment');
    if (this.#mysql && this.#body.open) return this.#refuse('body-needs-delimiter', this.#words.slice(0, 4).join(' '));
    return null;
  }

  #close(end: number): SqlPiece {
    const start = this.#from;
    const [textStart, textEnd] = [this.#textStart, this.#textEnd];
    this.#from = end;
    this.#textStart = -1;
    this.#parentheses = 0;
    this.#semicolon = false;
    this.#words = [];
    this.#body = new Body();
    if (textStart === -1) return { type: 'gap', start, end };
    return { type: 'statement', start, end, textStart, textEnd, line: this.#lines.at(textStart) };
  }

  #refuse(code: SplitRefusal, detail = ''): SqlPiece {
    const { start, kind } = this.#lexer;
    // A body is refused where its statement begins; everything else where it stands.
    const place = code === 'body-needs-delimiter' ? this.#textStart : Math.min(start, this.#source.length);
    return {
      type: 'refusal',
      start: this.#from,
      end: this.#source.length,
      line: this.#lines.at(kind === 'unfinished' ? start : place),
      code,
      detail: detail.slice(0, 200),
    };
  }

  #lineRest(): string {
    const newline = this.#source.indexOf('\n', this.#lexer.start);
    const end = Math.min(newline === -1 ? this.#source.length : newline, this.#lexer.start + 500);
    return this.#source.slice(this.#lexer.start, end).trimEnd();
  }
}

/**
 * Whether we are inside the BEGIN … END of a routine, where a semicolon ends nothing. PostgreSQL as psql does it
 * (`BEGIN ATOMIC` bodies); in MySQL it only tells that a `DELIMITER` is missing.
 */
class Body {
  /** The statement makes a routine, so that its words count. */
  routine = false;
  #depth = 0;
  #previous = '';

  get open(): boolean {
    return this.#depth > 0;
  }

  take(word: string, words: readonly string[], mysql: boolean, parentheses: number): void {
    if (!this.routine) {
      this.routine = mysql ? makesMysqlRoutine(words) : makesPostgresRoutine(words);
      // BEGIN NOT ATOMIC is known by its third word only.
      if (this.routine && words[0] === 'BEGIN') this.#depth = 1;
    }
    if (!this.routine || (!mysql && parentheses > 0)) return;
    const afterEnd = this.#previous === 'END';
    this.#previous = word;
    if (word === 'BEGIN' || (word === 'CASE' && this.#depth > 0 && !afterEnd)) this.#depth += 1;
    else if (word === 'END') this.#depth = Math.max(0, this.#depth - 1);
    // END IF, END LOOP …: their beginnings were not counted.
    else if (afterEnd && mysql && /^(?:IF|LOOP|WHILE|REPEAT|FOR)$/.test(word)) this.#depth += 1;
  }
}

function makesMysqlRoutine(words: readonly string[]): boolean {
  if (words[0] === 'BEGIN') return words[1] === 'NOT' && words[2] === 'ATOMIC';
  if (words[0] !== 'CREATE' && words[0] !== 'ALTER') return false;
  const after = words[1] === 'OR' && words[2] === 'REPLACE' ? 3 : 1;
  // Whoever the definer is stands between; a table may well be called `event`.
  const named =
    words[after] === 'DEFINER' || words[after] === 'AGGREGATE' ? words.slice(after) : words.slice(after, after + 1);
  const routine = named.findIndex((word) => /^(?:PROCEDURE|FUNCTION|TRIGGER|EVENT|PACKAGE)$/.test(word));
  return routine !== -1 && !named.slice(0, routine).includes('VIEW');
}

function makesPostgresRoutine(words: readonly string[]): boolean {
  if (words[0] !== 'CREATE') return false;
  const what = words[1] === 'OR' && words[2] === 'REPLACE' ? words[3] : words[1];
  return what === 'FUNCTION' || what === 'PROCEDURE';
}

/** Counts lines forward only, so that a whole script costs one pass. */
class LineCounter {
  readonly #text: string;
  #line = 1;
  #next: number;

  constructor(text: string) {
    this.#text = text;
    this.#next = text.indexOf('\n');
  }

  at(offset: number): number {
    while (this.#next !== -1 && this.#next < offset) {
      this.#line += 1;
      this.#next = this.#text.indexOf('\n', this.#next + 1);
    }
    return this.#line;
  }
}
