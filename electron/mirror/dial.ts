import { createHash } from 'node:crypto';
import { connect, type TLSSocket } from 'node:tls';
import type { Failure } from '../../shared/contract/errors.ts';
import { failure } from '../../shared/contract/failure.ts';
import { fingerprintText } from '../../shared/people/fingerprint.ts';
import { parseAddress } from '../../shared/people/invitation.ts';
import type { Clock, Result } from '../engine/ports.ts';

/** Where a run can be followed. */
export interface DialTo {
  /** `host:port` or `[v6]:port`, best first. */
  readonly addresses: readonly string[];
  /** SHA-256 (hex) of the DER bytes of the one certificate that is believed. */
  readonly certificate: string;
}

/** An open connection to the holder of the pinned certificate; nothing has been sent over it yet. */
export interface Dialed {
  readonly socket: TLSSocket;
  readonly address: string;
}

/** One address may take this long. */
const DIAL_MS = 5_000;
/** After this long without an answer the next address is tried as well (as RFC 8305 does). */
const HEAD_START_MS = 300;

/** The certificate's fingerprint as people compare it. */
export function certificateText(sha256: string): string {
  return fingerprintText(Buffer.from(sha256, 'hex'));
}

/**
 * Connects to the first address that shows the pinned certificate. The pin is compared before a single byte of ours is
 * sent, so whoever else answers learns nothing. Fails as `mirror-wrong-certificate` where somebody else answered,
 * `mirror-not-countersign` where no TLS 1.3 was spoken, `mirror-unreachable`.
 */
export async function dial(to: DialTo, clock: Clock, signal: AbortSignal): Promise<Result<Dialed>> {
  const decided = new AbortController();
  const stop = AbortSignal.any([signal, decided.signal]);
  let gate: Promise<unknown> = Promise.resolve();
  const attempts = to.addresses.map((address) => {
    const attempt = gate.then(() => dialOne(address, to.certificate, clock, stop));
    const later = gate.then(() => clock.sleep(HEAD_START_MS, stop)).catch(() => undefined);
    gate = Promise.race([attempt, later]);
    return attempt;
  });
  const first = await new Promise<Result<Dialed>>((resolve) => {
    let won = false;
    for (const attempt of attempts) {
      void attempt.then((tried) => {
        if (!tried.ok) return;
        if (won) tried.value.socket.destroy();
        won = true;
        resolve(tried);
        decided.abort();
      });
    }
    void Promise.all(attempts).then((all) => resolve({ ok: false, failure: worst(all, to.addresses) }));
  });
  decided.abort();
  return first;
}

const gravity = ['mirror-wrong-certificate', 'mirror-not-countersign', 'mirror-unreachable'];

/** What went wrong at the addresses, the gravest first: that somebody else answered must not be lost among timeouts. */
function worst(all: readonly Result<Dialed>[], addresses: readonly string[]): Failure {
  const failures = all.flatMap((tried) => (tried.ok ? [] : [tried.failure]));
  const [gravest] = [...failures].sort((a, b) => gravity.indexOf(a.code) - gravity.indexOf(b.code));
  if (gravest !== undefined && gravest.code !== 'mirror-unreachable') return gravest;
  const cause = failures.map((one) => `${one.params['address']}: ${one.cause}`).join('\n');
  return failure('mirror-unreachable', { address: addresses.join(', ').slice(0, 2_000) }, cause || null);
}

async function dialOne(address: string, pin: string, clock: Clock, signal: AbortSignal): Promise<Result<Dialed>> {
  const failed = (code: 'mirror-unreachable' | 'mirror-not-countersign', cause: unknown): Result<Dialed> => ({
    ok: false,
    failure: failure(code, { address }, cause),
  });
  const place = parseAddress(address);
  if (place === null) return failed('mirror-unreachable', 'not host:port');
  if (signal.aborted) return failed('mirror-unreachable', 'given up');
  // Who may be believed is decided by the pin alone; no session is ever resumed, for that would skip the certificate.
  const socket = connect({ ...place, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3', rejectUnauthorized: false });
  socket.setNoDelay(true);
  const done = new AbortController();
  let reached = false;
  socket.once('connect', () => {
    reached = true;
  });
  const secured = new Promise<Result<Dialed>>((resolve) => {
    socket.once('secureConnect', () => resolve(judge(socket, address, pin)));
    socket.on('error', (error) => resolve(failed(reached ? 'mirror-not-countersign' : 'mirror-unreachable', error)));
    socket.once('close', () => resolve(failed('mirror-not-countersign', 'closed before it was secured')));
  });
  const late = clock.sleep(DIAL_MS, AbortSignal.any([signal, done.signal])).then(
    () => failed('mirror-unreachable', `no answer within ${DIAL_MS} ms`),
    () => failed('mirror-unreachable', 'given up'),
  );
  const tried = await Promise.race([secured, late]);
  done.abort();
  if (!tried.ok) socket.destroy();
  return tried;
}

function judge(socket: TLSSocket, address: string, pin: string): Result<Dialed> {
  const shown = createHash('sha256').update(socket.getPeerCertificate().raw).digest('hex');
  if (shown === pin) return { ok: true, value: { socket, address } };
  const params = { address, expected: certificateText(pin), shown: certificateText(shown) };
  return { ok: false, failure: failure('mirror-wrong-certificate', params) };
}
