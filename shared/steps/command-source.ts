import { z } from 'zod';
import { parseDuration } from '../checklist/duration.ts';
import { command, positiveDuration, shape, text } from '../checklist/parts.ts';
import type { Path } from '../checklist/problem.ts';
import { limits } from '../contract/limits.ts';
import type { CommandAction } from './actions.ts';
import { expectSourceSchema, resolveExpect } from './expect-source.ts';
import type { ResolveContext } from './kind.ts';

/** The keys every command has, whether it is a step or a probe. */
export const commandKeys = {
  command,
  sudo: z
    .union([z.boolean(), text.min(1, 'text-empty')])
    .optional()
    .meta({ description: 'true to become root, or the account to become.' }),
  timeout: positiveDuration.optional().meta({ description: 'How long it may take; 10m when left out.' }),
  expect: expectSourceSchema.optional(),
};
const commandObject = shape({
  ...commandKeys,
  pty: z.boolean().optional().meta({ description: 'Give the command a terminal.' }),
});
/** A command as it is written: the bare command, or a mapping with what is expected of it. */
export const commandSourceSchema = z.union([command, commandObject]);
/** A command that only looks (`verify:`). */
export const probeSourceSchema = z.union([command, shape(commandKeys)]);
/** A step's command, or its probe, as parsed. */
export type CommandSource = z.output<typeof commandObject> | string;

/** A command as it will be sent; `path` is where its source stands. */
export function resolveCommand(source: CommandSource, path: Path, context: ResolveContext): CommandAction {
  const whole = typeof source === 'string' ? { command: source } : source;
  const { command: words, secrets } = context.command(
    whole.command,
    typeof source === 'string' ? path : [...path, 'command'],
  );
  const sudo = whole.sudo ?? false;
  return {
    kind: 'run',
    command: words,
    secrets: [...secrets],
    sudo: typeof sudo === 'string' ? context.text(sudo, [...path, 'sudo']) : sudo ? 'root' : null,
    pty: whole.pty ?? false,
    timeoutMs: whole.timeout === undefined ? limits.commandTimeoutMs : (parseDuration(whole.timeout) ?? 1),
    expect: resolveExpect(whole.expect, [...path, 'expect'], context),
  };
}

/** The words of a command and where they stand below `path`. */
export function wordsOf(source: CommandSource, path: Path): { readonly command: string; readonly path: Path } {
  return typeof source === 'string'
    ? { command: source, path }
    : { command: source.command, path: [...path, 'command'] };
}
