/** What a command has at hand; tests bring their own. */
export interface CliIo {
  /** Results, for programs and pipes. */
  stdout(text: string): void;
  /** Words for people. */
  stderr(text: string): void;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** Exit codes of the fixed command line (`architecture.md`); a script may rely on them. */
export const exitCodes = {
  ok: 0,
  stopped: 1,
  badInput: 2,
  altered: 2,
  refused: 3,
  incomplete: 3,
  needsPerson: 4,
} as const;
