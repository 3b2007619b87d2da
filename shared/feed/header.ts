import { parseHttpUrl } from '../http/address.ts';

/** Headers that say what a batch is or how it travels: those are ours. */
const ours =
  /^(?:host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|idempotency-key|countersign-.*)$/i;

/** A header's name (RFC 9110, 5.1) that a person may give a value. */
export function isHeaderName(name: string): boolean {
  return name.length <= 100 && /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && !ours.test(name);
}

/** A header's value: visible ASCII with single blanks or more between (RFC 9110, 5.5, without what it calls obsolete). */
export function isHeaderValue(value: string): boolean {
  return value.length <= 4_096 && /^[!-~]+(?: +[!-~]+)*$/.test(value);
}

/**
 * To whom a header's value was told: the same header of the same server. What was meant for one is not told to
 * another, so a value is asked for anew where this changes.
 */
export function headerPurpose(url: string, header: string): string {
  const address = parseHttpUrl(url);
  const server =
    address === null ? url : `${address.secure ? 'https' : 'http'} ${address.host.toLowerCase()} ${address.port}`;
  return `${server} ${header.toLowerCase()}`;
}
