import { join } from 'node:path';
import { createHosts } from '../../electron/engine/hosts/index.ts';
import { type HostTiming, hostTiming } from '../../electron/engine/hosts/timing.ts';
import type { Clock, Exec, ExecEnd, HostEvent, Hosts, Prompt, SecretStore } from '../../electron/engine/ports.ts';
import type { PlanHost } from '../../shared/checklist/plan.ts';

/** The parts around `createHosts` that tests bring themselves. */

/** The machine's real clock. */
export const realClock: Clock = {
  now: () => new Date(),
  mono: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const timer = setTimeout(done, ms);
      function done(): void {
        signal.removeEventListener('abort', stopped);
        resolve();
      }
      function stopped(): void {
        clearTimeout(timer);
        reject(signal.reason);
      }
      signal.addEventListener('abort', stopped, { once: true });
    }),
};

/** The machine's clock, but time can be skipped: whoever sleeps sleeps on, and then finds that it is later. */
export class SkippingClock implements Clock {
  readonly sleep = realClock.sleep;
  #skippedMs = 0;

  now(): Date {
    return new Date(Date.now() + this.#skippedMs);
  }

  mono(): number {
    return performance.now() + this.#skippedMs;
  }

  skip(ms: number): void {
    this.#skippedMs += ms;
  }
}

/** Remembers secrets in memory, as the app's store does. */
export function memorySecrets(): SecretStore {
  const values = new Map<string, string>();
  return {
    remember: (name, value) => void values.set(name, value),
    forget: (name) => void values.delete(name),
    known: (name) => values.get(name) ?? null,
    values: () => [...values.values()],
  };
}

/** A host of a plan with everything optional left to ssh_config. */
export function planHost(name: string, given: Partial<PlanHost> = {}): PlanHost {
  return { name, address: name, port: null, user: null, jump: null, groups: [], identity: null, ...given };
}

export interface Kit {
  readonly hosts: Hosts;
  readonly events: HostEvent[];
  readonly prompts: Prompt[];
  readonly secrets: SecretStore;
  readonly data: string;
}

export interface KitOptions {
  readonly home: string;
  readonly hosts: readonly PlanHost[];
  /** Answers by prompt; null (nobody there) when left out. */
  readonly answer?: (prompt: Prompt) => readonly string[] | null | Promise<readonly string[] | null>;
  readonly env?: NodeJS.ProcessEnv;
  readonly timing?: Partial<HostTiming>;
}

/** Hosts as the app makes them, with everything they say and ask written down. The data folder lies in the home. */
export function hostsKit(options: KitOptions): Kit {
  const prompts: Prompt[] = [];
  const events: HostEvent[] = [];
  const secrets = memorySecrets();
  const data = join(options.home, 'data');
  const hosts = createHosts({
    hosts: options.hosts,
    home: options.home,
    data,
    env: options.env ?? {},
    prompter: {
      ask: async (prompt) => {
        prompts.push(prompt);
        return (await options.answer?.(prompt)) ?? null;
      },
    },
    secrets,
    clock: realClock,
    timing: { ...hostTiming, ...options.timing },
  });
  hosts.subscribe((event) => events.push(event));
  return { hosts, events, prompts, secrets, data };
}

export interface Ran {
  readonly end: ExecEnd;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** Starts a command and collects its output; throws when it cannot be started. */
export async function start(
  hosts: Hosts,
  host: string,
  sent: string,
  options: { readonly stdin?: Buffer; readonly pty?: boolean; readonly onChunk?: (text: string) => void } = {},
): Promise<{ readonly exec: Exec; readonly done: Promise<Ran> }> {
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const started = await hosts.exec(host, {
    sent,
    stdin: options.stdin ?? null,
    pty: options.pty ?? false,
    onOutput: (stream, chunk) => {
      chunks[stream].push(chunk);
      options.onChunk?.(chunk.toString());
    },
  });
  if (!started.ok) throw new Error(`${started.failure.code}: ${JSON.stringify(started.failure)}`);
  const exec = started.value;
  const done = exec.ended.then((end) => ({
    end,
    stdout: Buffer.concat(chunks.stdout),
    stderr: Buffer.concat(chunks.stderr),
  }));
  return { exec, done };
}

/** Runs a command to its end. */
export async function run(hosts: Hosts, host: string, sent: string, stdin?: Buffer): Promise<Ran> {
  return (await start(hosts, host, sent, stdin === undefined ? {} : { stdin })).done;
}
