import { z } from 'zod';
import { formatDuration, parseDuration } from '../checklist/duration.ts';
import { command, filledText, name, oneOrMany, shape } from '../checklist/parts.ts';
import { DESK } from '../checklist/plan-lookup.ts';
import { listNames } from '../checklist/problem.ts';
import { nearest } from '../checklist/suggest.ts';
import { limits } from '../contract/limits.ts';
import { readingWords } from '../snapshot/words.ts';
import type { SnapshotAction } from './actions/snapshot.ts';
import { commandKeys, resolveCommand } from './command-source.ts';
import { describeCommand } from './describe-command.ts';
import type { ResolveContext, StepKindDoor } from './kind.ts';
import { readingKeys, resolveReading } from './snapshot-source.ts';
import { reviewQuery } from './sql.ts';

const schema = shape({
  on: oneOrMany(name).optional().meta({ description: 'The hosts, where the step itself does not name them.' }),
  ...commandKeys,
  command: command.optional(),
  database: name.optional().meta({ description: 'A database of the environment, for query.' }),
  query: filledText
    .max(limits.command, 'text-too-long')
    .optional()
    .meta({ description: 'A query instead of a command; the server refuses everything but looking.' }),
  ...readingKeys,
  empty: z
    .literal('allowed', 'value-unknown')
    .optional()
    .meta({ description: 'allowed: nothing at all is an answer. Otherwise an empty snapshot proves nothing.' }),
}).meta({ description: 'Keep what a command or a query finds, as keys or numbers, for a later compare.' });
type Source = z.output<typeof schema>;

/** `snapshot:` what is there now, to be compared with later. */
export const snapshot: StepKindDoor<'snapshot', typeof schema> = {
  schema,
  defaultEffect: 'read',
  canWrite: false,
  verifiable: false,
  needsHosts: ({ query }) => query === undefined,
  probes: ({ command: words }) => (words === undefined ? [] : [{ command: words, path: ['command'] }]),
  includes: () => [],
  probe: () => null,
  resolve(source, context) {
    const look = resolveLook(source, context);
    const { keys, numbers, pairs } = source;
    // Rows of a query are lines with tabs between the columns, whatever blanks are in them.
    const separator = look.kind === 'query' ? '\t' : null;
    return {
      kind: 'snapshot',
      look,
      reading: resolveReading({ keys, numbers, pairs }, separator, context),
      mayBeEmpty: source.empty === 'allowed',
    };
  },
  describe: ({ look, reading }, text) => [
    ...(look.kind === 'run'
      ? describeCommand(look, text)
      : [
          text('snapshot-query', { database: look.database, query: look.text }),
          text('within', { time: formatDuration(look.timeoutMs) }),
        ]),
    text('snapshot-kept', { reading: readingWords(reading) }),
  ],
};

function resolveLook(source: Source, context: ResolveContext): SnapshotAction['look'] {
  const { command: words, query, database, timeout, sudo, expect } = source;
  if (query === undefined) {
    if (words === undefined) context.report([], 'snapshot-without-look');
    if (database !== undefined)
      context.report(['database'], 'snapshot-key-unused', { key: 'database', with: 'command' });
    return resolveCommand({ command: words ?? '?', timeout, sudo, expect }, [], context);
  }
  if (words !== undefined) context.report(['query'], 'snapshot-two-looks');
  for (const key of ['sudo', 'expect'] as const) {
    if (source[key] !== undefined) context.report([key], 'snapshot-key-unused', { key, with: 'query' });
  }
  if (context.targets[0] !== DESK) context.report(['query'], 'snapshot-query-hosts');
  checkDatabase(database, query, context);
  return {
    kind: 'query',
    database: database ?? '?',
    text: context.text(query, ['query']) || '?',
    timeoutMs: timeout === undefined ? limits.commandTimeoutMs : (parseDuration(timeout) ?? 1),
  };
}

function checkDatabase(wanted: string | undefined, query: string, context: ResolveContext): void {
  const { databases } = context.environment;
  const names = databases.map((one) => one.name);
  const found = databases.find((one) => one.name === wanted);
  if (wanted === undefined) context.report(['query'], 'snapshot-without-database');
  else if (found === undefined) {
    const params = { name: wanted, known: names.length === 0 ? '–' : listNames(names) };
    context.report(['database'], 'sql-database-unknown', { ...params, nearest: nearest(wanted, names) ?? '–' });
  } else if (found.engine === 'command') context.report(['database'], 'snapshot-query-client', { name: wanted });
  else reviewQuery(query, found.engine, context);
}
