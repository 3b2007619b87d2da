import { randomBytes, timingSafeEqual } from 'node:crypto';
import { limits } from '../../shared/contract/limits.ts';
import { sha256Text } from '../engine/journal/digest.ts';
import type { Clock } from '../engine/ports.ts';

/** A fresh invitation: the token goes to the guest, its hash stays here. */
export interface MadeInvitation {
  readonly token: string;
  /** The beginning of the token's hash, for the journal. */
  readonly name: string;
  readonly expiresAt: string;
}

interface Remembered {
  readonly hash: Buffer;
  readonly expiresAt: number;
  used: boolean;
}

/** More than anybody makes by hand; older ones are forgotten and then unknown. */
const mostRemembered = 100;

/** The invitations of one mirror. One is good at any time, once; the others are remembered to say what became of them. */
export class HostInvitations {
  readonly #clock: Clock;
  #remembered: Remembered[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Makes one; the one before is void. */
  make(): MadeInvitation {
    this.void();
    const token = randomBytes(32).toString('base64url');
    const hash = sha256Text(token);
    const expiresAt = this.#clock.now().getTime() + limits.invitationMs;
    this.#remembered.push({ hash: Buffer.from(hash, 'hex'), expiresAt, used: false });
    if (this.#remembered.length > mostRemembered) this.#remembered.shift();
    return { token, name: hash.slice(0, 16), expiresAt: new Date(expiresAt).toISOString() };
  }

  /** An invitation that nobody used is good no more. */
  void(): void {
    this.#remembered = this.#remembered.map((one) => (one.used ? one : { ...one, expiresAt: 0 }));
  }

  /** True while the newest invitation can be used. */
  get open(): boolean {
    const last = this.#remembered.at(-1);
    return last !== undefined && !last.used && !this.#isOver(last);
  }

  /** Uses a token up; why it is not good, or null. */
  use(token: string): 'token-unknown' | 'token-expired' | 'token-used' | null {
    const hash = Buffer.from(sha256Text(token), 'hex');
    const found = this.#remembered.find((one) => timingSafeEqual(one.hash, hash));
    if (found === undefined) return 'token-unknown';
    if (found.used) return 'token-used';
    if (this.#isOver(found)) return 'token-expired';
    found.used = true;
    return null;
  }

  #isOver({ expiresAt }: Remembered): boolean {
    return this.#clock.now().getTime() >= expiresAt;
  }
}
