import type { HttpAction } from '../steps/actions/http.ts';

/** Where a web address leads, as far as a checklist needs to know before the run. */
export interface HttpAddress {
  readonly secure: boolean;
  /** Without the brackets of IPv6. */
  readonly host: string;
  readonly port: number;
}

const authority = /^(https?):\/\/(\[[0-9a-f:.]+\]|[\p{L}\p{N}_.-]+)(?::(\d{1,5}))?(?:[/?#][^\s]*)?$/iu;

/** Reads `http://…` or `https://…`; null when it is none, carries a name and password, or holds white space. */
export function parseHttpUrl(url: string): HttpAddress | null {
  const match = authority.exec(url);
  if (match === null) return null;
  const secure = match[1]?.toLowerCase() === 'https';
  const port = match[3] === undefined ? (secure ? 443 : 80) : Number(match[3]);
  if (port < 1 || port > 65_535) return null;
  return { secure, host: bare(match[2] ?? ''), port };
}

const place = /^(\[[0-9a-f:.]+\]|[\p{L}\p{N}_.-]+)(?::(\d{1,5}))?$/iu;

/** Reads `10.1.0.11:8080`, `app1` or `[::1]:8080`; the port is `otherwise` when it is left out. Null when it is none. */
export function parsePlace(
  written: string,
  otherwise: number,
): { readonly address: string; readonly port: number } | null {
  const match = place.exec(written.trim());
  if (match === null) return null;
  const port = match[2] === undefined ? otherwise : Number(match[2]);
  return port < 1 || port > 65_535 ? null : { address: bare(match[1] ?? ''), port };
}

/** `10.1.0.11:8080`, with brackets around IPv6. */
export function placeWords({ address, port }: { readonly address: string; readonly port: number }): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

/** `200–299`, `200, 204`. */
export function statusWords(wanted: HttpAction['expect']['status']): string {
  return wanted.map(({ from, to }) => (from === to ? String(from) : `${from}–${to}`)).join(', ');
}
