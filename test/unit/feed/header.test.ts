import { expect, it } from 'vitest';
import { headerPurpose, isHeaderName, isHeaderValue } from '../../../shared/feed/header.ts';

it('a header that tells who we are has a name of its own, and a value of one line', () => {
  const names = ['Authorization', 'X-Api-Key', 'Cookie'];
  const refused = ['', 'a b', 'a:', 'Über', 'A\r\nB', 'host', 'Content-Length', 'countersign-run', 'Idempotency-Key'];
  expect([...names, ...refused].filter(isHeaderName)).toEqual(names);
  const values = ['Bearer a.b-c', 'Basic bGk6', 'a  b'];
  expect([...values, '', ' a', 'a ', 'a\nb', 'a\u0000', '密'].filter(isHeaderValue)).toEqual(values);
});

it('a value is for one header of one server, however its address is written', () => {
  const purpose = headerPurpose('https://audit.example.com/in?a=1', 'Authorization');
  expect(headerPurpose('HTTPS://AUDIT.example.com:443/elsewhere', 'authorization')).toBe(purpose);
  for (const other of ['http://audit.example.com/in', 'https://audit.example.com:8443/', 'https://example.com/']) {
    expect(headerPurpose(other, 'Authorization')).not.toBe(purpose);
  }
  expect(headerPurpose('https://audit.example.com/', 'X-Key')).not.toBe(purpose);
});
