import { z } from 'zod';
import { isSyslogHost, webhookFault } from '../../feed/address.ts';
import { isHeaderName } from '../../feed/header.ts';
import type { Failure } from '../errors.ts';
import { path } from './fields.ts';

/** Where every record is sent on to. No secret is among it: a header's value lies under the keyring. */
export const feedSettingsSchema = z.strictObject({
  /** RFC 5424 over TCP or TLS (RFC 5425 framing); `ca` is a PEM file's path, null: the system's authorities. */
  syslog: z
    .strictObject({
      host: z.string().trim().min(1).max(255).refine(isSyslogHost),
      port: z.int().min(1).max(65_535),
      tls: z.boolean(),
      ca: path.nullable(),
    })
    .nullable(),
  /** Records are posted as JSON lines; `http:` only to this computer. With `header`, its value tells who we are. */
  webhook: z
    .strictObject({
      url: z
        .url()
        .max(2_000)
        .refine((url) => webhookFault(url) === null),
      header: z.string().refine(isHeaderName).nullable(),
    })
    .nullable(),
});
/** Where records are sent on to, as `feedSettingsSchema` has parsed it. */
export type FeedSettings = z.infer<typeof feedSettingsSchema>;
/** What a place speaks. */
export type FeedKind = keyof FeedSettings;

/** How far each place has got. */
export interface FeedView {
  readonly settings: FeedSettings;
  /** Whether this computer can keep the value of a header, and whether it has the one that the webhook wants. */
  readonly secret: { readonly keyring: boolean; readonly kept: boolean };
  readonly places: readonly {
    readonly kind: FeedKind;
    /** Records of all runs that it has not taken yet. */
    readonly behind: number;
    /** When it last took records; null: never. */
    readonly lastSentAt: string | null;
    /** Why it takes nothing just now; tried again by itself. */
    readonly failure: Failure | null;
    /** How the last test message went, since the app was started. */
    readonly tested: { readonly at: string; readonly failure: Failure | null } | null;
  }[];
}
