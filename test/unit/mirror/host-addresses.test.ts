import { hostname, networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { hostAddresses, isOwnAddress, plainAddress } from '../../../electron/mirror/host-addresses.ts';
import { parseAddress } from '../../../shared/people/invitation.ts';

describe('the addresses of this computer', () => {
  it('begin with the one that the person knows, and end with itself', () => {
    const addresses = hostAddresses('mirror.example', null, 4433);
    expect(addresses[0]).toBe('mirror.example:4433');
    expect(addresses.slice(-2)).toEqual([`${hostname()}:4433`, '127.0.0.1:4433']);
    expect(addresses.length).toBeLessThanOrEqual(8);
    expect(addresses.every((text) => parseAddress(text) !== null)).toBe(true);
    expect(hostAddresses('mirror.example:9000', null, 4433)[0]).toBe('mirror.example:9000');
    expect(hostAddresses('2001:db8::7', '127.0.0.1', 4433)).toEqual(['[2001:db8::7]:4433', '127.0.0.1:4433']);
    expect(hostAddresses('no such thing', '::1', 4433)).toEqual(['[::1]:4433']);
  });

  it('are told from those of others', () => {
    const own = Object.values(networkInterfaces()).flatMap((found) => (found ?? []).map(({ address }) => address));
    expect(own.length).toBeGreaterThan(0);
    for (const address of [...own, '127.8.9.1', '::1']) expect(isOwnAddress(address), address).toBe(true);
    for (const address of ['192.0.2.1', '2001:db8::1', '']) expect(isOwnAddress(address), address).toBe(false);
  });

  it('are written without the wrapping of a socket for both kinds', () => {
    expect(plainAddress('::ffff:192.0.2.1')).toBe('192.0.2.1');
    expect(plainAddress('2001:db8::1')).toBe('2001:db8::1');
    expect(plainAddress(undefined)).toBe('');
  });
});
