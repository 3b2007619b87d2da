import type { Plan } from '../../shared/checklist/plan.ts';
import { resolvePlan } from '../../shared/checklist/resolve.ts';
import type { PreflightHost } from '../../shared/contract/ipc/preflight.ts';
import type { Answers } from '../../shared/contract/ipc.ts';
import { whatWentBefore } from '../engine/history.ts';
import { createHosts } from '../engine/hosts/index.ts';
import { type LoadedChecklist, loadChecklist } from '../engine/load-checklist.ts';
import type { Clock, HostConnection, HostEvent, Hosts, Prompter, SecretStore } from '../engine/ports.ts';
import { createSecretStore } from '../engine/secrets.ts';
import type { CheckSubject } from '../lockdown/ports.ts';
import { planSubject } from './check-subject.ts';
import type { PromptDesk } from './prompt-desk.ts';
import type { Push } from './push.ts';
import type { Surroundings } from './surroundings.ts';

/** What preflight prepared; a run takes all of it over, connections and answers included. */
export interface Prepared {
  readonly plan: Plan;
  readonly files: LoadedChecklist['files'];
  readonly source: string;
  readonly hosts: Hosts;
  readonly secrets: SecretStore;
  readonly prompter: Prompter;
  /** What the hosts did so far. */
  readonly earlier: readonly HostEvent[];
  /** Takes back the questions that are still open, and asks no more. */
  readonly withdraw: () => void;
}

export interface PreflightDesk {
  open(path: string, environment: string): Promise<Answers['preflight:open']>;
  /** Starts connecting; how it goes is pushed. Throws for a host that the plan does not have. */
  connect(hosts: readonly string[]): void;
  /** Hands everything to a run; preflight is then closed without closing the connections. */
  handOver(): Prepared | null;
  /** What is to be sensed before the run, or null while no plan is open. */
  subject(): CheckSubject | null;
  /** The checklist that is open here, or null. */
  source(): string | null;
  close(): Promise<void>;
}

export interface PreflightParts {
  readonly data: string;
  readonly surroundingsFor: (checklist: string) => Surroundings;
  readonly clock: Clock;
  readonly prompts: PromptDesk;
  readonly push: Push;
}

const blank: Omit<PreflightHost, 'name' | 'status'> = {
  address: null,
  user: null,
  keyType: null,
  fingerprint: null,
  via: [],
  latencyMs: null,
  failure: null,
};

function connectedHost(connection: HostConnection): PreflightHost {
  const { host, address, port, user, keyType, fingerprint, via, latencyMs } = connection;
  const name = host;
  const shown = port === 22 ? address : `${address.includes(':') ? `[${address}]` : address}:${port}`;
  return { name, status: 'connected', address: shown, user, keyType, fingerprint, via, latencyMs, failure: null };
}

/** How a host's coming and going looks on the preflight screen, or null when it changes nothing there. */
export function preflightHost(event: HostEvent): PreflightHost | null {
  switch (event.type) {
    case 'connected':
      return connectedHost(event.connection);
    case 'failed':
    case 'lost':
      return { ...blank, name: event.host, status: 'failed', failure: event.failure };
    case 'key-accepted':
      return null;
  }
}

/** The one preflight at a time. */
export function createPreflightDesk(parts: PreflightParts): PreflightDesk {
  const { data, surroundingsFor, clock, prompts, push } = parts;
  let current: (Prepared & { readonly unsubscribe: () => void }) | null = null;
  // A person who changes the environment quickly must get the last one, not the one that loaded last.
  let turn = 0;

  async function close(): Promise<void> {
    const leaving = current;
    current = null;
    if (leaving === null) return;
    leaving.withdraw();
    leaving.unsubscribe();
    await leaving.hosts.close();
  }

  function prepare(plan: Plan, files: LoadedChecklist['files'], source: string): void {
    const secrets = createSecretStore();
    const { prompter, withdraw } = prompts.open();
    const hosts = createHosts({ hosts: plan.hosts, ...surroundingsFor(source), data, prompter, secrets, clock });
    const earlier: HostEvent[] = [];
    const unsubscribe = hosts.subscribe((event) => {
      earlier.push(event);
      const shown = preflightHost(event);
      if (shown !== null) push('preflight:host', shown);
    });
    current = { plan, files, source, hosts, secrets, prompter, earlier, withdraw, unsubscribe };
  }

  return {
    open: async (path, environment) => {
      turn += 1;
      const mine = turn;
      await close();
      const loaded = await loadChecklist(path, environment);
      if (loaded.checklist === null) return { ok: false, problems: loaded.problems };
      const plan = resolvePlan(loaded.checklist, environment);
      if (mine === turn) prepare(plan, loaded.files, path);
      const { rehearsal, unexplained } = await whatWentBefore(data, plan, loaded.files);
      return {
        ok: true,
        plan,
        rehearsal,
        unexplained: unexplained === null ? null : { runId: unexplained.runId, title: unexplained.plan.title },
      };
    },
    connect: (names) => {
      if (current === null) throw new Error('No preflight is open.');
      const { hosts, plan } = current;
      const known = new Set(plan.hosts.map((host) => host.name));
      const strange = names.find((name) => !known.has(name));
      if (strange !== undefined) throw new Error(`The plan has no host ${strange}.`);
      for (const name of names) {
        const held = hosts.connection(name);
        if (held !== null) {
          push('preflight:host', connectedHost(held));
          continue;
        }
        push('preflight:host', { ...blank, name, status: 'connecting' });
        void hosts.connect(name);
      }
    },
    handOver: () => {
      const prepared = current;
      current = null;
      prepared?.unsubscribe();
      return prepared;
    },
    subject: () => (current === null ? null : planSubject(current.plan, current.hosts, data, clock)),
    source: () => current?.source ?? null,
    close,
  };
}
