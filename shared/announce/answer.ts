import type { PlanChannel } from '../checklist/plan.ts';

/** What a channel's server said: the message is out, it was turned down, or nobody can tell. */
export interface ChannelAnswer {
  readonly verdict: 'sent' | 'refused' | 'unsure';
  /** The service's own code where it has one, else the HTTP status. */
  readonly code: string;
  /** In the service's words. */
  readonly message: string;
}

/**
 * Reads the answer of a webhook. These services answer HTTP 200 to a message that they turned down, and say so in the
 * body: DingTalk and WeCom with `errcode`, Feishu with `code` (formerly `StatusCode`), Slack with any word but `ok`.
 * Sources: open.dingtalk.com/document/robots/custom-robot-access; open.feishu.cn/document/client-docs/bot-v3/add-custom-bot;
 * developer.work.weixin.qq.com/document/path/91770; api.slack.com/messaging/webhooks#handling_errors.
 */
export function readAnswer(type: PlanChannel['type'], status: number, body: string): ChannelAnswer {
  const message = body.trim().slice(0, 500);
  // A gateway that got no answer cannot know what became of the message behind it.
  if (status === 502 || status === 504) return { verdict: 'unsure', code: String(status), message };
  const accepted = status >= 200 && status < 300;
  if (type === 'webhook' || type === 'clipboard') {
    return { verdict: accepted ? 'sent' : 'refused', code: String(status), message };
  }
  if (type === 'slack') {
    return { verdict: accepted && message === 'ok' ? 'sent' : 'refused', code: String(status), message };
  }
  const said = type === 'feishu' ? numberIn(body, ['code', 'StatusCode']) : numberIn(body, ['errcode']);
  if (said === null) return { verdict: accepted ? 'unsure' : 'refused', code: String(status), message };
  return {
    verdict: accepted && said === 0 ? 'sent' : 'refused',
    code: String(said),
    message: wordsIn(body) ?? message,
  };
}

function objectIn(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function numberIn(body: string, names: readonly string[]): number | null {
  const said = objectIn(body);
  const name = names.find((one) => typeof said[one] === 'number');
  return name === undefined ? null : (said[name] as number);
}

function wordsIn(body: string): string | null {
  const said = objectIn(body);
  const words = said['errmsg'] ?? said['msg'] ?? said['StatusMessage'];
  return typeof words === 'string' ? words.slice(0, 500) : null;
}

/**
 * Bytes of UTF-8 that a message may have, or null where the service names no limit worth checking. WeCom: 2048 of
 * `content`; Feishu: 20 KB and DingTalk 20,000 of the whole body, of which 1,000 are left for the rest; Slack cuts a
 * text at 40,000 characters.
 */
export function mostBytes(type: PlanChannel['type']): number | null {
  switch (type) {
    case 'wecom':
      return 2_048;
    case 'dingtalk':
    case 'feishu':
      return 19_000;
    case 'slack':
      return 40_000;
    case 'webhook':
    case 'clipboard':
      return null;
  }
}

/** Bytes that a text takes inside a message: UTF-8, and for the whole-body limits as JSON writes it. */
export function messageBytes(type: PlanChannel['type'], text: string): number {
  return utf8Bytes(type === 'dingtalk' || type === 'feishu' ? JSON.stringify(text).slice(1, -1) : text);
}

function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x8_00 ? 2 : point < 0x1_00_00 ? 3 : 4;
  }
  return bytes;
}
