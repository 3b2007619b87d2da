import { join } from 'node:path';
import { z } from 'zod';
import type { Failure } from '../../shared/contract/errors.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { FeedSettings } from '../../shared/contract/ipc/feed.ts';
import { headerPurpose } from '../../shared/feed/header.ts';
import { movePrivate, readPrivate, removePrivate, writePrivate } from '../engine/identity/private-file.ts';
import type { Vault } from '../engine/identity/vault.ts';
import type { Result } from '../engine/ports.ts';

type Webhook = NonNullable<FeedSettings['webhook']>;

const fileSchema = z.strictObject({
  format: z.literal('countersign-feed-secret-1'),
  /** To whom it may be told. */
  purpose: z.string(),
  /** The header's value under the system's keyring. */
  sealed: z.string(),
});
type Sealed = z.infer<typeof fileSchema>;

/** Where the value lies in a data folder. */
export function headerSecretPath(data: string): string {
  return join(data, 'feed-secret.json');
}

/** Where a value that was entered lies until the settings it belongs to are kept. */
function enteredPath(data: string): string {
  return join(data, 'feed-secret-entered.json');
}

/**
 * The value of the header that a webhook wants to see. It lies on disk under the system's keyring or not at all, and
 * is told to nobody but the server it was entered for. A change is made ready beside the value in use, which is neither
 * replaced nor forgotten before the new settings stand: `prepare`, then `settle` or `discard`.
 */
export class HeaderSecret {
  /** Null where the system has no keyring. */
  readonly #vault: Vault | null;
  readonly #path: string;
  readonly #enteredPath: string;
  /** What lies in the two files. */
  #kept: Sealed | null;
  #entered: Sealed | null;
  /** The one of them that is in use. */
  #used: Sealed | null = null;
  #value: string | null = null;

  constructor(data: string, vault: Vault | null) {
    this.#vault = vault;
    this.#path = headerSecretPath(data);
    this.#enteredPath = enteredPath(data);
    this.#kept = read(this.#path);
    this.#entered = read(this.#enteredPath);
  }

  get keyring(): boolean {
    return this.#vault !== null;
  }

  /** True when there is a value for the webhook's header. */
  kept(webhook: Webhook | null): boolean {
    return this.#used !== null && isFor(this.#used, webhook);
  }

  /** The value for the webhook's header. The keyring may have been locked before: it is asked until it opens. */
  value(webhook: Webhook): Result<string> {
    if (this.#used === null || !this.kept(webhook)) return { ok: false, failure: failure('feed-secret-missing') };
    try {
      if (this.#vault === null) throw new Error('The system offers no keyring now.');
      this.#value ??= this.#vault.open(this.#used.sealed).toString('utf8');
      return { ok: true, value: this.#value };
    } catch (error) {
      return { ok: false, failure: failure('feed-secret-keyring', {}, error) };
    }
  }

  /** Makes ready for a webhook: a value that was entered is on disk then, and the one in use still is. Null once it is so. */
  async prepare(webhook: Webhook | null, entered: string | null): Promise<Failure | null> {
    try {
      // What an earlier change could not clear away first: the value in use may still lie where this one is to go.
      await this.#tidy();
      if (webhook?.header == null) return null;
      if (entered === null) return this.kept(webhook) ? null : failure('feed-secret-missing');
      return await this.#enter(headerPurpose(webhook.url, webhook.header), entered);
    } catch (error) {
      await this.discard();
      return failure('feed-secret-unwritable', { path: this.#path }, error);
    }
  }

  async #enter(purpose: string, value: string): Promise<Failure | null> {
    const sealed = this.#seal(value);
    if (typeof sealed !== 'string') return sealed;
    this.#entered = { format: 'countersign-feed-secret-1', purpose, sealed };
    await writePrivate(this.#enteredPath, `${JSON.stringify(this.#entered)}\n`);
    return null;
  }

  #seal(value: string): string | Failure {
    try {
      if (this.#vault === null) throw new Error('The system offers no keyring.');
      return this.#vault.seal(Buffer.from(value, 'utf8'));
    } catch (error) {
      return failure('feed-secret-keyring', {}, error);
    }
  }

  /**
   * The webhook stands in the settings: its value is used from here on, and one that nobody wants is forgotten. What
   * was entered last comes first: a process that died here had kept it already. Rejects where the disk does not let go
   * of a file; what is used is right all the same, and the next `settle` or `prepare` clears away.
   */
  async settle(webhook: Webhook | null): Promise<void> {
    const used = [this.#entered, this.#kept].find((one) => one !== null && isFor(one, webhook)) ?? null;
    if (used !== this.#used) [this.#used, this.#value] = [used, null];
    await this.#tidy();
  }

  /** What was made ready is not wanted after all. A file that cannot be taken away waits for the next change. */
  async discard(): Promise<void> {
    await this.#tidy().catch(() => {});
  }

  /** Leaves one file with the value in use, or none. Moving and removing need no room on a full disk. */
  async #tidy(): Promise<void> {
    if (this.#entered !== null) {
      if (this.#entered === this.#used) {
        await movePrivate(this.#enteredPath, this.#path);
        this.#kept = this.#entered;
      } else await removePrivate(this.#enteredPath);
      this.#entered = null;
    }
    if (this.#kept !== null && this.#kept !== this.#used) {
      await removePrivate(this.#path);
      this.#kept = null;
    }
  }
}

function isFor({ purpose }: Sealed, webhook: Webhook | null): boolean {
  return webhook?.header != null && purpose === headerPurpose(webhook.url, webhook.header);
}

/** What cannot be read is as good as not there: the person enters it anew. */
function read(path: string): Sealed | null {
  try {
    return fileSchema.parse(JSON.parse(readPrivate(path) ?? 'null'));
  } catch {
    return null;
  }
}
