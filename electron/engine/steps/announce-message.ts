import { createHmac } from 'node:crypto';
import type { PlanChannel } from '../../../shared/checklist/plan.ts';

/** An announcement as it travels. */
export interface Message {
  readonly url: URL;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** What a generic webhook is told beside the text, so that a program can act on it. */
export interface AboutRun {
  readonly title: string;
  readonly environment: string;
  readonly run: string;
  readonly step: string;
}

type Webhook = Exclude<PlanChannel['type'], 'clipboard'>;

/**
 * A text in the form that its service documents, signed where a key is given:
 * - DingTalk (open.dingtalk.com/document/robots/customize-robot-security-settings): `timestamp` in milliseconds and
 *   `sign` in the address, the base64 of HMAC-SHA256 keyed with the key over `timestamp\nkey`.
 * - Feishu (open.feishu.cn/document/client-docs/bot-v3/add-custom-bot): `timestamp` in seconds and `sign` in the body,
 *   the base64 of HMAC-SHA256 keyed with `timestamp\nkey` over nothing.
 * - WeCom (developer.work.weixin.qq.com/document/path/91770) and Slack (api.slack.com/messaging/webhooks): the address
 *   is all the proof there is.
 * - Any other: JSON with `X-Countersign-Timestamp` (seconds) and `X-Countersign-Signature: sha256=…`, the hexadecimal
 *   HMAC-SHA256 over `timestamp.body`; as Slack and GitHub sign what they send.
 */
export function messageFor(
  type: Webhook,
  url: URL,
  key: string | null,
  text: string,
  about: AboutRun,
  now: Date,
): Message {
  const seconds = String(Math.floor(now.getTime() / 1000));
  switch (type) {
    case 'dingtalk':
      return json(key === null ? url : dingtalkSigned(url, key, now), { msgtype: 'text', text: { content: text } });
    case 'feishu': {
      const signed = key === null ? {} : { timestamp: seconds, sign: hmac(`${seconds}\n${key}`, '', 'base64') };
      return json(url, { ...signed, msg_type: 'text', content: { text } });
    }
    case 'wecom':
      return json(url, { msgtype: 'text', text: { content: text } });
    case 'slack':
      return json(url, { text });
    case 'webhook': {
      const message = json(url, { text, ...about, at: now.toISOString() });
      if (key === null) return message;
      const signature = hmac(key, `${seconds}.${message.body.toString('utf8')}`, 'hex');
      const proof = [
        ['X-Countersign-Timestamp', seconds],
        ['X-Countersign-Signature', `sha256=${signature}`],
      ] as const;
      return { ...message, headers: [...message.headers, ...proof] };
    }
  }
}

function dingtalkSigned(url: URL, key: string, now: Date): URL {
  const signed = new URL(url);
  const timestamp = String(now.getTime());
  signed.searchParams.set('timestamp', timestamp);
  signed.searchParams.set('sign', hmac(key, `${timestamp}\n${key}`, 'base64'));
  return signed;
}

function hmac(key: string, data: string, encoding: 'base64' | 'hex'): string {
  return createHmac('sha256', key).update(data, 'utf8').digest(encoding);
}

function json(url: URL, content: object): Message {
  const body = Buffer.from(JSON.stringify(content), 'utf8');
  return { url, headers: [['Content-Type', 'application/json; charset=utf-8']], body };
}

/** The address of a webhook as a person gave it, or null when it is none. */
export function webhookUrl(given: string): URL | null {
  const url = URL.canParse(given.trim()) ? new URL(given.trim()) : null;
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url : null;
}
