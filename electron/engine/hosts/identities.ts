import ssh2, { type ParsedKey } from 'ssh2';
import type { Clock } from '../ports.ts';
import type { KeyFiles, KeyProblem, KeyResult, WhileAsking } from './key-files.ts';
import type { HostSettings } from './ssh-config.ts';

/** One key that can be offered to a server. */
export interface Identity {
  readonly source: 'agent' | 'publickey';
  /** For the list of what was tried: the file, or the agent's comment. */
  readonly label: string;
  /** Null where only opening the file would tell. */
  readonly publicKey: ParsedKey | null;
  /** The whole key; for a file this may ask for its passphrase. */
  open(whileAsking: WhileAsking): Promise<KeyResult<ParsedKey>>;
  sign(key: ParsedKey, data: Buffer, hash: string | undefined, whileAsking: WhileAsking): Promise<Buffer>;
}

export interface IdentityProblem {
  readonly file: string | null;
  readonly problem: KeyProblem | 'agent-unreachable';
  readonly cause: string;
}

export interface Identities {
  readonly offer: readonly Identity[];
  readonly problems: readonly IdentityProblem[];
}

/** A signature could not be made because the key would not open. */
export class KeyNotOpened extends Error {
  readonly problem: IdentityProblem;
  constructor(problem: IdentityProblem) {
    super(problem.cause);
    this.problem = problem;
  }
}

/** How many keys are offered at most; servers hang up after six failures by default (`MaxAuthTries`). */
const offered = 20;

/**
 * The keys to offer, in OpenSSH's order: agent keys that ssh_config names, other agent keys (unless
 * `IdentitiesOnly`), then files that the agent does not hold.
 */
export async function listIdentities(
  settings: HostSettings,
  files: KeyFiles,
  host: string,
  clock: Clock,
): Promise<Identities> {
  const problems: IdentityProblem[] = [];
  const inAgent = settings.identityAgent === null ? [] : await agentIdentities(settings.identityAgent, problems, clock);
  const fromFiles = settings.identityFiles.flatMap(({ path, explicit }) => {
    const half = files.publicHalf(path);
    if (half.ok) return [{ identity: fileIdentity(path, half.key, files, host), explicit }];
    if (half.problem !== 'missing' || explicit) problems.push({ file: path, problem: half.problem, cause: half.cause });
    return [];
  });
  const named = fromFiles.filter((file) => file.explicit).map((file) => file.identity);
  const agentNamed = inAgent.filter((key) => named.some((file) => sameKey(file, key)));
  const agentOthers = settings.identitiesOnly ? [] : inAgent.filter((key) => !agentNamed.includes(key));
  const rest = fromFiles.map((file) => file.identity).filter((file) => !inAgent.some((key) => sameKey(file, key)));
  return { offer: [...agentNamed, ...agentOthers, ...rest].slice(0, offered), problems };
}

function sameKey(a: Identity, b: Identity): boolean {
  return a.publicKey !== null && b.publicKey !== null && a.publicKey.getPublicSSH().equals(b.publicKey.getPublicSSH());
}

function fileIdentity(path: string, publicKey: ParsedKey | null, files: KeyFiles, host: string): Identity {
  return {
    source: 'publickey',
    label: path,
    publicKey,
    open: (whileAsking) => files.open(path, host, whileAsking),
    sign: async (_key, data, hash, whileAsking) => {
      const opened = await files.open(path, host, whileAsking);
      if (!opened.ok) throw new KeyNotOpened({ file: path, problem: opened.problem, cause: opened.cause });
      const signature: unknown = opened.key.sign(data, hash);
      if (signature instanceof Error) throw signature;
      return signature as Buffer;
    },
  };
}

/** A forwarded agent whose link has died accepts the question and never answers. Milliseconds. */
const agentPatience = 5_000;

async function agentIdentities(
  socket: string,
  problems: IdentityProblem[],
  clock: Clock,
): Promise<readonly Identity[]> {
  const agent = ssh2.createAgent(socket);
  const patience = new AbortController();
  const keys = await new Promise<readonly unknown[] | Error>((resolve) => {
    agent.getIdentities((error, found) => resolve(error ?? found ?? []));
    clock.sleep(agentPatience, patience.signal).then(
      () => resolve(new Error('the agent does not answer')),
      () => undefined,
    );
  });
  patience.abort();
  if (keys instanceof Error) {
    problems.push({ file: socket, problem: 'agent-unreachable', cause: keys.message });
    return [];
  }
  return keys.flatMap((entry) => {
    const parsed: unknown = ssh2.utils.parseKey(entry as Buffer);
    const publicKey = Array.isArray(parsed) ? (parsed[0] as unknown) : parsed;
    if (publicKey instanceof Error) return [];
    const key = publicKey as ParsedKey;
    return [
      {
        source: 'agent' as const,
        label: key.comment === '' || key.comment === undefined ? key.type : key.comment,
        publicKey: key,
        open: async () => ({ ok: true as const, key }),
        sign: (wanted: ParsedKey, data: Buffer, hash: string | undefined) =>
          new Promise<Buffer>((resolve, reject) => {
            agent.sign(wanted, data, hash === undefined ? {} : { hash: hash as 'sha256' }, (error, signature) => {
              if (error || signature === undefined) reject(error ?? new Error('the agent gave no signature'));
              else resolve(signature);
            });
          }),
      },
    ];
  });
}
