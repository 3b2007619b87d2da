import { type CliIo, exitCodes } from './cli-io.ts';
import { cliTranslator } from './language.ts';

/** One command of the fixed command line. */
export type Command = (args: readonly string[], io: CliIo) => Promise<number>;

/** Loaded when called, so that `check` does not pay for SSH and `schema` not for the report. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  cast: async () => (await import('./cast.ts')).cast,
  check: async () => (await import('./check.ts')).check,
  demo: async () => (await import('./demo.ts')).demo,
  print: async () => (await import('./print.ts')).print,
  rehearse: async () => (await import('./rehearse.ts')).rehearse,
  report: async () => (await import('./report.ts')).report,
  resume: async () => (await import('./resume.ts')).resume,
  runs: async () => (await import('./runs.ts')).runs,
  schema: async () => (await import('./schema.ts')).schema,
  verify: async () => (await import('./verify.ts')).verify,
};

/** True when the first word is a command of ours, so that the packaged app opens no window for it. */
export function isCommand(word: string | undefined): boolean {
  return word !== undefined && Object.hasOwn(commands, word);
}

/** Runs one command line and gives its exit code. Bad usage and unreadable input end with code 2 and one sentence. */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  const [word, ...rest] = args;
  const t = cliTranslator(io.env);
  const load = isCommand(word) ? commands[word ?? ''] : undefined;
  if (load === undefined) {
    io.stderr(`${t('cli:usage', { commands: Object.keys(commands).join(', ') })}\n`);
    return exitCodes.badInput;
  }
  try {
    const command = await load();
    return await command(rest, io);
  } catch (error) {
    io.stderr(`${t('cli:failed', { command: word, cause: error instanceof Error ? error.message : String(error) })}\n`);
    return exitCodes.badInput;
  }
}
