import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageFor, webhookUrl } from '../../../electron/engine/steps/announce-message.ts';
import { messageBytes, mostBytes, readAnswer } from '../../../shared/announce/answer.ts';
import { draftAnnouncement } from '../../../shared/announce/draft.ts';
import type { AnnounceAction } from '../../../shared/steps/actions/announce.ts';
import { planOf, step } from '../../helpers/plans.ts';
import { Story } from '../../helpers/story.ts';

const about = { title: 'Trade core 3.4.0', environment: 'prod', run: 'r1', step: 'done' };
const at = (iso: string) => new Date(iso);
const json = (message: { readonly body: Buffer }): unknown => JSON.parse(message.body.toString('utf8'));

describe('messages to channels', () => {
  // Both signatures were computed with the services' own Python samples.
  it('signs for DingTalk in the address, as its sample does', () => {
    const url = new URL('https://oapi.dingtalk.com/robot/send?access_token=t');
    const message = messageFor('dingtalk', url, 'SECthis is secret', '上线', about, new Date(1_763_694_000_123));
    expect(message.url.search).toBe(
      '?access_token=t&timestamp=1763694000123&sign=28HAsZBFpltPSaTnXGB2DecJpbqndR%2FGr4cOvbN1z9E%3D',
    );
    expect(json(message)).toEqual({ msgtype: 'text', text: { content: '上线' } });
  });

  it('signs for Feishu in the body, as its sample does', () => {
    const url = new URL('https://open.feishu.cn/open-apis/bot/v2/hook/x');
    const message = messageFor('feishu', url, 'demo', '上线', about, new Date(1_763_694_000_999));
    expect(json(message)).toEqual({
      timestamp: '1763694000',
      sign: '6mn6ZTifwIC+T5xWJVoD1sAaa2QYSk8s1B2oQJsQeEE=',
      msg_type: 'text',
      content: { text: '上线' },
    });
    expect(message.url.href).toBe(url.href);
  });

  it('leaves the signature out where no key is given', () => {
    const url = new URL('https://example.test/hook');
    expect(messageFor('dingtalk', url, null, 'x', about, at('2026-11-21T00:00:00Z')).url.search).toBe('');
    expect(json(messageFor('feishu', url, null, 'x', about, at('2026-11-21T00:00:00Z')))).toEqual({
      msg_type: 'text',
      content: { text: 'x' },
    });
  });

  it('writes for WeCom and Slack what they document', () => {
    const url = new URL('https://example.test/hook');
    const now = at('2026-11-21T00:00:00Z');
    expect(json(messageFor('wecom', url, null, 'x', about, now))).toEqual({ msgtype: 'text', text: { content: 'x' } });
    expect(json(messageFor('slack', url, null, 'x', about, now))).toEqual({ text: 'x' });
  });

  it('signs a generic message over time and body, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ minLength: 1 }), (text, key) => {
        const message = messageFor(
          'webhook',
          new URL('https://example.test/'),
          key,
          text,
          about,
          at('2026-11-21T00:00:00Z'),
        );
        const header = Object.fromEntries(message.headers);
        const signed = `${header['X-Countersign-Timestamp']}.${message.body.toString('utf8')}`;
        expect(header['X-Countersign-Signature']).toBe(
          `sha256=${createHmac('sha256', key).update(signed).digest('hex')}`,
        );
        expect(json(message)).toMatchObject({ text, ...about, at: '2026-11-21T00:00:00.000Z' });
      }),
    );
  });

  it('takes only web addresses', () => {
    expect(webhookUrl(' https://example.test/x ')?.href).toBe('https://example.test/x');
    for (const wrong of ['', 'example.test/x', 'file:///etc/passwd', 'ftp://x/']) expect(webhookUrl(wrong)).toBeNull();
  });
});

describe('answers of channels', () => {
  it.each([
    ['dingtalk', 200, '{"errcode":0,"errmsg":"ok"}', 'sent', '0'],
    ['dingtalk', 200, '{"errcode":310000,"errmsg":"sign not match"}', 'refused', '310000'],
    ['feishu', 200, '{"code":0,"msg":"success","data":{}}', 'sent', '0'],
    ['feishu', 200, '{"StatusCode":0,"StatusMessage":"success"}', 'sent', '0'],
    ['feishu', 200, '{"code":19021,"data":{},"msg":"sign match fail"}', 'refused', '19021'],
    ['wecom', 200, '{"errcode":93000,"errmsg":"invalid webhook url"}', 'refused', '93000'],
    ['slack', 200, 'ok', 'sent', '200'],
    ['slack', 404, 'no_service', 'refused', '404'],
    ['slack', 200, 'invalid_payload', 'refused', '200'],
    ['webhook', 204, '', 'sent', '204'],
    ['webhook', 500, 'oops', 'refused', '500'],
    ['dingtalk', 200, '<html>login</html>', 'unsure', '200'],
    ['webhook', 504, '', 'unsure', '504'],
    ['dingtalk', 403, '<html>', 'refused', '403'],
  ] as const)('reads %s %i %s as %s', (type, status, body, verdict, code) => {
    expect(readAnswer(type, status, body)).toMatchObject({ verdict, code });
  });

  it('keeps the words of the service', () => {
    expect(readAnswer('wecom', 200, '{"errcode":45009,"errmsg":"api freq out of limit"}').message).toBe(
      'api freq out of limit',
    );
  });

  it('counts bytes as the service does', () => {
    expect(mostBytes('wecom')).toBe(2_048);
    expect(messageBytes('wecom', '上线 ok')).toBe(Buffer.byteLength('上线 ok'));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(messageBytes('slack', text)).toBe(Buffer.byteLength(text));
        expect(messageBytes('feishu', text)).toBe(Buffer.byteLength(JSON.stringify(text)) - 2);
      }),
    );
  });
});

describe('the draft of an announcement', () => {
  const words = (key: string): string => key.replace('announce-', '');
  const say = (story: Story, ...draft: AnnounceAction['draft']): string => {
    const action: AnnounceAction = { kind: 'announce', to: 'duty', draft };
    const announcing = step('tell', { kind: 'announce', targets: ['desk'], action });
    return draftAnnouncement(story.state, announcing, action, words);
  };

  const tell = step('tell', { kind: 'announce', targets: ['desk'] });

  it('says what the run says of itself', () => {
    const story = new Story(planOf([step('stop', { targets: ['app1', 'app2'] }), tell]));
    expect(say(story, { run: 'version' }, ' in ', { run: 'environment' })).toBe('3.4.0 in pre');
    expect(say(story, { run: 'hosts' }, ', ', { run: 'step' })).toBe('app1; app2, 1.tell Step tell');
    expect(say(story, { run: 'batch' }, { run: 'started' }, { run: 'duration' })).toBe('none––');
  });

  it('never says done of a run that is not, and names what was left with reason, owner and due point', () => {
    const story = new Story(planOf([step('stop'), tell])).starts();
    expect(say(story, { run: 'result' })).toBe('under-way');
    story.attempts('stop', 'failed');
    expect(say(story, { run: 'result' }, ': ', { run: 'failed' })).toBe('failed: 1.stop Step stop (app1)');
    const left = { step: 'stop', target: 'app1', reason: 'no window', owner: 'Zhang', due: 'Friday' };
    story.happens({ type: 'target-decided', data: { ...left, decision: 'deferred' } });
    expect(say(story, { run: 'result' })).toBe('completed-except');
    expect(say(story, { run: 'deferred' })).toBe('1.stop Step stop (app1: no window, Zhang, Friday)');
    expect(say(story, { run: 'overridden' })).toBe('none');
  });

  it('does not count itself among what is still to be done', () => {
    const story = new Story(planOf([step('stop'), tell])).starts().attempts('stop', 'passed');
    expect(say(story, { run: 'result' })).toBe('completed');
  });

  it('names the batch that was entered last', () => {
    const batch = (index: number) => ({ index, of: 2, ceiling: null });
    const parts = [
      step('stop', { batch: batch(1) }),
      step('stop~2', { base: 'stop', targets: ['app2'], batch: batch(2) }),
    ];
    const story = new Story(planOf([...parts, tell])).starts();
    story.happens({ type: 'step-entered', data: { step: 'stop' } });
    expect(say(story, { run: 'batch' })).toBe('1/2: app1');
    story.attempts('stop', 'passed').happens({ type: 'step-entered', data: { step: 'stop~2' } });
    expect(say(story, { run: 'batch' })).toBe('2/2: app2');
  });
});
