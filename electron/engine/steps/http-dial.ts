import { connect as connectSocket, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type PeerCertificate, type TLSSocket } from 'node:tls';
import type { Failure, FailureCode } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';
import type { Result } from '../ports.ts';
import { trustedAuthorities } from './http-trust.ts';

/** Where a connection goes. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

/** What the other side showed of itself. Times are ISO 8601. */
export interface Certificate {
  readonly subject: string;
  readonly issuer: string;
  readonly validFrom: string;
  readonly validTo: string;
  /** SHA-256, as `AA:BB:…`. */
  readonly fingerprint: string;
}

/** Connects straight from this computer. */
export async function dialFromHere(to: Place, abort: AbortSignal): Promise<Result<Duplex>> {
  return await new Promise((resolve) => {
    const socket = connectSocket({ host: to.address, port: to.port, signal: abort });
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve({ ok: true, value: socket });
    });
    socket.once('error', (error) => resolve({ ok: false, failure: dialFailure(error, to) }));
  });
}

const byErrno: Readonly<Record<string, FailureCode>> = {
  ENOTFOUND: 'name-not-found',
  EAI_AGAIN: 'name-not-found',
  EAI_FAIL: 'name-not-found',
  ECONNREFUSED: 'http-refused',
  ETIMEDOUT: 'http-silent',
  EHOSTUNREACH: 'network-unreachable',
  ENETUNREACH: 'network-unreachable',
  ENETDOWN: 'network-unreachable',
  EADDRNOTAVAIL: 'network-unreachable',
};

function dialFailure(error: Error, to: Place): Failure {
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const errno = inner instanceof Error && 'code' in inner ? String(inner.code) : '';
  return failure(byErrno[errno] ?? 'http-broken', placeParams(to), inner);
}

/** A place as the parameters of a failure. */
export function placeParams(to: Place): Record<string, string> {
  return { address: to.address, port: String(to.port) };
}

export interface Secured {
  readonly socket: TLSSocket;
  readonly certificate: Certificate;
}

/** A connection that could not be trusted, with the certificate where one was shown. */
export interface NotSecured {
  readonly failure: Failure;
  readonly certificate: Certificate | null;
}

/**
 * Speaks TLS over a stream, proves the other side's certificate for `name` against the system's authorities and those
 * in `authorities` (PEM), and gives up the stream when it does not hold: nothing of a request is ever sent before.
 * `protocols` are announced (ALPN, RFC 7301).
 */
export async function secure(
  stream: Duplex,
  name: string,
  authorities: readonly string[],
  to: Place,
  protocols: readonly string[] = ['http/1.1'],
): Promise<Secured | NotSecured> {
  return await new Promise((resolve) => {
    const socket = connectTls({
      socket: stream,
      // An address is compared with the certificate, but never announced (RFC 6066, 3).
      host: name,
      ...(isIP(name) === 0 ? { servername: name } : {}),
      ca: [...trustedAuthorities(), ...authorities],
      ...(protocols.length === 0 ? {} : { ALPNProtocols: [...protocols] }),
      // Judged below, so that the certificate can be shown with the reason.
      rejectUnauthorized: false,
    });
    const fail = (reason: Failure, certificate: Certificate | null): void => {
      socket.on('error', () => undefined);
      socket.destroy();
      stream.destroy();
      resolve({ failure: reason, certificate });
    };
    socket.once('secureConnect', () => {
      socket.removeAllListeners('error');
      socket.removeAllListeners('close');
      const certificate = described(socket.getPeerCertificate());
      if (socket.authorized && certificate !== null) resolve({ socket, certificate });
      else fail(distrust(socket.authorizationError, certificate, name), certificate);
    });
    socket.once('error', (error) => fail(failure('tls-failed', { ...placeParams(to), name }, error), null));
    socket.once('close', () => fail(failure('tls-failed', { ...placeParams(to), name }, 'closed'), null));
  });
}

const byVerifyError: Readonly<Record<string, FailureCode>> = {
  CERT_HAS_EXPIRED: 'certificate-expired',
  CERT_NOT_YET_VALID: 'certificate-early',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate-self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate-untrusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate-name',
};

/** Node gives the code of what is wrong with the certificate as the error itself. */
function distrust(error: Error | string | undefined, certificate: Certificate | null, name: string): Failure {
  const reason = String(error instanceof Error && 'code' in error ? error.code : error);
  return failure(
    byVerifyError[reason] ?? 'certificate-untrusted',
    {
      name,
      subject: certificate?.subject ?? '–',
      issuer: certificate?.issuer ?? '–',
      from: certificate?.validFrom ?? '–',
      until: certificate?.validTo ?? '–',
    },
    error,
  );
}

function described(certificate: PeerCertificate): Certificate | null {
  if (certificate.valid_to === undefined) return null;
  return {
    subject: commonName(certificate.subject, certificate.subjectaltname),
    issuer: commonName(certificate.issuer, undefined),
    validFrom: new Date(certificate.valid_from).toISOString(),
    validTo: new Date(certificate.valid_to).toISOString(),
    fingerprint: certificate.fingerprint256,
  };
}

function commonName(name: PeerCertificate['subject'] | undefined, otherNames: string | undefined): string {
  const common: string | string[] | undefined = name?.CN ?? name?.O ?? otherNames;
  return (Array.isArray(common) ? common.join(', ') : (common ?? '–')).slice(0, 500);
}
