import { z } from 'zod';
import { limits } from '../../contract/limits.ts';
import { comparisonSchema, textExpectationSchema } from '../expectations.ts';

const name = z.string().min(1).max(limits.name);
const path = z.string().min(1).max(4_096);
const count = z.int().min(0);

/** How scripts are stored; what is not what it says is refused, never guessed. */
export const sqlEncodings = ['utf-8', 'gbk', 'gb18030'] as const;
export type SqlEncoding = (typeof sqlEncodings)[number];

/** What must hold afterwards. All texts are about the last result's rows: tabs between columns, a line a row. */
export const sqlExpectationsSchema = z.strictObject({
  /** Rows changed by all statements together. */
  affected: comparisonSchema.nullable(),
  /** Rows of the last result. */
  rows: comparisonSchema.nullable(),
  /** JSON paths look at a list of rows, each an object by column name. */
  output: z.array(textExpectationSchema),
});
export type SqlExpectations = z.infer<typeof sqlExpectationsSchema>;

/** Scripts or one query for a database of the environment. */
export const sqlActionSchema = z.strictObject({
  kind: z.literal('sql'),
  database: name,
  engine: z.enum(['mysql', 'postgres', 'command']),
  /** The database in words: engine, address and way. */
  place: z.string().max(limits.text),
  what: z.discriminatedUnion('type', [
    /** All scripts of a folder in an explicit order (`shared/sql/manifest.ts`). */
    z.strictObject({
      type: z.literal('folder'),
      folder: path,
      order: z.array(name).nullable(),
      exclude: z.array(name),
    }),
    z.strictObject({ type: z.literal('script'), path }),
    /** Always in a read-only transaction. */
    z.strictObject({ type: z.literal('query'), text: z.string().min(1).max(limits.command) }),
  ]),
  /** `auto`: one transaction a script, as far as the engine lets it. `none`: every statement by itself. */
  transaction: z.enum(['auto', 'none']),
  encoding: z.enum(sqlEncodings),
  /** For each statement. */
  timeoutMs: z.number().min(1),
  expect: sqlExpectationsSchema,
});
export type SqlAction = z.infer<typeof sqlActionSchema>;

/** Where a database is: two steps with the same place work on the same data. */
export const sqlPlaceSchema = z.strictObject({
  engine: z.enum(['mysql', 'postgres', 'command']),
  address: z.string().max(255).nullable(),
  port: z.int().nullable(),
  via: name.nullable(),
  schema: z.string().max(255).nullable(),
});
export type SqlPlace = z.infer<typeof sqlPlaceSchema>;

/**
 * What became of a script. `committed`: all of it, said by the server. `partly`: statements up to `committed` stay,
 * the rest is certainly undone or was never sent. `rolled-back`: the server confirmed that nothing stays.
 * `undone-unconfirmed`: the connection went before COMMIT was sent, so the server will undo it, which nobody saw.
 * `looked`: it ran in a read-only transaction. `skipped`: an earlier run had run it. `ran`: a client program ended
 * well, and what it committed is its own knowledge.
 */
export const scriptStates = [
  'not-run',
  'skipped',
  'looked',
  'committed',
  'ran',
  'partly',
  'rolled-back',
  'undone-unconfirmed',
  'unknown',
] as const;
export type ScriptState = (typeof scriptStates)[number];

export const sqlStatementSchema = z.strictObject({
  /** From 1, within its script. */
  number: count,
  line: z.int().min(1),
  verb: z.string().max(200),
});
export type SqlStatement = z.infer<typeof sqlStatementSchema>;

export const scriptResultSchema = z.strictObject({
  /** As the checklist names it; `query` for a query. */
  path,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  state: z.enum(scriptStates),
  statements: count,
  /** Statements that the server confirmed, in order. */
  done: count,
  /** Through which statement the server has committed; null where that cannot be known. */
  committed: count.nullable(),
  /** Rows changed, where the server said so. */
  affected: count.nullable(),
  warnings: count,
  durationMs: z.number().min(0),
  /** Statements after which the server had committed although nobody asked it to, the first of them. */
  commits: z.array(sqlStatementSchema).max(20),
  commitsCount: count,
  /** The first and last statement that were on their way when it stopped, and why. */
  stopped: z
    .strictObject({
      first: sqlStatementSchema,
      last: sqlStatementSchema,
      text: z.string().max(limits.excerptChars),
      message: z.string().max(limits.excerptChars),
    })
    .nullable(),
  /** For a skipped script: the run that had run it. */
  earlier: z.strictObject({ runId: name, at: z.string().max(50), state: z.enum(scriptStates) }).nullable(),
});
export type ScriptResult = z.infer<typeof scriptResultSchema>;

export const sqlCellSchema = z.union([z.string().max(limits.excerptChars), z.number(), z.boolean(), z.null()]);
export type SqlCell = z.infer<typeof sqlCellSchema>;

/** The first rows of a result. */
export const resultTableSchema = z.strictObject({
  path,
  statement: z.int().min(1),
  columns: z.array(z.string().max(limits.excerptChars)).max(1_000),
  rows: z.array(z.array(sqlCellSchema)).max(100),
  rowCount: count,
});
export type ResultTable = z.infer<typeof resultTableSchema>;

/** How much of all results is kept in the journal; the recording shows more. */
export const keptTables = { tables: 20, rows: 50, characters: 100_000 } as const;

export const sqlResultSchema = z.strictObject({
  kind: z.literal('sql'),
  place: sqlPlaceSchema,
  /** What the server calls itself, or null when it was never reached. */
  server: z.string().max(500).nullable(),
  scripts: z.array(scriptResultSchema).max(limits.includedFiles),
  tables: z.array(resultTableSchema).max(keptTables.tables),
});
export type SqlResult = z.infer<typeof sqlResultSchema>;
