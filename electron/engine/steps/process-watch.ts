import type { Failure, FailureCode } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { Identity } from '../../../shared/steps/actions/process.ts';
import type { CommandAction } from '../../../shared/steps/actions.ts';
import { type Blindness, type Sensed, sense } from '../../../shared/steps/process-identity.ts';
import { type LookRequest, lookEnds, lookScript } from '../../../shared/steps/process-look.ts';
import { readSight, type Sight } from '../../../shared/steps/process-sight.ts';
import { type LogSight, readLogSight } from './service-log.ts';
import type { StepContext } from './step-runner.ts';
import { sudoRefusal } from './sudo-refusal.ts';

/** One look that came back. */
export interface Look {
  readonly sight: Sight;
  readonly log: LogSight | null;
  readonly sensed: Sensed;
}

/** A look that told nothing; `lost` when the link went. */
export interface NoLook {
  readonly failure: Failure;
  readonly lost: boolean;
}

/** What of a look differs from one to the next. */
type Wanted = Partial<Pick<LookRequest, 'owners' | 'log'>>;

/** How long one look may take on a host that is busy; a second one is tried before it counts as none. */
const lookTimeoutMs = 15_000;

/**
 * Looks at one host's processes again and again over its held connection. It looks as the account that logged in, and
 * as the step's other account only once it has turned out that the first cannot see enough.
 */
export class ProcessWatch {
  readonly #context: StepContext;
  readonly #identity: Identity;
  readonly #ports: readonly number[];
  readonly #sudo: string | null;
  #asSudo = false;

  /** @param ports further ports whose listeners are wanted. */
  constructor(context: StepContext, identity: Identity, ports: readonly number[], sudo: string | null) {
    this.#context = context;
    this.#identity = identity;
    this.#ports = [...new Set([...ports, ...(identity.by === 'port' ? [identity.port] : [])])];
    this.#sudo = sudo;
  }

  async look(wanted: Wanted = {}): Promise<Look | NoLook> {
    const seen = await this.#once(wanted);
    if (!('sight' in seen) || this.#asSudo || this.#sudo === null) return seen;
    const { sensed } = seen;
    const ownerHidden = wanted.owners === true && sensed.known && sensed.remark === 'owner-hidden';
    if (sensed.known && !ownerHidden && seen.log?.type !== 'unreadable') return seen;
    this.#asSudo = true;
    return await this.#once(wanted);
  }

  /** Why a look cannot say whether the process is there; null when it can. */
  blindness({ sensed }: Look): Failure | null {
    if (sensed.known) return null;
    const params = { host: this.#context.target, ...this.#names() };
    return failure(blindCodes[sensed.why], params, sensed.detail || null);
  }

  #names(): Readonly<Record<string, string>> {
    const identity = this.#identity;
    if (identity.by === 'pid-file') return { file: identity.path };
    if (identity.by === 'systemd') return { name: identity.unit, manager: 'systemd' };
    return identity.by === 'supervisor' ? { name: identity.program, manager: 'supervisor' } : {};
  }

  async #once({ owners = false, log = null }: Wanted): Promise<Look | NoLook> {
    const identity = this.#identity;
    const manager = identity.by === 'systemd' || identity.by === 'supervisor' ? identity : null;
    const pidFile = identity.by === 'pid-file' ? identity.path : null;
    const script = lookScript({ pidFile, ports: this.#ports, owners, manager, log });
    const ran = await runQuietly(this.#context, script, this.#asSudo ? this.#sudo : null);
    if ('failure' in ran) return ran;
    const split = ran.stdout.indexOf(`\n${lookEnds}\n`);
    const sight = split === -1 ? null : readSight(ran.stdout.subarray(0, split).toString('utf8'));
    if (sight === null) {
      const said = { captured: () => ({ text: ran.stderr, complete: true, lines: 0 }) };
      const account = { sudo: this.#asSudo ? this.#sudo : null, pty: false };
      const refused = sudoRefusal(account, this.#context.target, ran.code, said);
      const problem = refused ?? failure('no-process-list', { host: this.#context.target }, ran.stderr || null);
      return { failure: problem, lost: false };
    }
    const rest = ran.stdout.subarray(split + lookEnds.length + 2);
    return { sight, log: log === null ? null : readLogSight(rest), sensed: sense(sight, identity) };
  }
}

const blindCodes: Readonly<Record<Blindness, FailureCode>> = {
  'no-process-list': 'no-process-list',
  'others-hidden': 'processes-hidden',
  'pid-file-unreadable': 'pid-file-unreadable',
  'pid-file-empty': 'pid-file-empty',
  'no-socket-list': 'no-socket-list',
  'manager-silent': 'manager-silent',
};

interface Quiet {
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly code: number | null;
}

/**
 * Runs a script of our own whose output is for us and not for the recording. It only looks, so that one which hangs (a
 * process that is just dying can hold up whoever reads of it) is given up and run once more.
 */
export async function runQuietly(context: StepContext, script: string, sudo: string | null): Promise<Quiet | NoLook> {
  const first = await runOnce(context, script, sudo);
  return first === 'hung' ? hungTwice(context, await runOnce(context, script, sudo)) : first;
}

function hungTwice(context: StepContext, second: Quiet | NoLook | 'hung'): Quiet | NoLook {
  if (second !== 'hung') return second;
  const params = { host: context.target, seconds: String(lookTimeoutMs / 1000) };
  return { failure: failure('timeout', params), lost: true };
}

async function runOnce(context: StepContext, script: string, sudo: string | null): Promise<Quiet | NoLook | 'hung'> {
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  let bytes = 0;
  const started = await context.hosts.exec(context.target, {
    ...context.wire(quietAction(script, sudo)),
    pty: false,
    onOutput: (stream, chunk) => {
      bytes += chunk.length;
      if (bytes <= limits.captureBytes) chunks[stream].push(chunk);
    },
  });
  if (!started.ok) return { failure: started.failure, lost: started.failure.code === 'link-lost' };
  const over = new AbortController();
  let hung = false;
  const late = context.clock.sleep(lookTimeoutMs, over.signal).then(
    () => {
      hung = true;
      started.value.close();
    },
    () => {},
  );
  const end = await started.value.ended;
  over.abort();
  await late;
  if (end.type === 'lost') return hung ? 'hung' : { failure: end.failure, lost: true };
  const stderr = Buffer.concat(chunks.stderr).toString('utf8').slice(0, 4_000);
  return { stdout: Buffer.concat(chunks.stdout), stderr, code: end.code };
}

function quietAction(script: string, sudo: string | null): CommandAction {
  const expect = { exit: [0], stdout: [], stderr: [] };
  return { kind: 'run', command: script, secrets: [], sudo, pty: false, timeoutMs: lookTimeoutMs, expect };
}
