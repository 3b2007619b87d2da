import { parseHttpUrl } from '../http/address.ts';

export const webhookFaults = ['credentials', 'not-an-address', 'plain-http'] as const;
export type WebhookFault = (typeof webhookFaults)[number];

/** Why records must not be posted to this address; null when they may. `http:` leaves no computer but this one. */
export function webhookFault(url: string): WebhookFault | null {
  if (/^[a-z]+:\/\/[^/?#]*@/i.test(url)) return 'credentials';
  const address = parseHttpUrl(url);
  if (address === null) return 'not-an-address';
  return address.secure || isThisComputer(address.host) ? null : 'plain-http';
}

function isThisComputer(host: string): boolean {
  return host.toLowerCase() === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** The address as it may stand in a log: what follows the question mark may be meant for few. */
export function maskedUrl(url: string): string {
  return url.replace(/#.*$/s, '').replace(/\?.*$/s, '?***');
}

/** A host name or an address, without scheme, port or brackets. */
export function isSyslogHost(host: string): boolean {
  return /^[\p{L}\p{N}_.-]+$/u.test(host) || /^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(host);
}
