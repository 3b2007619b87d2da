import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Vault } from '../../../electron/engine/identity/vault.ts';
import { systemClock } from '../../../electron/engine/system-clock.ts';
import { HeaderSecret } from '../../../electron/feed/header-secret.ts';
import { webhookPlace } from '../../../electron/feed/webhook-place.ts';
import { tempFolder } from '../../helpers/sshd.ts';
import { startWeb } from '../../helpers/web-server.ts';

let data: string;
beforeEach(() => {
  data = tempFolder('webhook-answer');
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const keyring: Vault = {
  seal: (bytes) => bytes.toString('base64'),
  open: (sealed) => Buffer.from(sealed, 'base64'),
};

it.each([
  ['as it was', 'Bearer hush-7f3a9c', 'Bearer hush-7f3a9c'],
  ['one word of it, however short', 'Token k9z', 'k9z'],
  ['as JSON writes it', 'key="hush-77"', 'key=\\"hush-77\\"'],
  ['as an address writes it', 'hush/7f+3a', 'hush%2F7f%2B3a'],
  ['in base64', 'hush-7f3a9c', Buffer.from('hush-7f3a9c').toString('base64')],
])('an answer that says the value of our header again, %s, is shown without it', async (_, value, said) => {
  const hook = await startWeb((_request, response) => void response.writeHead(401).end(`no <${said}> today`));
  try {
    const webhook = { url: `http://127.0.0.1:${hook.port}/in`, header: 'Authorization' };
    const secret = new HeaderSecret(data, keyring);
    expect(await secret.prepare(webhook, value)).toBeNull();
    await secret.settle(webhook);
    const place = webhookPlace(webhook, secret, systemClock);
    const refused = await place.test('2026-11-21T11:40:00.123Z', new AbortController().signal);
    expect(hook.seen[0]?.headers.authorization).toBe(value);
    expect(refused?.code).toBe('feed-refused');
    expect(refused?.cause).toMatch(/^no <.*••••.*> today$/);
    expect(refused?.cause).not.toContain(said);
  } finally {
    await hook.close();
  }
});
