import { z } from 'zod';
import { formatDuration, parseDuration } from '../checklist/duration.ts';
import { filledText, name, positiveDuration, shape } from '../checklist/parts.ts';
import { nearest } from '../checklist/suggest.ts';
import { limits } from '../contract/limits.ts';
import { usualLexing } from '../sql/dialect.ts';
import { arrangeScripts, manifestName } from '../sql/manifest.ts';
import { objectionTo, surveyScript } from '../sql/survey.ts';
import type { SqlAction, SqlExpectations } from './actions/sql.ts';
import { sqlEncodings } from './actions/sql.ts';
import { comparisonWords, expectedWords } from './evaluate.ts';
import { numberSourceSchema, resolveStream, streamKeys, toComparison } from './expect-source.ts';
import type { ResolveContext, StepKindDoor, StepText } from './kind.ts';

const file = filledText.max(255, 'text-too-long');
const expect = shape({
  affected: numberSourceSchema.optional().meta({ description: 'How many rows all statements together change.' }),
  rows: numberSourceSchema.optional().meta({ description: 'How many rows the last result has.' }),
  ...streamKeys,
}).meta({ description: 'What must hold. Texts are about the last result, JSON paths about its list of rows.' });

const schema = shape({
  database: name.meta({ description: 'A database of the environment.' }),
  folder: filledText.optional().meta({ description: 'A folder of scripts beside the checklist.' }),
  order: z.array(file).min(1, 'list-empty').optional().meta({
    description: 'The scripts of the folder in working order. Without it: manifest.yaml, or numbers in the names.',
  }),
  exclude: z.array(file).min(1, 'list-empty').optional().meta({ description: 'Files of the folder that are not run.' }),
  script: filledText.optional().meta({ description: 'One script beside the checklist.' }),
  query: filledText
    .max(limits.command, 'text-too-long')
    .optional()
    .meta({ description: 'Statements that only look; the server refuses everything else.' }),
  transaction: z.enum(['auto', 'none']).optional().meta({
    description: 'auto (default): one transaction a script where the engine allows it. none: no transaction.',
  }),
  encoding: z
    .enum(sqlEncodings)
    .optional()
    .meta({ description: 'How the scripts are stored: utf-8 (default), gbk or gb18030.' }),
  timeout: positiveDuration.optional().meta({ description: 'How long each statement may take; 10m when left out.' }),
  expect: expect.optional(),
}).meta({ description: 'Run SQL scripts or a query on a database of the environment.' });
type Source = z.output<typeof schema>;

/** `sql:` scripts in an explicit order, or a query, on MySQL, MariaDB, PostgreSQL or through a client program. */
export const sql: StepKindDoor<'sql', typeof schema> = {
  schema,
  defaultEffect: 'write',
  effectOf: (source) => (source.query === undefined ? null : 'read'),
  canWrite: true,
  needsHosts: () => false,
  verifiable: false,
  probes: () => [],
  resolve(source, context) {
    const database = context.environment.databases.find((one) => one.name === source.database);
    if (database === undefined) {
      const names = context.environment.databases.map((one) => one.name);
      const params = {
        name: source.database,
        known: names.join(', ') || '–',
        nearest: nearest(source.database, names) ?? '–',
      };
      context.report(['database'], 'sql-database-unknown', params);
    }
    const engine = database?.engine ?? 'mysql';
    if (database?.command?.sudo != null) context.report(['database'], 'sql-command-sudo', { name: database.name });
    if (database !== undefined && source.query !== undefined) reviewQuery(source.query, engine, context);
    const where = database?.address == null ? '' : ` ${database.address}:${database.port ?? defaultPort(engine)}`;
    const through = database?.via == null ? '' : ` · ${database.via}`;
    return {
      kind: 'sql',
      database: source.database,
      engine,
      place: `${source.database} · ${engine}${where}${database?.schema == null ? '' : `/${database.schema}`}${through}`,
      what: resolveWhat(source, context),
      transaction: source.transaction ?? 'auto',
      encoding: source.encoding ?? 'utf-8',
      timeoutMs: source.timeout === undefined ? limits.commandTimeoutMs : (parseDuration(source.timeout) ?? 1),
      expect: resolveExpectations(source, engine, context),
    };
  },
  includes({ what }) {
    if (what.type === 'query') return [];
    if (what.type === 'script') return [{ type: 'file', path: what.path, optional: false }];
    return [{ type: 'folder', path: what.folder, optional: false }];
  },
  reviewFolder({ what }, { path, names, text }, report) {
    if (what.type !== 'folder') return;
    const { order, exclude } = what;
    for (const { code, params } of arrangeScripts({ names, order, exclude, manifest: text(manifestName) }).problems) {
      report(code, { folder: path, ...params });
    }
  },
  probe: () => null,
  describe: (action, text) => [
    ...describeWhat(action, text),
    ...(action.what.type === 'query' || action.engine === 'command' ? [] : [transactionWords(action, text)]),
    ...describeExpectations(action.expect, text),
    text('sql-within', { time: formatDuration(action.timeoutMs) }),
  ],
};

/** The port an engine listens at when none is named. */
export function defaultPort(engine: 'mysql' | 'postgres' | 'command'): number {
  return engine === 'postgres' ? 5_432 : 3_306;
}

function resolveWhat(source: Source, context: ResolveContext): SqlAction['what'] {
  const given = (['folder', 'script', 'query'] as const).filter((key) => source[key] !== undefined);
  const [first, second] = given;
  if (first === undefined) context.report([], 'sql-nothing-to-run');
  if (second !== undefined) context.report([second], 'sql-two-things', { first: first ?? '', second });
  for (const key of ['order', 'exclude'] as const) {
    if (source[key] !== undefined && source.folder === undefined) context.report([key], 'sql-without-folder', { key });
  }
  if (source.query !== undefined && source.transaction !== undefined) {
    context.report(['transaction'], 'sql-query-transaction');
  }
  const put = (key: 'folder' | 'script' | 'query'): string => context.text(source[key] ?? '?', [key]) || '?';
  if (first === 'query') return { type: 'query', text: put('query') };
  if (first === 'script') return { type: 'script', path: put('script') };
  const names = (key: 'order' | 'exclude') => (source[key] ?? []).map((one, index) => context.text(one, [key, index]));
  return {
    type: 'folder',
    folder: put('folder').replace(/\/+$/, '') || '/',
    order: source.order === undefined ? null : names('order'),
    exclude: names('exclude'),
  };
}

/** A query is looked through at once: it stands in the checklist itself, under `query`. */
export function reviewQuery(query: string, engine: SqlAction['engine'], context: ResolveContext): void {
  if (engine === 'command') return;
  const survey = surveyScript(context.text(query, ['query']), usualLexing(engine));
  const found = objectionTo(survey, { looks: true, transaction: 'auto' });
  if (found === null) return;
  const { code, line, detail } = found;
  context.report(['query'], 'sql-query-unusable', { line: String(line), why: code, detail });
}

function resolveExpectations(source: Source, engine: SqlAction['engine'], context: ResolveContext): SqlExpectations {
  const { affected, rows, ...output } = source.expect ?? {};
  for (const [key, value] of Object.entries({ affected, rows })) {
    // A client program prints what it likes: only its text can be looked at.
    if (value !== undefined && engine === 'command') context.report(['expect', key], 'sql-expect-not-known', { key });
  }
  return {
    affected: affected === undefined ? null : toComparison(affected),
    rows: rows === undefined ? null : toComparison(rows),
    output: resolveStream(output, ['expect'], context),
  };
}

function describeWhat({ what, place }: SqlAction, text: StepText): readonly string[] {
  switch (what.type) {
    case 'query':
      return [text('sql-query', { place, query: what.text })];
    case 'script':
      return [text('sql-script', { place, script: what.path })];
    case 'folder': {
      const order = what.order?.join(', ') ?? null;
      return [
        order === null
          ? text('sql-folder', { place, folder: what.folder })
          : text('sql-folder-order', { place, folder: what.folder, order }),
        ...(what.exclude.length === 0 ? [] : [text('sql-exclude', { files: what.exclude.join(', ') })]),
      ];
    }
  }
}

function transactionWords({ engine, transaction }: SqlAction, text: StepText): string {
  if (transaction === 'none') return text('sql-no-transaction');
  return text(engine === 'mysql' ? 'sql-transaction-mysql' : 'sql-transaction');
}

function describeExpectations({ affected, rows, output }: SqlExpectations, text: StepText): readonly string[] {
  return [
    ...(affected === null ? [] : [text('sql-expect-affected', { expected: comparisonWords(affected) })]),
    ...(rows === null ? [] : [text('sql-expect-rows', { expected: comparisonWords(rows) })]),
    ...output.map((wanted) => text('expects', { stream: text('sql-result'), expected: expectedWords(wanted) })),
  ];
}
