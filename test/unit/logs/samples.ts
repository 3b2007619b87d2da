/** Log text as real programs write it. */

export const javaTrace = (order: number, line = 42): string =>
  [
    `2026-11-20 22:04:12,123 ERROR [http-nio-8080-exec-${order % 40}] trade.OrderService - Could not save order ${order}`,
    `java.lang.IllegalStateException: pool ${order} exhausted`,
    `\tat com.foo.OrderService.save(OrderService.java:${line}) ~[trade-3.4.0.jar:3.4.0]`,
    `\tat com.foo.OrderService$$EnhancerBySpringCGLIB$$${(order * 7919).toString(16)}.save(<generated>)`,
    `\tat java.base/jdk.internal.reflect.GeneratedMethodAccessor${order}.invoke(Unknown Source)`,
    `\tat app//com.foo.OrderController.lambda$post$${order}(OrderController.java:${line + 1})`,
    `\tat org.apache.tomcat.util.threads.TaskThread$WrappingRunnable.run(TaskThread.java:61)`,
    `\tSuppressed: java.io.IOException: closing 0x${(order + 4096).toString(16)}`,
    `\t\tat com.foo.Pool.close(Pool.java:7)`,
    `Caused by: java.sql.SQLTimeoutException: waited ${order} ms for 10.1.0.${order % 250}:3306`,
    `\tat com.zaxxer.hikari.HikariPool.getConnection(HikariPool.java:128)`,
    '\t... 17 more',
  ].join('\n');

export const pythonTrace = (order: number): string =>
  [
    'Traceback (most recent call last):',
    `  File "/opt/app-${order}/orders.py", line ${order}, in save`,
    '    pool.get(order)',
    '    ~~~~~~~~^^^^^^^',
    'KeyError: 4711',
    '',
    'During handling of the above exception, another exception occurred:',
    '',
    'Traceback (most recent call last):',
    `  File "/opt/app-${order}/web.py", line 12, in post`,
    '    save(order)',
    `orders.OutOfStock: order ${order} has no stock`,
  ].join('\n');

export const plainLine = (order: number): string =>
  `2026-11-20 22:04:13,001 INFO  [http-nio-8080-exec-${order % 40}] trade.OrderService - order ${order} "accepted" in 12 ms`;

export const errorLine = (order: number): string =>
  `2026-11-20 22:04:13,${100 + (order % 800)} ERROR [worker-${order}] trade.Mailer - mail to a${order}@example.com refused after ${order} tries`;
