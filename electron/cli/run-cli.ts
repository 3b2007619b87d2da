import { check } from './check.ts';
import { type CliIo, exitCodes } from './cli-io.ts';
import { demo } from './demo.ts';
import { cliTranslator } from './language.ts';
import { rehearse } from './rehearse.ts';
import { report } from './report.ts';
import { resume } from './resume.ts';
import { schema } from './schema.ts';
import { verify } from './verify.ts';

/** One command of the fixed command line. */
export type Command = (args: readonly string[], io: CliIo) => Promise<number>;

const commands: Readonly<Record<string, Command>> = { check, demo, rehearse, report, resume, schema, verify };

/** True when the first word is a command of ours, so that the packaged app opens no window for it. */
export function isCommand(word: string | undefined): boolean {
  return word !== undefined && Object.hasOwn(commands, word);
}

/** Runs one command line and gives its exit code. Bad usage and unreadable input end with code 2 and one sentence. */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  const [word, ...rest] = args;
  const t = cliTranslator(io.env);
  const command = isCommand(word) ? commands[word ?? ''] : undefined;
  if (command === undefined) {
    io.stderr(`${t('cli:usage', { commands: Object.keys(commands).join(', ') })}\n`);
    return exitCodes.badInput;
  }
  try {
    return await command(rest, io);
  } catch (error) {
    io.stderr(`${t('cli:failed', { command: word, cause: error instanceof Error ? error.message : String(error) })}\n`);
    return exitCodes.badInput;
  }
}
