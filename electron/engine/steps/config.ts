import { createHash } from 'node:crypto';
import { shellQuote } from '../../../shared/checklist/quote.ts';
import { type ConfigJudgement, judgeConfig } from '../../../shared/config/compare.ts';
import type { ConfigEntries } from '../../../shared/config/entries.ts';
import { readConfig } from '../../../shared/config/read.ts';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { ConfigAction, ConfigDrift, ConfigResult } from '../../../shared/steps/actions/config.ts';
import type { CommandAction } from '../../../shared/steps/actions.ts';
import type { OutputSink } from '../ports.ts';
import { runCommand } from './command.ts';
import { driftSince, keepEntries, lastLook, mostListed } from './config-drift.ts';
import { decodeConfig } from './config-text.ts';
import { commandSending, type Outcome, outcome, type StepContext, type StepEngine } from './step-runner.ts';
import { sudoRefusal } from './sudo-refusal.ts';

/** A configuration file larger than this is none, and reading it would hold the app up. Bytes. */
const mostBytes = 2 * 1024 * 1024;
/** How the script says what is in the way; above what shells and sudo use themselves. */
const exits = { missing: 81, noFile: 82, denied: 83, large: 84 } as const;
/** Checks beyond this are only counted: nobody reads them one by one. */
const mostChecks = 300;

/** Reads the file on its host and holds it against what is expected. Its bytes are never recorded. */
async function runConfig(context: StepContext, action: ConfigAction): Promise<Outcome> {
  const read = await readFile(context, action);
  if (!read.ok) return read.outcome;
  const decoded = decodeConfig(read.bytes, action.format, action.encoding);
  const at = { host: context.target, path: action.file };
  if (!decoded.ok) {
    const params = { ...at, encoding: action.encoding, line: String(decoded.line) };
    return failed(failure('config-encoding', params));
  }
  const reading = readConfig(action.format, decoded.text);
  if (!reading.ok) {
    const params = { ...at, format: action.format, line: String(reading.line) };
    return failed(failure('config-syntax', params, reading.reason));
  }
  const missing = secretsOf(action).find((name) => context.secret(name) === null);
  if (missing !== undefined) return failed(failure('secret-missing', { secret: missing }));
  return await judge(context, action, reading.entries, read.bytes.length);
}

const failed = (problem: Failure): Outcome => outcome('failed', { effect: 'none', failure: problem });

async function judge(
  context: StepContext,
  action: ConfigAction,
  entries: ConfigEntries,
  bytes: number,
): Promise<Outcome> {
  const judged = judgeConfig(action, entries, {
    wanted: ({ wanted }) =>
      wanted.type === 'sha256'
        ? null
        : wanted.parts.map((part) => (typeof part === 'string' ? part : (context.secret(part.secret) ?? ''))).join(''),
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
  });
  const drift = await driftOf(context, action, entries);
  const { differences } = judged;
  const result: ConfigResult = {
    kind: 'config',
    file: action.file,
    bytes,
    ...(await keepEntries(action, entries)),
    differences: differences.slice(0, mostListed),
    more: Math.max(0, differences.length - mostListed),
    drift,
  };
  try {
    await context.output.write('stdout', Buffer.from(summary(action, judged, entries.size, drift)));
  } catch (error) {
    return outcome('inconclusive', { effect: 'none', failure: failure('recording-unwritable', {}, error) });
  }
  return outcome(differences.length === 0 ? 'passed' : 'failed', { effect: 'none', checks: worst(judged), result });
}

/** What does not hold stands where it is seen first; the rest only as far as somebody would read it. */
function worst({ checks }: ConfigJudgement): ConfigJudgement['checks'] {
  return [...checks].sort((left, right) => Number(left.holds) - Number(right.holds)).slice(0, mostChecks);
}

async function driftOf(
  context: StepContext,
  action: ConfigAction,
  entries: ConfigEntries,
): Promise<ConfigDrift | null> {
  const place = { environment: context.plan.environment, target: context.target, file: action.file };
  const look = lastLook([context.state()], place) ?? lastLook(await context.history(), place);
  return look === null ? null : await driftSince(look, action, entries);
}

/** The recording's words; values of secret keys are not in them, and others only where the checklist names them. */
function summary(action: ConfigAction, judged: ConfigJudgement, keys: number, drift: ConfigDrift | null): string {
  const lines = judged.checks.map((check) => {
    const mark = check.holds === true ? 'ok ' : 'NOT';
    return `${mark} ${check.subject} ${check.expected}${check.holds === true ? '' : `, found ${check.found}`}`;
  });
  const since = (drift?.changes ?? []).map((one) => `${one.change} ${one.key}`);
  return [
    `${action.file}: ${keys} keys`,
    ...lines,
    ...(drift === null ? [] : [`since ${drift.at} (${drift.step}): ${since.length + drift.more} changes`, ...since]),
    '',
  ].join('\n');
}

type FileRead = { readonly ok: true; readonly bytes: Buffer } | { readonly ok: false; readonly outcome: Outcome };

async function readFile(context: StepContext, action: ConfigAction): Promise<FileRead> {
  const stop = (ended: Outcome): FileRead => ({ ok: false, outcome: ended });
  const chunks: Buffer[] = [];
  const command = readCommand(action);
  const { end, stopped } = await runCommand({ ...context, output: withoutStdout(context.output) }, command, (chunk) =>
    chunks.push(chunk),
  );
  if (end.type === 'lost') return stop(outcome('unknown', { effect: 'none', failure: stopped ?? end.failure }));
  if (end.type === 'not-sent') return stop(failed(end.failure));
  const exit = { code: end.code, signal: end.signal };
  if (stopped !== null) return stop(outcome('failed', { effect: 'none', exit, failure: stopped }));
  const refused = sudoRefusal(command, context.target, end.code, context.output);
  if (refused !== null) return stop(outcome('failed', { effect: 'none', exit, failure: refused }));
  if (end.code === 0) return { ok: true, bytes: Buffer.concat(chunks) };
  const problem = exitFailure(context.target, action.file, end.code, Buffer.concat(chunks).toString('latin1'));
  return stop(outcome('failed', { effect: 'none', exit, failure: problem }));
}

function exitFailure(host: string, path: string, code: number | null, said: string): Failure {
  switch (code) {
    case exits.missing:
      return failure('remote-not-found', { host, path });
    case exits.noFile:
      return failure('remote-not-found', { host, path }, 'there is something else of this name, but no file');
    case exits.denied:
      return failure('remote-denied', { host, path });
    case exits.large:
      return failure('config-too-large', { host, path, bytes: said.trim(), most: String(mostBytes) });
    default:
      return failure('host-answer-unreadable', { host }, `exit code ${code ?? '?'}`);
  }
}

/** The same recording for stderr; what the file says stays in memory. */
function withoutStdout(output: OutputSink): OutputSink {
  return {
    write: (stream, chunk) => (stream === 'stderr' ? output.write(stream, chunk) : undefined),
    captured: (stream) => output.captured(stream),
    seal: (exitCode) => output.seal(exitCode),
  };
}

function readCommand({ file, sudo }: ConfigAction): CommandAction {
  const folder = file.slice(0, Math.max(1, file.lastIndexOf('/')));
  const command = [
    `f=${shellQuote(file)}`,
    `if [ ! -e "$f" ]; then [ -x ${shellQuote(folder)} ] || [ ! -e ${shellQuote(folder)} ] || exit ${exits.denied}`,
    `  exit ${exits.missing}; fi`,
    `[ -f "$f" ] || exit ${exits.noFile}`,
    `[ -r "$f" ] || exit ${exits.denied}`,
    's=$(wc -c < "$f") || exit 1',
    `[ "$s" -le ${mostBytes} ] || { echo "$s"; exit ${exits.large}; }`,
    'cat < "$f"',
  ].join('\n');
  const expect = { exit: [0], stdout: [], stderr: [] };
  return { kind: 'run', command, secrets: [], sudo, pty: false, timeoutMs: 60_000, expect };
}

function secretsOf(action: ConfigAction): string[] {
  const names = action.expect.flatMap(({ wanted }) =>
    wanted.type === 'value' ? wanted.parts.flatMap((part) => (typeof part === 'string' ? [] : [part.secret])) : [],
  );
  return [...new Set(names)];
}

/** The engine's door of `config`. */
export const configEngine: StepEngine<ConfigAction> = {
  sending: (action, { target }) => ({
    ...commandSending(target, readCommand(action)),
    secrets: secretsOf(action),
    command: `config ${action.file}`,
  }),
  run: runConfig,
};
