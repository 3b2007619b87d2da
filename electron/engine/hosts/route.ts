import type { PlanHost } from '../../../shared/checklist/plan.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { Result } from '../ports.ts';
import type { HostSettings, ResolveSettings } from './ssh-config.ts';

/** A way to a host: its settings and, through `via`, the jump hosts before it. Equal keys share one connection. */
export interface Route {
  readonly key: string;
  /** The environment's host that this is, or null for a jump host that only ssh_config knows. */
  readonly planHost: string | null;
  /** `user@address:port`. */
  readonly label: string;
  readonly settings: HostSettings;
  readonly via: Route | null;
}

const hopsAtMost = 16;

/** Works out the way to each host of an environment: its own `jump`, else ssh_config's ProxyJump, hop by hop. */
export function routeFinder(hosts: readonly PlanHost[], resolve: ResolveSettings): (host: string) => Result<Route> {
  const byName = new Map(hosts.map((host) => [host.name, host]));

  const toPlanHost = (host: PlanHost, depth: number): Result<Route> => {
    const settings = resolve(host.address, { user: host.user, port: host.port });
    if (!settings.ok) return settings;
    const written = host.jump?.trim();
    const words = written === undefined ? settings.value.jump : jumpWords(written);
    const via = throughHops(words, written !== undefined, depth);
    return via.ok ? { ok: true, value: route(settings.value, via.value, host.name) } : via;
  };

  const toWord = (word: string, depth: number): Result<Route> => {
    const settings = settingsOfWord(word, resolve);
    if (!settings.ok) return settings;
    const via = throughHops(settings.value.jump, false, depth);
    return via.ok ? { ok: true, value: route(settings.value, via.value, null) } : via;
  };

  /** As ssh does: the first hop goes its own configured way, each further one through the hop before it. */
  const throughHops = (words: readonly string[], ofPlan: boolean, depth: number): Result<Route | null> => {
    if (depth > hopsAtMost) {
      return {
        ok: false,
        failure: failure('ssh-config-invalid', { host: words.join(',') }, 'ProxyJump leads in a circle'),
      };
    }
    let last: Route | null = null;
    for (const word of words) {
      const named: PlanHost | undefined = ofPlan ? byName.get(word) : undefined;
      let next: Result<Route>;
      if (last === null) next = named === undefined ? toWord(word, depth + 1) : toPlanHost(named, depth + 1);
      else next = onward(last, named, word);
      if (!next.ok) return next;
      last = next.value;
    }
    return { ok: true, value: last };
  };

  const onward = (via: Route, named: PlanHost | undefined, word: string): Result<Route> => {
    const settings =
      named === undefined
        ? settingsOfWord(word, resolve)
        : resolve(named.address, { user: named.user, port: named.port });
    return settings.ok ? { ok: true, value: route(settings.value, via, null) } : settings;
  };

  return (name) => {
    const host = byName.get(name);
    if (host === undefined)
      return { ok: false, failure: failure('local-error', { host: name }, 'no such host in this plan') };
    return toPlanHost(host, 0);
  };
}

function jumpWords(written: string): readonly string[] {
  return written.toLowerCase() === 'none' ? [] : written.split(',').map((word) => word.trim());
}

function route(settings: HostSettings, via: Route | null, planHost: string | null): Route {
  const label = `${settings.user}@${settings.hostName}:${settings.port}`;
  const own = planHost === null ? label : `host ${planHost}`;
  return { key: via === null ? own : `${own} via ${via.key}`, planHost, label, settings, via };
}

/** `[user@]host[:port]`, `[user@][v6]:port` or `ssh://user@host:port`. */
function settingsOfWord(word: string, resolve: ResolveSettings): Result<HostSettings> {
  const plain = word.replace(/^ssh:\/\//i, '').replace(/\/$/, '');
  const parts = /^(?:(.+)@)?(?:\[([^\]]+)\]|([^:\s]+))(?::(\d{1,5}))?$/.exec(plain);
  const name = parts?.[2] ?? parts?.[3];
  if (name === undefined) return { ok: false, failure: failure('jump-unknown', { hop: word }) };
  return resolve(name, { user: parts?.[1] ?? null, port: parts?.[4] === undefined ? null : Number(parts[4]) });
}
