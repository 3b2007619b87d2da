import { join } from 'node:path';
import { z } from 'zod';
import type { Failure } from '../../shared/contract/errors.ts';
import { failure } from '../../shared/contract/failure.ts';
import type { FeedSettings } from '../../shared/contract/ipc/feed.ts';
import { headerPurpose } from '../../shared/feed/header.ts';
import { readPrivate, removePrivate, writePrivate } from '../engine/identity/private-file.ts';
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

/**
 * The value of the header that a webhook wants to see. It lies on disk under the system's keyring or not at all, and
 * is told to nobody but the server it was entered for.
 */
export class HeaderSecret {
  /** Null where the system has no keyring. */
  readonly #vault: Vault | null;
  readonly #path: string;
  #sealed: Sealed | null;
  #value: string | null = null;

  constructor(data: string, vault: Vault | null) {
    this.#vault = vault;
    this.#path = headerSecretPath(data);
    this.#sealed = read(this.#path);
  }

  get keyring(): boolean {
    return this.#vault !== null;
  }

  /** True when there is a value for the webhook's header. */
  kept(webhook: Webhook | null): boolean {
    return webhook?.header != null && this.#sealed?.purpose === headerPurpose(webhook.url, webhook.header);
  }

  /** The value for the webhook's header. The keyring may have been locked before: it is asked until it opens. */
  value(webhook: Webhook): Result<string> {
    if (this.#sealed === null || !this.kept(webhook)) return { ok: false, failure: failure('feed-secret-missing') };
    try {
      if (this.#vault === null) throw new Error('The system offers no keyring now.');
      this.#value ??= this.#vault.open(this.#sealed.sealed).toString('utf8');
      return { ok: true, value: this.#value };
    } catch (error) {
      return { ok: false, failure: failure('feed-secret-keyring', {}, error) };
    }
  }

  /** Makes ready for a webhook: keeps a value that was entered, forgets one that nobody wants. Null once it is so. */
  async use(webhook: Webhook | null, entered: string | null): Promise<Failure | null> {
    try {
      if (webhook?.header == null) return await this.#forget();
      if (entered !== null) return await this.#keep(headerPurpose(webhook.url, webhook.header), entered);
      return this.kept(webhook) ? null : failure('feed-secret-missing');
    } catch (error) {
      return failure('feed-secret-unwritable', { path: this.#path }, error);
    }
  }

  async #keep(purpose: string, value: string): Promise<Failure | null> {
    const sealed = this.#seal(value);
    if (typeof sealed !== 'string') return sealed;
    const kept: Sealed = { format: 'countersign-feed-secret-1', purpose, sealed };
    await writePrivate(this.#path, `${JSON.stringify(kept)}\n`);
    [this.#sealed, this.#value] = [kept, value];
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

  async #forget(): Promise<null> {
    if (this.#sealed !== null) await removePrivate(this.#path);
    [this.#sealed, this.#value] = [null, null];
    return null;
  }
}

/** What cannot be read is as good as not there: the person enters it anew. */
function read(path: string): Sealed | null {
  try {
    return fileSchema.parse(JSON.parse(readPrivate(path) ?? 'null'));
  } catch {
    return null;
  }
}
