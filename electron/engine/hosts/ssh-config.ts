import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { Result } from '../ports.ts';
import { cachedFile } from './cached-file.ts';
import { type ConfigFile, type Directive, includedFiles, parseConfigFile, type Section } from './ssh-config-file.ts';
import { matchesPatternList } from './wildcard.ts';

/** Everything ssh_config(5) says about one host, tokens put in and defaults filled. */
export interface HostSettings {
  /** As written in the checklist or in a ProxyJump. */
  readonly alias: string;
  readonly hostName: string;
  readonly port: number;
  readonly user: string;
  /** In the order to be offered; `explicit` when ssh_config names the file. */
  readonly identityFiles: readonly { readonly path: string; readonly explicit: boolean }[];
  readonly identitiesOnly: boolean;
  /** The agent's socket, or null for none. */
  readonly identityAgent: string | null;
  /** ProxyJump words in travelling order; empty = directly. */
  readonly jump: readonly string[];
  readonly hostKeyAlias: string | null;
  /** Read only, never written. */
  readonly knownHostsFiles: readonly string[];
}

export interface SshConfigContext {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Resolves an alias; `user` and `port` given in the checklist win, as they do on ssh's command line. */
export type ResolveSettings = (
  alias: string,
  given: { readonly user: string | null; readonly port: number | null },
) => Result<HostSettings>;

const includeDepth = 16;
/** What we act on. Other keywords change nothing here, so a block holding only those may be skipped unseen. */
const understood = new Set([
  'hostname',
  'port',
  'user',
  'identityfile',
  'identitiesonly',
  'identityagent',
  'proxyjump',
  'proxycommand',
  'userknownhostsfile',
  'globalknownhostsfile',
  'hostkeyalias',
]);

class ConfigError extends Error {
  readonly file: string;
  constructor(file: string, message: string) {
    super(message);
    this.file = file;
  }
}

/** The values found so far; the first one found wins, identity files add up. */
interface Evaluation {
  readonly alias: string;
  readonly localUser: string;
  readonly values: Map<string, readonly string[]>;
  readonly identityFiles: string[];
  finalPass: boolean;
  finalWanted: boolean;
}

/** Reads `~/.ssh/config`, then the system's file, at every call (parsed again only when changed). */
export function sshConfigReader({ home, env }: SshConfigContext): ResolveSettings {
  const read = cachedFile<ConfigFile | null>(parseConfigFile, null);
  const userFile = join(home, '.ssh', 'config');
  const systemFolder = env['ProgramData'] === undefined ? '/etc/ssh' : join(env['ProgramData'], 'ssh');
  const roots = [
    { path: userFile, base: join(home, '.ssh') },
    { path: join(systemFolder, 'ssh_config'), base: systemFolder },
  ];

  const load = (path: string): ConfigFile | null => {
    try {
      return read(path);
    } catch (error) {
      throw new ConfigError(path, error instanceof Error ? error.message : String(error));
    }
  };

  const apply = (path: string, base: string, evaluation: Evaluation, depth: number): void => {
    if (depth > includeDepth) throw new ConfigError(path, 'Include: too many levels');
    const file = load(path);
    for (const section of file?.sections ?? []) {
      if (!applies(section, path, evaluation)) continue;
      for (const directive of section.directives) {
        if (directive.keyword !== 'include') take(directive, evaluation);
        else {
          const files = directive.args.flatMap((pattern) => includedFiles(pattern, home, base));
          for (const included of files) apply(included, base, evaluation, depth + 1);
        }
      }
    }
  };

  return (alias, given) => {
    const evaluation: Evaluation = {
      alias,
      localUser: localUserName(env),
      values: new Map(),
      identityFiles: [],
      finalPass: false,
      finalWanted: false,
    };
    if (given.user !== null) evaluation.values.set('user', [given.user]);
    if (given.port !== null) evaluation.values.set('port', [String(given.port)]);
    try {
      for (const root of roots) apply(root.path, root.base, evaluation, 0);
      if (evaluation.finalWanted) {
        evaluation.finalPass = true;
        for (const root of roots) apply(root.path, root.base, evaluation, 0);
      }
      return { ok: true, value: settingsOf(evaluation, { home, env }) };
    } catch (error) {
      return { ok: false, failure: configFailure(alias, userFile, error) };
    }
  };
}

function configFailure(alias: string, userFile: string, error: unknown): Failure {
  const file = error instanceof ConfigError ? error.file : userFile;
  return failure('ssh-config-invalid', { host: alias, file }, error);
}

function localUserName(env: NodeJS.ProcessEnv): string {
  try {
    return userInfo().username;
  } catch {
    return env['USER'] ?? env['USERNAME'] ?? '';
  }
}

function take({ keyword, args }: Directive, evaluation: Evaluation): void {
  if (keyword === 'identityfile') {
    evaluation.identityFiles.push(...args.filter((path) => !evaluation.identityFiles.includes(path)));
  } else if (understood.has(keyword) && !evaluation.values.has(keyword)) {
    // Whichever of the two comes first switches the other off.
    if (keyword === 'proxycommand' && evaluation.values.has('proxyjump')) return;
    if (keyword === 'proxyjump' && evaluation.values.has('proxycommand')) return;
    evaluation.values.set(keyword, args);
  }
}

function currentHostName(evaluation: Evaluation): string {
  const written = evaluation.values.get('hostname')?.[0];
  return written === undefined ? evaluation.alias : replaceTokens(written, { h: evaluation.alias });
}

function applies(section: Section, file: string, evaluation: Evaluation): boolean {
  switch (section.when) {
    case 'always':
      return true;
    case 'host':
      return matchesPatternList(section.words, evaluation.finalPass ? currentHostName(evaluation) : evaluation.alias);
    case 'match':
      return matchApplies(section, file, evaluation);
  }
}

/**
 * `Match exec` would run a program of the file's choosing, so it is never evaluated. Where nothing else rules the
 * block out and it would change how we connect, guessing is worse than stopping.
 */
function matchApplies(section: Section, file: string, evaluation: Evaluation): boolean {
  let undecidable: string | null = null;
  for (let index = 0; index < section.words.length; index++) {
    const word = (section.words[index] ?? '').toLowerCase();
    const negated = word.startsWith('!');
    const keyword = negated ? word.slice(1) : word;
    const lone = keyword === 'all' || keyword === 'canonical' || keyword === 'final';
    const value = lone ? '' : (section.words[++index] ?? '');
    const holds = criterionHolds(keyword, value, evaluation);
    if (holds === null) undecidable = keyword;
    else if (holds === negated) return false;
  }
  if (undecidable === null) return true;
  const matters = section.directives.some(
    ({ keyword }) =>
      keyword === 'include' ||
      keyword === 'identityfile' ||
      (understood.has(keyword) && !evaluation.values.has(keyword)),
  );
  if (!matters) return false;
  throw new ConfigError(file, `Match ${undecidable}: this condition is not evaluated, and it may apply to this host`);
}

function criterionHolds(keyword: string, value: string, evaluation: Evaluation): boolean | null {
  switch (keyword) {
    case 'all':
      return true;
    case 'canonical':
      return false;
    case 'final':
      evaluation.finalWanted = true;
      return evaluation.finalPass;
    case 'host':
      return matchesPatternList(value.toLowerCase().split(','), currentHostName(evaluation).toLowerCase());
    case 'originalhost':
      return matchesPatternList(value.split(','), evaluation.alias);
    case 'user':
      return matchesPatternList(value.split(','), evaluation.values.get('user')?.[0] ?? evaluation.localUser);
    case 'localuser':
      return matchesPatternList(value.split(','), evaluation.localUser);
    default:
      return null;
  }
}

function settingsOf(evaluation: Evaluation, { home, env }: SshConfigContext): HostSettings {
  const { alias, values } = evaluation;
  const first = (keyword: string): string | null => values.get(keyword)?.[0] ?? null;
  const command = values.get('proxycommand')?.join(' ') ?? 'none';
  if (command.toLowerCase() !== 'none') {
    throw new Error(`ProxyCommand is not supported (use ProxyJump): ${command}`);
  }
  const hostName = currentHostName(evaluation);
  const user = first('user') ?? evaluation.localUser;
  const port = Number(first('port') ?? 22);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`Port: ${first('port')}`);

  const tokens = { h: hostName, n: alias, r: user, p: String(port), u: evaluation.localUser, d: home };
  const path = (text: string): string => expandPath(text, tokens, home, env);
  const jump = first('proxyjump') ?? 'none';
  return {
    alias,
    hostName,
    port,
    user,
    identityFiles: identityFiles(evaluation.identityFiles, path, home),
    identitiesOnly: first('identitiesonly')?.toLowerCase() === 'yes',
    identityAgent: agentSocket(first('identityagent'), path, env),
    jump:
      jump.toLowerCase() === 'none'
        ? []
        : replaceTokens(jump, tokens)
            .split(',')
            .map((word) => word.trim()),
    hostKeyAlias: first('hostkeyalias'),
    knownHostsFiles: [
      ...(values.get('userknownhostsfile') ?? ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']),
      ...(values.get('globalknownhostsfile') ?? ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']),
    ]
      .filter((name) => name.toLowerCase() !== 'none')
      .map(path),
  };
}

function identityFiles(
  written: readonly string[],
  path: (text: string) => string,
  home: string,
): HostSettings['identityFiles'] {
  if (written.length > 0) {
    return written
      .filter((file) => file.toLowerCase() !== 'none')
      .map((file) => ({ path: path(file), explicit: true }));
  }
  const defaults = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
  return defaults.map((name) => ({ path: join(home, '.ssh', name), explicit: false }));
}

function agentSocket(written: string | null, path: (text: string) => string, env: NodeJS.ProcessEnv): string | null {
  if (written?.toLowerCase() === 'none') return null;
  if (written !== null && written !== 'SSH_AUTH_SOCK') {
    return written.startsWith('$') && !written.startsWith('${') ? (env[written.slice(1)] ?? null) : path(written);
  }
  const socket = env['SSH_AUTH_SOCK'];
  return socket === undefined || socket === '' ? null : socket;
}

function replaceTokens(text: string, tokens: Readonly<Record<string, string>>): string {
  return text.replace(/%(.)/g, (whole, token: string) => (token === '%' ? '%' : (tokens[token] ?? whole)));
}

function expandPath(
  text: string,
  tokens: Readonly<Record<string, string>>,
  home: string,
  env: NodeJS.ProcessEnv,
): string {
  const inserted = replaceTokens(text, tokens).replace(/\$\{(\w+)\}/g, (_whole, name: string) => env[name] ?? '');
  const absolute = inserted.replace(/^~(?=$|[/\\])/, () => home);
  return isAbsolute(absolute) ? absolute : join(home, '.ssh', absolute);
}
