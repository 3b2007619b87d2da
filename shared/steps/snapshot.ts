import { z } from 'zod';
import { name, oneOrMany, shape } from '../checklist/parts.ts';
import { readingWords } from '../snapshot/words.ts';
import { commandKeys, resolveCommand } from './command-source.ts';
import { describeCommand } from './describe-command.ts';
import type { StepKindDoor } from './kind.ts';
import { readingKeys, resolveReading } from './snapshot-source.ts';

const schema = shape({
  on: oneOrMany(name).optional().meta({ description: 'The hosts, where the step itself does not name them.' }),
  ...commandKeys,
  ...readingKeys,
  empty: z
    .literal('allowed', 'value-unknown')
    .optional()
    .meta({ description: 'allowed: nothing at all is an answer. Otherwise an empty snapshot proves nothing.' }),
}).meta({ description: 'Keep what a command that only looks prints, as keys or numbers, for a later compare.' });

/** `snapshot:` what is there now, to be compared with later. */
export const snapshot: StepKindDoor<'snapshot', typeof schema> = {
  schema,
  defaultEffect: 'read',
  canWrite: false,
  verifiable: false,
  needsHosts: () => true,
  probes: ({ command }) => [{ command, path: ['command'] }],
  includes: () => [],
  probe: () => null,
  resolve(source, context) {
    const { on: _, keys, numbers, pairs, empty, ...command } = source;
    const look = resolveCommand(command, [], context);
    return {
      kind: 'snapshot',
      look,
      reading: resolveReading({ keys, numbers, pairs }, context),
      mayBeEmpty: empty === 'allowed',
    };
  },
  describe: (action, text) => [
    ...describeCommand(action.look, text),
    text('snapshot-kept', { reading: readingWords(action.reading) }),
  ],
};
