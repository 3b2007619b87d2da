import type { FeedSettings } from '../../shared/contract/ipc.ts';
import { isSyslogHost, webhookFault } from '../../shared/feed/address.ts';

/** What was typed into the two forms; a port is text until it is a number. */
export interface FeedForm {
  readonly syslogOn: boolean;
  readonly host: string;
  readonly port: string;
  readonly tls: boolean;
  readonly ca: string;
  readonly webhookOn: boolean;
  readonly url: string;
}

type Field = 'host' | 'port' | 'ca' | 'url';
/** The key of the sentence that says what is wrong with a field. */
export type FeedFault = `feed-fault-${'host' | 'port' | 'ca' | 'credentials' | 'not-an-address' | 'plain-http'}`;

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
  };
}

/** What is wrong with the fields that count; nothing when the form can be used. */
export function feedFaults(form: FeedForm): Readonly<Partial<Record<Field, FeedFault>>> {
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
  };
}

/** The settings of a form without faults. */
export function feedSettings(form: FeedForm): FeedSettings {
  const { host, port, tls, ca, url } = form;
  const file = tls && ca.trim() !== '' ? ca.trim() : null;
  return {
    syslog: form.syslogOn ? { host: host.trim(), port: Number(port), tls, ca: file } : null,
    webhook: form.webhookOn ? { url: url.trim() } : null,
  };
}
