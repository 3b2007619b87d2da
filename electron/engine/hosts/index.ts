import type { PlanHost } from '../../../shared/checklist/plan.ts';
import { failure } from '../../../shared/contract/failure.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { Clock, HostEvent, Hosts, Prompter, Result, SecretStore } from '../ports.ts';
import { hostKeys } from './host-keys.ts';
import { keyFiles } from './key-files.ts';
import type { Link } from './link.ts';
import { connectionOf, createLinks } from './links.ts';
import { type Route, routeFinder } from './route.ts';
import { sshConfigReader } from './ssh-config.ts';
import { type HostTiming, hostTiming } from './timing.ts';

export interface HostsSetup {
  readonly hosts: readonly PlanHost[];
  /** `~`: `.ssh/config`, keys and known_hosts are read from here and never written. */
  readonly home: string;
  /** The app's data folder; accepted host keys are kept in its `known_hosts`. */
  readonly data: string;
  /** For SSH_AUTH_SOCK and `${NAME}` in ssh_config; the process's own when left out. */
  readonly env?: NodeJS.ProcessEnv;
  readonly prompter: Prompter;
  readonly secrets: SecretStore;
  readonly clock: Clock;
  /** For tests; the app keeps `limits`. */
  readonly timing?: HostTiming;
}

/** The SSH connections of one run, opened when first needed and held until `close`. */
export function createHosts(setup: HostsSetup): Hosts {
  const { prompter, secrets, clock } = setup;
  const timing = setup.timing ?? hostTiming;
  const listeners = new Set<(event: HostEvent) => void>();
  const emit = (event: HostEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const routeTo = routeFinder(setup.hosts, sshConfigReader({ home: setup.home, env: setup.env ?? process.env }));
  const routes = new Map<string, Route>();
  const world = {
    prompter,
    secrets,
    clock,
    timing,
    hostKeys: hostKeys(setup.data),
    keyFiles: keyFiles(prompter, secrets),
  };

  const links = createLinks(world, limits.connecting, emit);

  const open = async (host: string): Promise<Result<{ readonly route: Route; readonly link: Link }>> => {
    const route = routeTo(host);
    if (!route.ok) {
      const named = { ...route.failure, params: { ...route.failure.params, host } };
      emit({ type: 'failed', host, failure: named });
      return { ok: false, failure: named };
    }
    routes.set(host, route.value);
    const link = await links.open(route.value, host);
    return link.ok ? { ok: true, value: { route: route.value, link: link.value } } : link;
  };

  return {
    connect: async (host) => {
      const opened = await open(host);
      if (!opened.ok) return opened;
      return { ok: true, value: connectionOf(host, opened.value.route, opened.value.link) };
    },
    exec: async (host, request) => await onLink(host, open, (link) => link.exec(request)),
    sftp: async (host) => await onLink(host, open, (link) => link.sftp()),
    forward: async (host, to) => {
      const opened = await open(host);
      return opened.ok ? await opened.value.link.forward({ host, user: '', ...to }) : opened;
    },
    connection: (host) => {
      const route = routes.get(host);
      const link = route === undefined ? null : links.held(route);
      return route === undefined || link === null ? null : connectionOf(host, route, link);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => links.close(),
  };
}

/** A held link may turn out to be dead when it is used; as long as nothing was sent, a new one is tried once. */
async function onLink<T>(
  host: string,
  open: (host: string) => Promise<Result<{ readonly link: Link }>>,
  use: (link: Link) => Promise<Result<T> | 'not-sent'>,
): Promise<Result<T>> {
  for (let tries = 1; ; tries++) {
    const opened = await open(host);
    if (!opened.ok) return opened;
    const used = await use(opened.value.link);
    if (used !== 'not-sent') return used;
    const reason = opened.value.link.gone() ?? failure('link-lost', { host });
    if (tries === 2) return { ok: false, failure: reason };
  }
}
