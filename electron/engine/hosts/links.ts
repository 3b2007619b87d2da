import type { Duplex } from 'node:stream';
import { assertNever } from '../../../shared/assert-never.ts';
import type { Failure } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { HostConnection, HostEvent, Result } from '../ports.ts';
import { type DialOutcome, type DialWorld, dial } from './dial.ts';
import { type Destination, destinationParams, hopFailure } from './failures.ts';
import { nameForKnownHosts } from './host-keys.ts';
import { fingerprintOf, keyTypeOf } from './known-hosts.ts';
import { holdLink, type Link } from './link.ts';
import type { Route } from './route.ts';
import { oneAtATime, type Release, semaphore } from './semaphore.ts';

/** All held connections, jump hosts included. */
export interface Links {
  /** The held connection of this route, or a new one; `host` is on whose behalf. */
  open(route: Route, host: string): Promise<Result<Link>>;
  held(route: Route): Link | null;
  close(): Promise<void>;
}

/** After an accepted key or a slow answer we dial again; more often than this something is odd. */
const redials = 4;

export function createLinks(world: DialWorld, connecting: number, emit: (event: HostEvent) => void): Links {
  const held = new Map<string, Link>();
  const opening = new Map<string, Promise<Result<Link>>>();
  const place = semaphore(connecting);
  const askedOnce = oneAtATime();
  const stopped = new AbortController();

  const open = async (route: Route, host: string): Promise<Result<Link>> => {
    const standing = held.get(route.key);
    if (standing !== undefined && standing.gone() === null) return { ok: true, value: standing };
    const running = opening.get(route.key);
    if (running !== undefined) return running;
    const attempt = openNew(route, host).finally(() => opening.delete(route.key));
    opening.set(route.key, attempt);
    const result = await attempt;
    announce(route, result);
    return result;
  };

  /** Said once for each attempt; a jump host that is no host of the environment has no place in the run's record. */
  const announce = (route: Route, result: Result<Link>): void => {
    const host = route.planHost;
    if (host === null) return;
    if (!result.ok) {
      if (!stopped.signal.aborted) emit({ type: 'failed', host, failure: result.failure });
      return;
    }
    emit({ type: 'connected', connection: connectionOf(host, route, result.value) });
    result.value.onLost((reason) => {
      if (reason.code !== 'cancelled') emit({ type: 'lost', host, failure: reason });
    });
  };

  const openNew = async (route: Route, host: string): Promise<Result<Link>> => {
    const { settings } = route;
    const to: Destination = { host, address: settings.hostName, port: settings.port, user: settings.user };
    let last: Failure = failure('cancelled', destinationParams(to));
    for (let tries = 0; tries < redials; tries++) {
      if (stopped.signal.aborted) return { ok: false, failure: failure('cancelled', destinationParams(to)) };
      const through = await wayTo(route, to);
      if (!through.ok) return through;
      const outcome = await dialInTurn(route, to, through.value);
      switch (outcome.type) {
        case 'up': {
          const link = holdLink(outcome.dialled, to, world.clock, world.timing);
          held.set(route.key, link);
          return { ok: true, value: link };
        }
        case 'failed':
          return { ok: false, failure: outcome.failure };
        case 'asked-too-long':
          last = outcome.failure;
          break;
        case 'host-key': {
          const refused = await askedOnce(nameForKnownHosts(settings), () => judgeKey(route, to, outcome));
          if (refused !== null) return { ok: false, failure: refused };
          break;
        }
        default:
          return assertNever(outcome);
      }
    }
    return { ok: false, failure: last };
  };

  /** The jump host's connection is opened before a place among the connecting is taken, or they would block each other. */
  const wayTo = async ({ via }: Route, to: Destination): Promise<Result<Duplex | null>> => {
    if (via === null) return { ok: true, value: null };
    const hop = await open(via, via.planHost ?? to.host);
    if (!hop.ok) return { ok: false, failure: hopFailure(hop.failure, via.label, to.host) };
    const way = await hop.value.forward(to);
    return way.ok ? way : { ok: false, failure: hopFailure(way.failure, via.label, to.host) };
  };

  const dialInTurn = async ({ settings }: Route, to: Destination, through: Duplex | null): Promise<DialOutcome> => {
    let release: Release = await place();
    const stepAside = async <T>(work: () => Promise<T>): Promise<T> => {
      release();
      try {
        return await work();
      } finally {
        release = await place();
      }
    };
    try {
      return await dial({ to, settings, through, stepAside, cancelled: stopped.signal }, world);
    } finally {
      release();
    }
  };

  /** Null when the key may be trusted from now on; it is stored and told before anything goes on. */
  const judgeKey = async (
    { settings }: Route,
    to: Destination,
    { result, key }: Extract<DialOutcome, { type: 'host-key' }>,
  ): Promise<Failure | null> => {
    const shown = {
      address: to.address,
      port: to.port,
      keyType: keyTypeOf(key) ?? '',
      fingerprint: fingerprintOf(key),
    };
    const params = { ...destinationParams(to), keyType: shown.keyType, fingerprint: shown.fingerprint };
    switch (result.type) {
      case 'mismatch': {
        const known = result.known.map((line) => `${line.keyType} ${fingerprintOf(line.key)}`).join(', ');
        return failure('host-key-changed', { ...params, known: known.slice(0, 2_000) });
      }
      case 'revoked':
        return failure('host-key-revoked', params);
      case 'certificate-authority':
        return failure('host-key-certificate-authority', params);
      case 'not-found': {
        // Somebody else may have been asked about the same key meanwhile.
        if (world.hostKeys.check(settings, key).type === 'match') return null;
        const answer = await world.prompter.ask({
          kind: 'host-key',
          host: to.host,
          params: { ...params, known: '' },
          fields: [],
        });
        if (answer?.[0] !== 'accept') return failure('host-key-unknown', params);
        world.hostKeys.accept(settings, key);
        emit({ type: 'key-accepted', host: to.host, ...shown });
        return null;
      }
      default:
        return assertNever(result);
    }
  };

  return {
    open,
    held: (route) => {
      const link = held.get(route.key);
      return link === undefined || link.gone() !== null ? null : link;
    },
    close: async () => {
      stopped.abort();
      // Whoever waits for a person's answer is not waited for.
      const patience = new AbortController();
      const late = world.clock.sleep(world.timing.closeMs, patience.signal).catch(() => undefined);
      await Promise.race([Promise.all([...opening.values()]), late]);
      patience.abort();
      await Promise.all([...held.values()].map((link) => link.close()));
      held.clear();
    },
  };
}

/** What the run's record says about a standing connection. */
export function connectionOf(host: string, { settings, via }: Route, { dialled }: Link): HostConnection {
  const hops: string[] = [];
  for (let hop = via; hop !== null; hop = hop.via) hops.unshift(hop.label);
  return {
    host,
    address: settings.hostName,
    port: settings.port,
    user: settings.user,
    keyType: dialled.keyType,
    fingerprint: dialled.fingerprint,
    method: dialled.method,
    via: hops,
    latencyMs: dialled.latencyMs,
  };
}
