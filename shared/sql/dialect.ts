/** The two families of SQL whose text this app cuts into statements itself. */
export type SqlDialect = 'mysql' | 'postgres';

/** What a server's settings change about how text is read. */
export interface Lexing {
  readonly dialect: SqlDialect;
  /**
   * A backslash escapes inside '…' (and, in MySQL, "…"). MySQL: true unless sql_mode has NO_BACKSLASH_ESCAPES.
   * PostgreSQL: false unless standard_conforming_strings is off; E'…' always escapes.
   */
  readonly backslashEscapes: boolean;
}

/** How each engine reads text when nobody has changed its settings. */
export function usualLexing(dialect: SqlDialect): Lexing {
  return { dialect, backslashEscapes: dialect === 'mysql' };
}
