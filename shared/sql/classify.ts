import type { Lexing, SqlDialect } from './dialect.ts';
import { SqlLexer } from './lexer.ts';

/** Why a statement is never sent at all (sentences: `shared/text/*\/sql.ts`). */
export type StatementRefusal = 'copy-data' | 'local-file' | 'reading-changed' | 'charset-changed';

/** What is known of a statement by looking at its words. The server has the last word; this only says more. */
export interface StatementNature {
  /** Its first words, e.g. `ALTER TABLE`, for people. */
  readonly verb: string;
  /** May stand in a step that only looks. Everything not known to look is denied. */
  readonly looks: boolean;
  /** The server commits before and after it, whatever transaction was open (MySQL's implicit commit). */
  readonly commits: boolean;
  /** It opens, ends or sets up transactions itself. */
  readonly controls: boolean;
  /** The server refuses it inside a transaction (PostgreSQL). */
  readonly outsideOnly: boolean;
  /** What it destroys that no script brings back, in words (`DROP TABLE`, `DELETE without WHERE`), or null. */
  readonly irreversible: string | null;
  /** Changes rows and nothing else, so that several may travel together. */
  readonly rows: boolean;
  readonly refusal: StatementRefusal | null;
}

const other: StatementNature = {
  verb: '',
  looks: false,
  commits: false,
  controls: false,
  outsideOnly: false,
  irreversible: null,
  rows: false,
  refusal: null,
};
const insert: StatementNature = { ...other, verb: 'INSERT', rows: true };
const replace: StatementNature = { ...other, verb: 'REPLACE', rows: true };

/** Words outside parentheses, and all words, in capitals. */
interface Words {
  readonly top: readonly string[];
  readonly all: ReadonlySet<string>;
}

/**
 * What a statement is. `text` is a statement as `splitSql` cuts it.
 * Sources: MySQL 8.0 manual 13.3.3 "Statements That Cause an Implicit Commit"; PostgreSQL's PreventInTransactionBlock.
 */
export function classify(text: string, lexing: Lexing): StatementNature {
  const first = /^[A-Za-z]+/.exec(text)?.[0].toUpperCase() ?? '';
  // A script of a hundred thousand rows is mostly these.
  if (first === 'INSERT') return insert;
  if (first === 'REPLACE' && lexing.dialect === 'mysql') return replace;
  const words = wordsOf(text, lexing);
  const nature = lexing.dialect === 'mysql' ? inMysql(words, text) : inPostgres(words, text);
  return { ...other, verb: verbOf(words.top), irreversible: irreversible(words.top, lexing.dialect), ...nature };
}

function wordsOf(text: string, lexing: Lexing): Words {
  const top: string[] = [];
  const all = new Set<string>();
  const lexer = new SqlLexer(text, lexing);
  let depth = 0;
  while (lexer.next()) {
    if (lexer.kind === 'open') depth += 1;
    else if (lexer.kind === 'close') depth -= 1;
    else if (lexer.kind === 'word') {
      const word = lexer.word().toUpperCase();
      all.add(word);
      if (depth === 0) top.push(word);
    }
  }
  return { top, all };
}

function verbOf([first = '', second = '', third = '']: readonly string[]): string {
  if (!/^(?:CREATE|ALTER|DROP|RENAME|LOCK|UNLOCK|LOAD|SET|START|FLUSH|TRUNCATE|REFRESH|COMMENT)$/.test(first))
    return first;
  const skipped = /^(?:UNIQUE|TEMPORARY|TEMP|OR|MATERIALIZED|GLOBAL|SESSION)$/.test(second);
  return skipped && third !== '' ? `${first} ${second} ${third}` : `${first} ${second}`.trim();
}

const commitsInMysql = new Set(
  'ALTER CREATE DROP RENAME TRUNCATE GRANT REVOKE ANALYZE CHECK OPTIMIZE REPAIR CACHE FLUSH RESET INSTALL UNINSTALL LOCK UNLOCK CHANGE'.split(
    ' ',
  ),
);
const controlWords = new Set('COMMIT ROLLBACK SAVEPOINT RELEASE XA ABORT END'.split(' '));
const looksInMysql = new Set('SELECT SHOW DESCRIBE DESC EXPLAIN WITH VALUES TABLE'.split(' '));
const looksInPostgres = new Set('SELECT SHOW EXPLAIN WITH VALUES TABLE'.split(' '));
const changing = ['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'REPLACE'] as const;

function inMysql({ top, all }: Words, text: string): Partial<StatementNature> {
  const [first = '', second = ''] = top;
  if (first === 'BEGIN') return second === 'NOT' ? {} : { controls: true };
  if (first === 'START') return { controls: second === 'TRANSACTION', commits: second !== 'TRANSACTION' };
  if (controlWords.has(first)) return { controls: true };
  if (first === 'SET') return mysqlSetting(all, text);
  if (first === 'LOAD') {
    return { refusal: all.has('LOCAL') ? 'local-file' : null, commits: second === 'INDEX', rows: false };
  }
  if (commitsInMysql.has(first)) return { commits: !(/^(?:CREATE|DROP)$/.test(first) && second === 'TEMPORARY') };
  if (first === 'UPDATE' || first === 'DELETE') return { rows: true };
  return { looks: looksInMysql.has(first) && !(all.has('OUTFILE') || all.has('DUMPFILE')) && onlyLooks(first, all) };
}

function mysqlSetting(all: ReadonlySet<string>, text: string): Partial<StatementNature> {
  const changesReading = /\b(?:NO_BACKSLASH_ESCAPES|ANSI|ANSI_QUOTES|ORACLE|MSSQL|DB2|POSTGRESQL|MAXDB)\b/i.test(text);
  return {
    controls: all.has('AUTOCOMMIT') || all.has('TRANSACTION') || all.has('COMPLETION_TYPE'),
    commits: all.has('PASSWORD'),
    refusal: all.has('SQL_MODE') && changesReading ? 'reading-changed' : charsetRefusal(text),
  };
}

function inPostgres({ top, all }: Words, text: string): Partial<StatementNature> {
  const [first = '', second = ''] = top;
  if (first === 'BEGIN' || controlWords.has(first)) return { controls: true };
  if (first === 'START' || (first === 'PREPARE' && second === 'TRANSACTION')) return { controls: true };
  if (first === 'SET' || first === 'RESET') return postgresSetting(all, text);
  if (first === 'COPY') return { refusal: all.has('STDIN') || all.has('STDOUT') ? 'copy-data' : null };
  if (first === 'UPDATE' || first === 'DELETE') return { rows: true };
  return { looks: looksInPostgres.has(first) && onlyLooks(first, all), outsideOnly: isOutsideOnly(top) };
}

function postgresSetting(all: ReadonlySet<string>, text: string): Partial<StatementNature> {
  const off = /standard_conforming_strings\s*(?:=|\bto\b)\s*'?(?:off|false|no|0)\b/i.test(text);
  return {
    controls: all.has('TRANSACTION') || all.has('SESSION_CHARACTERISTICS') || all.has('CHARACTERISTICS'),
    refusal: off ? 'reading-changed' : charsetRefusal(text),
  };
}

const charset =
  /\bset\s+names\s+['"]?([\w-]+)|\bset\s+(?:character\s+set|charset)\s+['"]?([\w-]+)|(?<![@\w])(?:character_set_client|client_encoding)\s*(?:=|\bto\b)\s*['"]?([\w-]+)/i;

/** Statements travel as UTF-8 whatever the file's encoding; a server told otherwise would store broken text. */
function charsetRefusal(text: string): StatementRefusal | null {
  const found = charset.exec(text);
  const name = found?.[1] ?? found?.[2] ?? found?.[3];
  return name === undefined || /^(?:utf-?8|utf8mb[34]|unicode|default)$/i.test(name) ? null : 'charset-changed';
}

function isOutsideOnly(top: readonly string[]): boolean {
  const [first = '', second = ''] = top;
  if (first === 'VACUUM' || (first === 'ALTER' && second === 'SYSTEM')) return true;
  if (/^(?:CREATE|DROP)$/.test(first) && /^(?:DATABASE|TABLESPACE|SUBSCRIPTION)$/.test(second)) return true;
  return /^(?:CREATE|DROP|REINDEX|ALTER)$/.test(first) && top.includes('CONCURRENTLY');
}

/** `WITH gone AS (DELETE …) SELECT …` and `SELECT … FOR UPDATE` change or lock rows although they begin innocently. */
function onlyLooks(first: string, all: ReadonlySet<string>): boolean {
  return first === 'SHOW' || !changing.some((word) => word !== 'REPLACE' && all.has(word));
}

/** What comes back by running a script again: no rows are lost with it. */
const rebuilt =
  /^(?:INDEX|VIEW|TRIGGER|FUNCTION|PROCEDURE|EVENT|TEMPORARY|POLICY|RULE|ROLE|USER|AGGREGATE|OPERATOR|CAST)$/;
const alterKeeps = /^(?:INDEX|KEY|CONSTRAINT|PRIMARY|FOREIGN|DEFAULT|CHECK|IDENTITY|EXPRESSION|NOT)$/;

function irreversible(top: readonly string[], dialect: SqlDialect): string | null {
  const [first = '', second = ''] = top;
  if (first === 'TRUNCATE') return 'TRUNCATE';
  if (first === 'DROP') return rebuilt.test(second) ? null : `DROP ${second}`;
  if ((first === 'DELETE' || first === 'UPDATE') && !top.includes('WHERE')) return `${first} without WHERE`;
  if (first !== 'ALTER' || second === 'DEFAULT') return null;
  const dropped = top.findIndex(
    (word, index) => index > 1 && word === 'DROP' && !alterKeeps.test(top[index + 1] ?? ''),
  );
  if (dropped !== -1) return `ALTER ${second} … DROP`;
  return dialect === 'mysql' && top.includes('TRUNCATE') ? `ALTER ${second} … TRUNCATE` : null;
}
