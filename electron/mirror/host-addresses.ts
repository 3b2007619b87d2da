import { hostname, networkInterfaces } from 'node:os';
import { formatAddress, parseAddress } from '../../shared/people/invitation.ts';

/** Addresses by which guests may find this computer. */

/** An IP address without the wrapping that a socket for both IPv4 and IPv6 puts around it. */
export function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
}

/** True for an address of this very computer. */
export function isOwnAddress(address: string): boolean {
  if (address === '::1' || address.startsWith('127.')) return true;
  return allAddresses().some((one) => one.address === address);
}

function allAddresses() {
  return Object.values(networkInterfaces()).flatMap((found) => found ?? []);
}

/**
 * `host:port`, best first: the one that the person knows, those of the local network (IPv4 before IPv6), this
 * computer's name, and itself; at most eight. Listening on one address only, that one stands for all of the own.
 */
export function hostAddresses(known: string | null, listen: string | null, port: number): readonly string[] {
  const named = known === null ? [] : knownAddress(known, port);
  const own = listen === null ? ownAddresses() : [listen];
  return [...new Set([...named, ...own.map((host) => formatAddress({ host, port }))])].filter(
    (text) => parseAddress(text) !== null,
  );
}

function knownAddress(known: string, port: number): readonly string[] {
  if (parseAddress(known) !== null) return [known];
  return [formatAddress({ host: known.replace(/^\[(.*)\]$/, '$1'), port })];
}

function ownAddresses(): readonly string[] {
  // A link-local address means nothing without the name of the interface, which differs from computer to computer.
  const reachable = allAddresses().filter(({ internal, address }) => !internal && !/^fe[89ab]/i.test(address));
  const lan = (family: string) => reachable.filter((one) => one.family === family).map(({ address }) => address);
  return [...lan('IPv4').slice(0, 4), ...lan('IPv6').slice(0, 1), hostname(), '127.0.0.1'];
}
