import type { Failure, FailureCode } from '../../../shared/contract/errors.ts';
import { failure } from '../../../shared/contract/failure.ts';

/** Where we were going, for a failure's sentence. */
export interface Destination {
  /** The environment's host on whose behalf we connect. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
}

/** A destination as the parameters of a failure. */
export function destinationParams(to: Destination): Record<string, string> {
  return { host: to.host, address: to.address, port: String(to.port), user: to.user };
}

const byErrno: Readonly<Record<string, FailureCode>> = {
  ENOTFOUND: 'name-not-found',
  EAI_AGAIN: 'name-not-found',
  EAI_FAIL: 'name-not-found',
  EAI_NODATA: 'name-not-found',
  EAI_NONAME: 'name-not-found',
  ECONNREFUSED: 'connection-refused',
  ETIMEDOUT: 'connect-timeout',
  EHOSTUNREACH: 'network-unreachable',
  ENETUNREACH: 'network-unreachable',
  ENETDOWN: 'network-unreachable',
  EHOSTDOWN: 'network-unreachable',
  EADDRNOTAVAIL: 'network-unreachable',
  EINVAL: 'network-unreachable',
  EMFILE: 'local-error',
  ENFILE: 'local-error',
};

/** The words a jump host's sshd uses when its own connection onwards fails (OpenSSH `connect_to_helper`). */
const byJumpWords: readonly (readonly [RegExp, FailureCode])[] = [
  [/refused/i, 'connection-refused'],
  [/timed? ?out/i, 'connect-timeout'],
  [/unreachable|no route/i, 'network-unreachable'],
  [/not known|no address|resolv|name resolution/i, 'name-not-found'],
];

function errnoOf(error: unknown): string | null {
  if (error instanceof AggregateError) return errnoOf(error.errors[0]);
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

function causeOf(error: unknown): unknown {
  if (!(error instanceof AggregateError)) return error;
  return error.errors.map((each: unknown) => (each instanceof Error ? each.message : String(each))).join('; ');
}

/** Why a connection could not be made, from the error that the socket or the SSH handshake gave. */
export function connectFailure(error: unknown, to: Destination): Failure {
  const errno = errnoOf(error);
  const code = errno === null ? 'handshake-failed' : (byErrno[errno] ?? 'handshake-failed');
  return failure(code, destinationParams(to), causeOf(error));
}

/** Why a jump host could not open the way onwards; null when it refused to forward at all. */
export function onwardFailure(error: unknown, to: Destination): Failure | null {
  const words = error instanceof Error ? error.message : String(error);
  const code = byJumpWords.find(([pattern]) => pattern.test(words))?.[1];
  return code === undefined ? null : failure(code, destinationParams(to), error);
}

/** These say more than "the jump failed", and the person has to act on exactly them. */
const passThrough: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'host-key-unknown',
  'host-key-changed',
  'host-key-revoked',
  'host-key-certificate-authority',
  'ssh-config-invalid',
  'cancelled',
  'jump-failed',
]);

/** A failure on the way: names the hop (`hop`), what happened there (`reason`, a failure code) and for which host. */
export function hopFailure(inner: Failure, hop: string, host: string): Failure {
  const params = { hop, ...inner.params, host };
  if (passThrough.has(inner.code)) return { ...inner, params };
  return { code: 'jump-failed', params: { ...params, reason: inner.code }, cause: inner.cause };
}
