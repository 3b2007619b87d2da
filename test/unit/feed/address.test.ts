import { expect, it } from 'vitest';
import { feedSettingsSchema } from '../../../shared/contract/ipc/feed.ts';
import { isSyslogHost, maskedUrl, webhookFault } from '../../../shared/feed/address.ts';

it.each([
  ['https://audit.example.com/countersign?room=7', null],
  ['http://127.0.0.1:8088/in', null],
  ['http://localhost/in', null],
  ['http://[::1]:8088/in', null],
  ['http://audit.example.com/in', 'plain-http'],
  ['http://127.0.0.1.example.com/in', 'plain-http'],
  ['https://li:geheim@audit.example.com/in', 'credentials'],
  ['https://token@audit.example.com/in', 'credentials'],
  ['http://localhost@evil.example.com/in', 'credentials'],
  ['ftp://audit.example.com/in', 'not-an-address'],
  ['audit.example.com', 'not-an-address'],
  ['https://audit.example.com:99999/', 'not-an-address'],
] as const)('the webhook %s is judged: %s', (url, fault) => {
  expect(webhookFault(url)).toBe(fault);
  expect(feedSettingsSchema.safeParse({ syslog: null, webhook: { url, header: null } }).success).toBe(fault === null);
});

it('shows no query string', () => {
  expect(maskedUrl('https://audit.example.com/in?key=hush#part')).toBe('https://audit.example.com/in?***');
  expect(maskedUrl('https://audit.example.com/in')).toBe('https://audit.example.com/in');
});

it('takes names and addresses for a syslog host, and no web addresses', () => {
  for (const host of ['logs.example.com', '10.0.0.7', 'fd00::7', '日志']) expect(isSyslogHost(host)).toBe(true);
  for (const host of ['https://logs', 'logs:514', 'a b', '[::1]', '']) expect(isSyslogHost(host)).toBe(false);
});
