import { expect, test } from 'vitest';
import { Pace } from '../../../electron/mirror/pace.ts';

/** Work that is ended by hand, and a clock that waits until it is told that time has passed. */
function paced() {
  const began: number[] = [];
  let end = (): void => {};
  let tick = (): void => {};
  const sleep = (_ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      tick = resolve;
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  const work = (): Promise<void> => {
    began.push(began.length);
    return new Promise((resolve) => {
      end = resolve;
    });
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    pace: new Pace({ sleep }, () => 20, work),
    count: () => began.length,
    end: () => {
      end();
      return settle();
    },
    tick: () => {
      tick();
      return settle();
    },
  };
}

test('the first that asks is served at once, and all who ask soon after together', async () => {
  const { pace, count, end, tick } = paced();
  pace.ask();
  expect(count()).toBe(1);
  pace.ask();
  pace.ask();
  await end();
  expect(count()).toBe(1);
  await tick();
  expect(count()).toBe(2);
  await end();
  await tick();
  expect(count()).toBe(2);
  pace.ask();
  expect(count()).toBe(3);
});

test('who asks while the work is under way is served once more, for the work may have passed them by', async () => {
  const { pace, count, end, tick } = paced();
  pace.ask();
  pace.ask();
  await end();
  await tick();
  expect(count()).toBe(2);
});

test('closing waits for what was begun and begins nothing more', async () => {
  const { pace, count, end } = paced();
  pace.ask();
  pace.ask();
  let closed = false;
  const closing = pace.close().then(() => {
    closed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(closed).toBe(false);
  await end();
  await closing;
  pace.ask();
  expect(count()).toBe(1);
});
