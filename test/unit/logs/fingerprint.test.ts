import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identify } from '../../../shared/logs/fingerprint.ts';
import { normalise } from '../../../shared/logs/normalise.ts';
import { processorTime } from '../../helpers/processor-time.ts';
import { errorLine, javaTrace, pythonTrace } from './samples.ts';

const fingerprint = (text: string): string => identify(text.split('\n')).fingerprint;

describe('what makes two events the same', () => {
  test('numbers, hosts, threads, generated classes and another build make no difference', () => {
    fc.assert(
      fc.property(fc.nat(99_999), fc.nat(99_999), fc.nat(900), (one, other, line) => {
        expect(fingerprint(javaTrace(one))).toBe(fingerprint(javaTrace(other, line)));
        expect(fingerprint(pythonTrace(one))).toBe(fingerprint(pythonTrace(other)));
        expect(fingerprint(errorLine(one))).toBe(fingerprint(errorLine(other)));
      }),
    );
  });

  test('another class, cause, place or message makes another event', () => {
    const base = javaTrace(1);
    const others = [
      base.replace('IllegalStateException', 'IllegalArgumentException'),
      base.replace('SQLTimeoutException', 'SQLException'),
      base.replace('OrderService.save', 'OrderService.load'),
      base.replace('exhausted', 'closed'),
      base.replace('HikariPool.getConnection', 'HikariPool.close'),
      base.replace(/Caused by[\s\S]*/, ''),
    ];
    expect(new Set([base, ...others].map(fingerprint)).size).toBe(others.length + 1);
  });

  test('the same throwable logged by another line of code is the same event', () => {
    const [, ...stack] = javaTrace(1).split('\n');
    expect(fingerprint(['22:05:00 WARN  [main] a.B - and again', ...stack].join('\n'))).toBe(fingerprint(javaTrace(2)));
    expect(fingerprint(stack.join('\n'))).toBe(fingerprint(javaTrace(3)));
  });

  test('ERROR lines from different threads and processes are the same when their words are', () => {
    const spring = (pid: number, thread: string): string =>
      `2026-11-20T22:04:12.123+08:00 ERROR ${pid} --- [${thread}] o.a.c.c.C.[dispatcherServlet] : Servlet.service() threw`;
    expect(fingerprint(spring(12, 'nio-8080-exec-1'))).toBe(fingerprint(spring(4711, 'main')));
  });

  test('JSON records are told apart by what they say', () => {
    const record = (message: string, id: number): string =>
      `{"ts":"2026-11-20T22:04:1${id}Z","level":"error","trace":"${id}","message":"${message} ${id}"}`;
    expect(fingerprint(record('no route', 1))).toBe(fingerprint(record('no route', 2)));
    expect(fingerprint(record('no route', 1))).not.toBe(fingerprint(record('no stock', 1)));
  });

  test('names read like what a person would call it', () => {
    const nameOf = (text: string): string => identify(text.split('\n')).name;
    expect(nameOf(javaTrace(7))).toBe(
      'IllegalStateException ← SQLTimeoutException: waited <n> ms for <address> (HikariPool.getConnection)',
    );
    expect(nameOf(pythonTrace(7))).toBe('OutOfStock ← KeyError: <n> (orders.py:save)');
    expect(nameOf(errorLine(7))).toBe('trade.Mailer - mail to <email> refused after <n> tries');
    expect(nameOf(`ERROR \u202eevil ${'x'.repeat(1_000)}`)).toMatch(/^evil x{100,}…$/);
  });
});

describe('a message without what differs each time', () => {
  test.each([
    [
      'at 2026-11-20T22:04:12.123+08:00 and Fri Nov 20 22:04:12 CST 2026 and 20-Nov-2026 22:04:12.123',
      'at <time> and Fri <time> and <time>',
    ],
    [
      'session 6f1e2a34-9b1c-4d0e-8f00-0123456789ab for com.foo.Order@1f2a3b4c',
      'session <uuid> for com.foo.Order@<hash>',
    ],
    ["user 'alice' of \"Acme Inc\" can't", "user <quoted> of <quoted> can't"],
    [
      'Cannot invoke "com.foo.Order.getId()" because "order" is null',
      'Cannot invoke "com.foo.Order.getId()" because <quoted> is null',
    ],
    ["bean 'orderService' refused", "bean 'orderService' refused"],
    ['from 10.1.0.12:3306 or [fe80::1%eth0]:80 or 00:1a:2b:3c:4d:5e', 'from <address> or <address> or <address>'],
    ['/opt/trade-3.4.0/lib/x-1.2.jar v2.1.0-rc1', '/opt/trade-<n>/lib/x-<n>.jar <n>'],
    ['https://a.example/b?token=abc#x gone', 'https://a.example/b?<query> gone'],
    ['0xDEADBEEF 9f86d081884c7d65 eyJhbGciOiJIUzI1NiIsInR5cCI6', '<hex> <hash> <hash>'],
    ['1,234.50 of -17 in 300ms', '<n> of <n> in <n>ms'],
    ['deadline facade decade', 'deadline facade decade'],
  ])('%s', (message, plain) => {
    expect(normalise(message)).toBe(plain);
  });

  test('leaves no digit and takes no time, whatever a host writes', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300, unit: 'grapheme' }), (text) => {
        expect(normalise(text)).not.toMatch(/[0-9]/);
      }),
    );
    for (const hostile of ["'", '"', '1.', ':', 'a:', '0x', '%', 'A1a', '`', '\u001b[', 'a@a.', 'http://a?']) {
      const spent = processorTime();
      normalise(hostile.repeat(100_000));
      identify([hostile.repeat(1_000), `java.lang.${hostile.repeat(1_000)}`, `\tat ${hostile.repeat(1_000)}`]);
      expect(spent()).toBeLessThan(250);
    }
  });
});
