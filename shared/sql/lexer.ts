import type { Lexing } from './dialect.ts';

/**
 * What one token of SQL is. `executable-open` and `executable-close` are the ends of MySQL's executable comments
 * (`/*!40101 … *\/`), whose inside is code. `backslash` stands outside strings, where only client programs read it.
 */
export type TokenKind =
  | 'space'
  | 'comment'
  | 'string'
  | 'identifier'
  | 'word'
  | 'number'
  | 'open'
  | 'close'
  | 'backslash'
  | 'executable-open'
  | 'executable-close'
  | 'symbol'
  | 'unfinished';

/** What was opened and never closed. */
export type Unfinished = 'string' | 'identifier' | 'comment' | 'dollar';

const tab = 9;
const carriageReturn = 13;
const space = 32;
const doubleQuote = 34;
const hash = 35;
const dollar = 36;
const quote = 39;
const openParenthesis = 40;
const closeParenthesis = 41;
const star = 42;
const dash = 45;
const slash = 47;
const backslash = 92;
const backtick = 96;
const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;
/** PostgreSQL joins strings that only a line break (and comments to its end) separates; they stay of one kind. */
const continued = /[ \t\f\v]*(?:--[^\n\r]*)?[\r\n](?:\s|--[^\n\r]*[\r\n])*'/y;

/**
 * Reads SQL token by token, following MySQL 8.0 / MariaDB (mysql client) and PostgreSQL (psql's own scanner). A cursor
 * that makes no objects, because a script of 50 MB has ten million tokens; every character is looked at a bounded
 * number of times. All positions are UTF-16 offsets into `text`.
 */
export class SqlLexer {
  readonly text: string;
  kind: TokenKind = 'space';
  start = 0;
  end = 0;
  /** Set when `kind` is `unfinished`. */
  unfinished: Unfinished = 'string';
  /** Inside one of MySQL's executable comments. */
  executable = false;
  /** `$` belongs to words unless a statement delimiter holds it (MySQL's `DELIMITER $$`). */
  dollarInWords = true;
  readonly #mysql: boolean;
  readonly #backslashEscapes: boolean;

  constructor(text: string, lexing: Lexing, from = 0) {
    this.text = text;
    this.end = from;
    this.#mysql = lexing.dialect === 'mysql';
    this.#backslashEscapes = lexing.backslashEscapes;
  }

  /** Goes to the next token; false at the end of the text. */
  next(): boolean {
    this.start = this.end;
    if (this.start >= this.text.length) return false;
    this.kind = this.#read(this.text.charCodeAt(this.start));
    return true;
  }

  /** The current token's characters. */
  word(): string {
    return this.text.slice(this.start, this.end);
  }

  #read(code: number): TokenKind {
    if (isSpace(code)) return this.#space();
    if (isWordStart(code)) return this.#wordOrEscapeString();
    if (isDigit(code)) return this.#number();
    switch (code) {
      case quote:
        return this.#quoted('string', quote, this.#backslashEscapes);
      case doubleQuote:
        return this.#mysql
          ? this.#quoted('string', doubleQuote, this.#backslashEscapes)
          : this.#quoted('identifier', doubleQuote, false);
      case backtick:
        return this.#mysql ? this.#quoted('identifier', backtick, false) : this.#take('symbol', 1);
      case dash:
        return this.#startsLineComment() ? this.#lineComment() : this.#take('symbol', 1);
      case hash:
        return this.#mysql ? this.#lineComment() : this.#take('symbol', 1);
      case slash:
        return this.#slash();
      case star:
        return this.#star();
      case dollar:
        return this.#dollar();
      case openParenthesis:
        return this.#take('open', 1);
      case closeParenthesis:
        return this.#take('close', 1);
      case backslash:
        return this.#backslash();
      default:
        return this.#take('symbol', 1);
    }
  }

  #take(kind: TokenKind, length: number): TokenKind {
    this.end = this.start + length;
    return kind;
  }

  /** A token that ends at `end`, or that never ends when `end` is -1. */
  #upTo(end: number, kind: TokenKind, what: Unfinished): TokenKind {
    this.unfinished = what;
    this.end = end === -1 ? this.text.length : end;
    return end === -1 ? 'unfinished' : kind;
  }

  #space(): TokenKind {
    let at = this.start + 1;
    while (isSpace(this.text.charCodeAt(at))) at += 1;
    this.end = at;
    return 'space';
  }

  /** In E'…' the string belongs to the word, because the word decides what a backslash means. */
  #wordOrEscapeString(): TokenKind {
    this.end = this.#endOfWord(this.start + 1);
    const lonely = this.end - this.start === 1 && this.text.charCodeAt(this.end) === quote;
    if (this.#mysql || !lonely || !/[eE]/.test(this.text[this.start] ?? '')) return 'word';
    let end = endOfQuoted(this.text, this.end, quote, true);
    while (end !== -1) {
      continued.lastIndex = end;
      if (!continued.test(this.text)) break;
      end = endOfQuoted(this.text, continued.lastIndex - 1, quote, true);
    }
    return this.#upTo(end, 'string', 'string');
  }

  #endOfWord(from: number): number {
    let at = from;
    for (; ; at += 1) {
      const code = this.text.charCodeAt(at);
      if (!isWordStart(code) && !isDigit(code) && !(code === dollar && this.dollarInWords)) return at;
    }
  }

  #number(): TokenKind {
    let at = this.start + 1;
    for (let code = this.text.charCodeAt(at); isDigit(code) || isWordStart(code); ) code = this.text.charCodeAt(++at);
    this.end = at;
    return 'number';
  }

  #quoted(kind: 'string' | 'identifier', mark: number, escapes: boolean): TokenKind {
    return this.#upTo(endOfQuoted(this.text, this.start, mark, escapes), kind, kind);
  }

  /** MySQL wants white space (or the end) after `--`; `5--3` is a subtraction there and a comment in PostgreSQL. */
  #startsLineComment(): boolean {
    if (this.text.charCodeAt(this.start + 1) !== dash) return false;
    if (!this.#mysql) return true;
    const code = this.text.charCodeAt(this.start + 2);
    return Number.isNaN(code) || code <= space || code === 127;
  }

  /** PostgreSQL also ends a line at a lone carriage return. */
  #lineComment(): TokenKind {
    const newline = this.text.indexOf('\n', this.start);
    this.end = newline === -1 ? this.text.length : newline;
    if (!this.#mysql) {
      for (let at = this.start; at < this.end; at += 1) {
        if (this.text.charCodeAt(at) === carriageReturn) this.end = at;
      }
    }
    return 'comment';
  }

  #slash(): TokenKind {
    if (this.text.charCodeAt(this.start + 1) !== star) return this.#take('symbol', 1);
    if (!this.#mysql) return this.#upTo(endOfNestedComment(this.text, this.start), 'comment', 'comment');
    const opened = executableOpening(this.text, this.start);
    if (opened === 0) return this.#upTo(endOfComment(this.text, this.start), 'comment', 'comment');
    this.executable = true;
    return this.#take('executable-open', opened);
  }

  #star(): TokenKind {
    if (!this.executable || this.text.charCodeAt(this.start + 1) !== slash) return this.#take('symbol', 1);
    this.executable = false;
    return this.#take('executable-close', 2);
  }

  #dollar(): TokenKind {
    if (this.#mysql) return this.#take('symbol', 1);
    dollarTag.lastIndex = this.start;
    if (!dollarTag.test(this.text)) return this.#take('symbol', 1);
    const tag = this.text.slice(this.start, dollarTag.lastIndex);
    const close = this.text.indexOf(tag, this.start + tag.length);
    return this.#upTo(close === -1 ? -1 : close + tag.length, 'string', 'dollar');
  }

  /** `\N` is MySQL's NULL; every other backslash out here is meant for a client program. */
  #backslash(): TokenKind {
    const isNull = this.#mysql && this.text[this.start + 1] === 'N';
    return isNull ? this.#take('symbol', 2) : this.#take('backslash', 1);
  }
}

function isSpace(code: number): boolean {
  return code === space || (code >= tab && code <= carriageReturn);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Letters, `_` and everything beyond ASCII, which both engines allow in names. */
function isWordStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code >= 128;
}

/** The position after the closing quote, a doubled one being part of the text; -1 when it never closes. */
function endOfQuoted(text: string, from: number, mark: number, escapes: boolean): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === mark) {
      if (text.charCodeAt(at + 1) !== mark) return at + 1;
      at += 1;
    } else if (escapes && code === backslash) at += 1;
  }
  return -1;
}

function endOfComment(text: string, from: number): number {
  const close = text.indexOf('*/', from + 2);
  return close === -1 ? -1 : close + 2;
}

function endOfNestedComment(text: string, from: number): number {
  let depth = 1;
  for (let at = from + 2; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === slash && text.charCodeAt(at + 1) === star) {
      depth += 1;
      at += 1;
    } else if (code === star && text.charCodeAt(at + 1) === slash) {
      depth -= 1;
      at += 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

/** The length of `/*!50003` or MariaDB's `/*M!100100`, or 0. */
function executableOpening(text: string, from: number): number {
  const second = text.charCodeAt(from + 2);
  let at = from + 2;
  if (second === 77 && text.charCodeAt(from + 3) === 33) at += 2;
  else if (second === 33) at += 1;
  else return 0;
  const digits = at;
  while (at - digits < 6 && isDigit(text.charCodeAt(at))) at += 1;
  return at - from;
}
