import { commandSourceSchema, resolveCommand } from './command-source.ts';
import { describeCommand } from './describe-command.ts';
import type { StepKindDoor } from './kind.ts';

const schema = commandSourceSchema.meta({ description: 'Run a command on each host over SSH.' });

/** `run:` a command on each host, over SSH. */
export const run: StepKindDoor<'run', typeof schema> = {
  schema,
  defaultEffect: 'write',
  canWrite: true,
  verifiable: true,
  needsHosts: () => true,
  probes: () => [],
  includes: () => [],
  probe: () => null,
  resolve: (source, context) => resolveCommand(source, [], context),
  describe: (action, text) => describeCommand(action, text),
};
