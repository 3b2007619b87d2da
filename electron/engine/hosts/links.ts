import type { Duplex } from 'node:stream';
import { assertNever, type Failure, failure } from '../../../shared/contract/errors.ts';
import type { HostEvent, Result } from '../ports.ts';
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

export function createLinks(
  world: DialWorld,
  connecting: number,
  emit: (event: HostEvent) => void,
  onUp: (route: Route, link: Link) => void,
): Links {
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
    return attempt;
  };

  const openNew = async (route: Route, host: string): Promise<Result<Link>> => {
    const { settings } = route;
    const to: Destination = { host, address: settings.hostName, port: settings.port, user: settings.user };
    let last: Failure = failure('cancelled', destinationParams(to));
    for (let tries = 0; tries < redials && !stopped.signal.aborted; tries++) {
      const through = await wayTo(route, to);
      if (!through.ok) return through;
      const outcome = await dialInTurn(route, to, through.value);
      switch (outcome.type) {
        case 'up': {
          const link = holdLink(outcome.dialled, to, world.clock, world.timing);
          held.set(route.key, link);
          onUp(route, link);
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
      await Promise.all([...opening.values()]);
      // Hosts behind others first, so that each can still say goodbye.
      await Promise.all([...held.values()].map((link) => link.close()));
      held.clear();
    },
  };
}
