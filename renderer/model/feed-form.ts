import type { FeedSettings, FeedView } from '../../shared/contract/ipc/feed.ts';
import { isSyslogHost, webhookFault } from '../../shared/feed/address.ts';
import { headerPurpose, isHeaderName, isHeaderValue } from '../../shared/feed/header.ts';

/** What was typed into the two forms; a port is text until it is a number. */
export interface FeedForm {
  readonly syslogOn: boolean;
  readonly host: string;
  readonly port: string;
  readonly tls: boolean;
  readonly ca: string;
  readonly webhookOn: boolean;
  readonly url: string;
  /** The name of the header that the webhook wants to see; empty: none. */
  readonly header: string;
  /** Its value, as far as it was typed; what is kept is never shown. */
  readonly secret: string;
}

type Field = 'host' | 'port' | 'ca' | 'url' | 'header' | 'secret';
/** The key of the sentence that says what is wrong with a field. */
export type FeedFault = `feed-fault-${
  | ('host' | 'port' | 'ca' | 'credentials' | 'not-an-address' | 'plain-http')
  | ('header' | 'secret' | 'secret-missing')}`;

/** 6514 is the port of syslog over TLS (RFC 5425). */
export function feedForm({ syslog, webhook }: FeedSettings): FeedForm {
  return {
    syslogOn: syslog !== null,
    host: syslog?.host ?? '',
    port: String(syslog?.port ?? 6514),
    tls: syslog?.tls ?? true,
    ca: syslog?.ca ?? '',
    webhookOn: webhook !== null,
    url: webhook?.url ?? '',
    header: webhook?.header ?? '',
    secret: '',
  };
}

/** True when main keeps a value for the header that the form names. */
export function isSecretKept(form: FeedForm, { settings: { webhook }, secret }: FeedView): boolean {
  if (!secret.kept || webhook?.header == null) return false;
  return headerPurpose(form.url.trim(), form.header.trim()) === headerPurpose(webhook.url, webhook.header);
}

/** What is wrong with the fields that count; nothing when the form can be used. */
export function feedFaults(form: FeedForm, view: FeedView): Readonly<Partial<Record<Field, FeedFault>>> {
  const port = Number(form.port);
  const [host, ca, url] = [form.host.trim(), form.ca.trim(), form.url.trim()];
  const webhook = form.webhookOn ? webhookFault(url) : null;
  return {
    ...(form.syslogOn && !isSyslogHost(host) ? { host: 'feed-fault-host' as const } : {}),
    ...(form.syslogOn && !(/^\d+$/.test(form.port.trim()) && port >= 1 && port <= 65_535)
      ? { port: 'feed-fault-port' as const }
      : {}),
    ...(form.syslogOn && form.tls && ca !== '' && !/^(?:\/|[a-z]:[\\/])/i.test(ca)
      ? { ca: 'feed-fault-ca' as const }
      : {}),
    ...(webhook === null ? {} : { url: `feed-fault-${webhook}` as const }),
    ...headerFaults(form, isSecretKept(form, view)),
  };
}

function headerFaults(form: FeedForm, kept: boolean): Readonly<Partial<Record<Field, FeedFault>>> {
  const [header, secret] = [form.header.trim(), form.secret.trim()];
  if (!form.webhookOn || header === '') return {};
  if (!isHeaderName(header)) return { header: 'feed-fault-header' };
  if (secret === '') return kept ? {} : { secret: 'feed-fault-secret-missing' };
  return isHeaderValue(secret) ? {} : { secret: 'feed-fault-secret' };
}

/** The value of the header, as it is sent; null where none was typed, or none is wanted. */
export function feedSecret(form: FeedForm): string | null {
  return form.webhookOn && form.header.trim() !== '' && form.secret.trim() !== '' ? form.secret.trim() : null;
}

/** The settings of a form without faults. */
export function feedSettings(form: FeedForm): FeedSettings {
  const { host, port, tls, ca, url, header } = form;
  const file = tls && ca.trim() !== '' ? ca.trim() : null;
  return {
    syslog: form.syslogOn ? { host: host.trim(), port: Number(port), tls, ca: file } : null,
    webhook: form.webhookOn ? { url: url.trim(), header: header.trim() || null } : null,
  };
}
