import { describe, expect, test } from 'vitest';
import { EventAssembler, LINES_KEPT, type LogEvent } from '../../../shared/logs/event-assembler.ts';
import { errorLine, javaTrace, plainLine, pythonTrace } from './samples.ts';

function eventsOf(text: string): readonly LogEvent[] {
  const events: LogEvent[] = [];
  const assembler = new EventAssembler((event) => events.push(event));
  for (const [number, line] of text.split('\n').entries()) assembler.line(line, number);
  assembler.end();
  return events;
}

describe('lines of a log become events', () => {
  test('a Java stack with its ERROR line, causes and suppressed throwables is one event', () => {
    const events = eventsOf([plainLine(1), javaTrace(2), plainLine(3)].join('\n'));
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ first: 1, last: 12 });
    expect(events[0]?.lines.join('\n')).toBe(javaTrace(2));
  });

  test('two stacks without a line between them are two events', () => {
    const stack = javaTrace(2).split('\n').slice(1).join('\n');
    const events = eventsOf(`${stack}\n${stack}\n${javaTrace(3)}`);
    expect(events.map(({ first, last }) => [first, last])).toEqual([
      [0, 10],
      [11, 21],
      [22, 33],
    ]);
  });

  test('a message of several lines before the first frame belongs to its event, ordinary lines after it do not', () => {
    const text = 'java.sql.SQLException: near "FROM":\nSELECT *\n  FROM orders\n\tat a.B.c(B.java:1)\nOrderPage ready';
    expect(eventsOf(text)).toMatchObject([{ first: 0, last: 3 }]);
    const alone = eventsOf(`${errorLine(1)}\nOrderPage ready\nsomething else\n${plainLine(2)}`);
    expect(alone).toEqual([{ lines: [errorLine(1)], first: 0, last: 0 }]);
  });

  test('a stack below a line that names no throwable takes that line as its head', () => {
    const events: LogEvent[] = [];
    const assembler = new EventAssembler((event) => events.push(event));
    assembler.line('\tat com.foo.Bar.baz(Bar.java:1)', 8, () => 'com.foo.Broken');
    assembler.line('\tat com.foo.Bar.main(Bar.java:9)', 9);
    assembler.end();
    expect(events).toMatchObject([{ first: 7, last: 9 }]);
    expect(events[0]?.lines[0]).toBe('com.foo.Broken');
  });

  test('Python tracebacks that were chained are one event, with the line that logged them', () => {
    const text = `${plainLine(1)}\nERROR:orders:could not save\n${pythonTrace(7)}\nready\n${plainLine(2)}`;
    expect(eventsOf(text)).toMatchObject([{ first: 1, last: 13 }]);
    expect(eventsOf(`${pythonTrace(1)}\n${pythonTrace(2)}`)).toHaveLength(2);
  });

  test.each([
    'INFO  0 errors, no Exception',
    '2026-11-20 22:04:13 INFO  ExceptionHandler registered for ErrorPage',
    '10.0.0.1 - - [20/Nov/2026] "GET /error?x=ERROR_CODE HTTP/1.1" 200',
    '2026-11-20 22:04:13 WARN  slow query, 300 ms',
    '2026-11-20 22:04:13 INFO  status=ERROR counted',
    'at noon we saw Errors of judgement',
    '',
  ])('%j is no event', (line) => {
    expect(eventsOf(line)).toEqual([]);
  });

  test.each([
    '2026-11-20 22:04:13 ERROR disk full',
    '20-Nov-2026 22:04:12.123 SEVERE [main] org.apache.catalina.core.StandardContext.startInternal One or more listeners failed to start',
    '20-Nov-2026 22:04:12.123 严重 [main] org.apache.catalina.core.StandardContext.startInternal 一个或多个listeners启动失败',
    '2026/11/20 22:04:12 [error] 31#31: *5 connect() failed (111: Connection refused) while connecting to upstream',
    '[Fri Nov 20 22:04:12.123456 2026] [core:error] [pid 35708] (13)Permission denied',
    '{"time":"2026-11-20T22:04:12Z","level":"error","msg":"no route"}',
    'time=2026-11-20T22:04:12Z level=error msg="no route"',
    'panic: runtime error: index out of range [5] with length 3',
    'Exception in thread "main" java.lang.NoClassDefFoundError: com/foo/Bar',
    'TypeError: Cannot read properties of undefined',
    '2026-11-20 22:04:13 WARN  gave up: java.net.SocketTimeoutException: Read timed out',
    'CRITICAL:root:cannot start',
  ])('%j is an event', (line) => {
    expect(eventsOf(line)).toHaveLength(1);
  });

  test('a stack without end keeps its causes and few of its lines', () => {
    const deep = '\tat a.B.c(B.java:1)\n'.repeat(200_000);
    const [event, ...more] = eventsOf(
      `java.lang.StackOverflowError\n${deep}Caused by: x.DeepException: root\n\tat x.Y.z(Y.java:3)`,
    );
    expect(more).toEqual([]);
    expect(event?.lines.length).toBeLessThanOrEqual(LINES_KEPT);
    expect(event?.lines).toContain('Caused by: x.DeepException: root');
    expect(event?.last).toBe(200_002);
  });
});
